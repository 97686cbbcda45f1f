"""A call about a customer: the figures above the fold, credit, billing check, VAT state, tour, XMPP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from syrupy.assertion import SnapshotAssertion
from tests.probes.prosody import prosody
from tests.probes.vies_server import answer, error, vies_server
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText

from partnertui.config import Folders, Settings
from partnertui.config.settings import Kamailio, Vies, Xmpp
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Ddi, OperatorAccount, StatementEntry, WebSession
from partnertui.domain.operators import Role
from partnertui.kit.declare.view_location import Location
from partnertui.screens.shared.adjust_credit import before_and_after

KEYS = {
    "%": "statements",
    "$": "payments",
    "l": "sip-locations",
    "X": "cdr",
    "#": "support",
    "+": "basket",
    "b": "ddis",
    "&": "transactions",
}
PRESSED = {"%": "percent_sign", "$": "dollar_sign", "#": "number_sign", "+": "plus", "&": "ampersand"}
SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
BIG_MONEY = 1_000_000


def read(settings: Settings, statement: Any) -> Any:
    """The first row that a statement finds."""
    database = open_database(settings.database_url)
    found = database.read(lambda connection: connection.execute(statement).first())
    database.close()
    return found


def write(settings: Settings, statement: Any) -> None:
    database = open_database(settings.database_url)
    database.write(lambda connection: connection.execute(statement))
    database.close()


def stored(settings: Settings, customer_id: int) -> Any:
    table = Customer.__table__
    return read(settings, select(table).where(table.c.id == customer_id))


async def at_customer(agent: Agent, customer_id: int) -> None:
    """Opens a customer's record."""
    agent.app.services.open(Location("customers", customer_id))
    await agent.press()


async def test_all_that_a_call_is_about_is_above_the_fold(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await agent.press("enter")
        lines = [line[1:].rstrip() for line in agent.screen.splitlines()]
        assert [line for line in lines if line.startswith("Overview: ")]
        for key, label in zip(
            KEYS, ("Credit", "Last pay", "Phones", "Failed", "Open tick", "Basket", "DDIs", "Next"), strict=True
        ):
            assert [line for line in lines if line.startswith(f"{key}  {label}") and line[21:]], label
        assert not [line for line in lines if "…" in line and line[:1] in KEYS], "nothing is cut off"


async def test_each_figure_is_one_key_from_its_list(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await agent.press("enter")
        customer_id = agent.view.row["id"]
        for key, screen in KEYS.items():
            await agent.press(PRESSED.get(key, key))
            location = agent.view.location
            assert (location.screen, location.fixed_filters[0].value) == (screen, customer_id)
            await agent.press("q")
            assert agent.view.location.record == customer_id


async def test_enter_on_a_figure_goes_where_its_key_goes(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await agent.press("enter")
        for _ in range(3):
            await agent.press("down")
        assert agent.view.body.line.name == "Failed today"
        await agent.press("enter")
        assert agent.view.location.screen == "cdr"
        assert agent.view.location.query == "result:rejected,congestion,failed"


async def test_the_record_is_shown_though_kamailio_is_down(settings: Settings, folders: Folders) -> None:
    down = replace(settings, kamailio=Kamailio(url="postgresql://nobody@127.0.0.1:1/none"))
    async with agent_at(down, folders, "customers", (80, 24)) as agent:
        await agent.press("enter")
        line = next(line for line in agent.screen.splitlines() if "Phones registered" in line)
        assert "unknown: " in line
        assert "DDIs" in agent.screen


async def test_credit_is_adjusted_with_its_line(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        before = agent.view.table.window.row
        await agent.press("W")
        await agent.type("5")
        await agent.press("tab")
        await agent.type("goodwill")
        shown = agent.view.page.column("credit").kind.text
        assert (
            f"{shown(before['credit'], before)} now, {shown(before['credit'] + 5 * BIG_MONEY, before)} after"
            in agent.screen
        )
        await agent.press("ctrl+s")
        assert agent.message.startswith("Credit adjusted: ")
        assert agent.view.table.window.row["credit"] == before["credit"] + 5 * BIG_MONEY
    lines = select(StatementEntry).where(StatementEntry.customer_id == before["id"])
    last = read(settings, lines.order_by(StatementEntry.sequence.desc()))
    assert (last.description, last.credit) == ("goodwill", 5 * BIG_MONEY)
    assert last.balance_after == stored(settings, before["id"]).credit == before["credit"] + 5 * BIG_MONEY


async def test_what_is_no_amount_is_refused(settings: Settings, folders: Folders) -> None:
    """Case B4b at this field."""
    count = select(func.count()).select_from(StatementEntry)
    before = read(settings, count)
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await agent.press("W")
        dialog: Any = agent.app.screen
        for typed in ("0", "NaN", "Infinity", "1e3", "1_000", "\uff11\uff12"):
            dialog.rows[0].editor.value = typed
            dialog.rows[2].editor.value = "x"
            await agent.press("ctrl+s")
            assert "1 field needs correcting." in agent.screen, typed
    assert read(settings, count) == before


async def test_partners_have_neither(settings: Settings, folders: Folders) -> None:
    login = read(settings, select(OperatorAccount.login).where(OperatorAccount.role == Role.PARTNER)).login
    async with agent_at(replace(settings, operator=login), folders, "customers") as agent:
        for key, title in (("W", "Adjust credit"), ("Q", "Check billing")):
            await agent.press(key)
            assert agent.message.startswith(f"{title} is for ")


async def test_blocking_shows_what_it_does_and_does_it(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        row = next(row for row in agent.view.table.window.rows if row["status"] == "active")
        session = {"kind": "frontend", "user_name": "U", "customer_id": row["id"], "partner_id": row["partner_id"]}
        write(settings, insert(WebSession).values(**session))
        mine = select(func.count()).select_from(WebSession).where(WebSession.customer_id == row["id"])
        (sessions,) = read(settings, mine)
        await at_customer(agent, row["id"])
        await agent.press("e", "f6", "f6", "f6")
        assert "ends all" not in agent.screen
        await agent.type("b")
        assert f"Blocking ends all web sessions ({sessions}) and hides basket items (" in agent.screen
        assert read(settings, mine) == (sessions,), "shown before it is done"
        await agent.press("tab")
        await agent.type("fraud")
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
        assert "Overview: blocked, fraud" in agent.screen
    assert read(settings, mine) == (0,)


@pytest.fixture
def greek(settings: Settings) -> int:
    """A customer in Greece, never asked about."""
    values = {"country": "GR", "vat_number": None, "vat_state": "unknown", "vat_asked_at": None, "status": "active"}
    write(settings, update(Customer).where(Customer.id == 1).values(**values, vat_answered_at=None, vat_answer=None))
    return 1


async def settle_jobs(agent: Agent) -> None:
    """Waits until no job is running."""
    while agent.app.services.jobs.working:
        await agent.pilot.pause(0.02)
    await agent.press()


async def test_a_saved_number_is_asked_about_in_the_background(
    settings: Settings, folders: Folders, greek: int
) -> None:
    """Case C1b by keyboard, and VIES says that it is valid."""
    with vies_server() as server:
        server.body = answer("EL100000003", valid=True, name="ACME AE")
        asking = replace(settings, vies=Vies(url=server.url, timeout=5))
        async with agent_at(asking, folders, "customers", (80, 24)) as agent:
            await at_customer(agent, greek)
            await agent.press("e", "f6", "tab")
            await agent.type("GR100000003")
            await agent.press("ctrl+s")
            await settle_jobs(agent)
            assert agent.message == "EL100000003: VIES: valid, registered to ACME AE"
        row = stored(settings, greek)
        assert (row.country, row.vat_number, row.vat_state, row.vat_answered_at) == ("GR", "EL100000003", "valid", NOW)
        assert server.asked == [{"countryCode": "EL", "vatNumber": "100000003"}]


async def test_an_overloaded_vies_leaves_it_unknown_and_check_now_asks_again(
    settings: Settings, folders: Folders, greek: int
) -> None:
    write(settings, update(Customer).where(Customer.id == greek).values(vat_number="EL100000003"))
    with vies_server() as server:
        server.body, server.status = error("MS_MAX_CONCURRENT_REQ"), 500
        asking = replace(settings, vies=Vies(url=server.url, timeout=5))
        async with agent_at(asking, folders, "customers", (80, 24)) as agent:
            await at_customer(agent, greek)
            agent.app.services.run_by_id("customers.check-vat")
            await settle_jobs(agent)
            assert "overloaded" in agent.message
            assert stored(settings, greek).vat_state == "unknown"
            server.body, server.status = answer("EL100000003", valid=False), 200
            agent.app.services.run_by_id("customers.check-vat")
            await settle_jobs(agent)
            assert "VIES: not a valid number" in agent.message
            assert stored(settings, greek).vat_state == "invalid"


async def test_a_silent_vies_never_blocks_a_save(settings: Settings, folders: Folders, greek: int) -> None:
    with vies_server() as server:
        server.silent = True
        asking = replace(settings, vies=Vies(url=server.url, timeout=0.5))
        async with agent_at(asking, folders, "customers", (80, 24)) as agent:
            await at_customer(agent, greek)
            await agent.press("e", "f6", "tab")
            await agent.type("EL100000003")
            await agent.press("ctrl+s")
            assert stored(settings, greek).vat_number == "EL100000003"
            await settle_jobs(agent)
            assert "didn't respond within 0.5 seconds" in agent.message
        row = stored(settings, greek)
        assert (row.vat_state, row.vat_asked_at, row.vat_answered_at) == ("unknown", NOW, None)


async def test_made_up_data_and_empty_settings_ask_nobody(settings: Settings, folders: Folders, greek: int) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await at_customer(agent, greek)
        agent.app.services.run_by_id("customers.check-vat")
        await agent.press()
        assert "VAT checks are off" in agent.message


@pytest.fixture
def broken(settings: Settings) -> int:
    """A customer whose ledger ends elsewhere and who has a DDI without a price."""
    (customer_id,) = read(settings, select(Ddi.customer_id).where(Ddi.state == "active").order_by(Ddi.id))
    (ddi,) = read(
        settings, select(Ddi.id).where(Ddi.customer_id == customer_id, Ddi.state == "active").order_by(Ddi.id)
    )
    free = {"price_list_entry_id": None, "monthly_fee": 0, "in_unlimited_plan": False, "special_case": False}
    write(settings, update(Ddi).where(Ddi.id == ddi).values(**free, billing_starts_at=None))
    write(settings, update(Customer).where(Customer.id == customer_id).values(credit=Customer.credit + 5 * BIG_MONEY))
    found: int = customer_id
    return found


async def test_the_statement_says_that_the_ledger_ends_elsewhere(
    settings: Settings, folders: Folders, broken: int
) -> None:
    async with agent_at(settings, folders, "customers", (100, 60)) as agent:
        await at_customer(agent, broken)
        await agent.press("percent_sign", "enter")
        assert "the customer's credit is" in agent.screen
        assert "entries add up" not in agent.screen


async def test_findings_are_previewed_ticked_and_fixed(settings: Settings, folders: Folders, broken: int) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await at_customer(agent, broken)
        await agent.press("Q")
        assert "[ ] The ledger ends at" in agent.screen
        assert "Fix: Adds the missing entry of" in agent.screen
        await agent.press("ctrl+s")
        assert "Nothing is ticked" in agent.message
        await agent.press("space", "ctrl+s")
        assert "1 fix applied." in agent.screen
        assert "The ledger ends at" not in agent.screen
        assert "is active without a price" in agent.screen, "only what was ticked"


async def test_a_finding_leads_to_its_row(settings: Settings, folders: Folders, broken: int) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await at_customer(agent, broken)
        await agent.press("Q", "end", "enter")
        assert agent.view.location.screen == "ddis"


async def test_a_fix_that_has_changed_is_refused(settings: Settings, folders: Folders, broken: int) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await at_customer(agent, broken)
        await agent.press("Q", "space")
        write(settings, update(Customer).where(Customer.id == broken).values(credit=Customer.credit + 1))
        await agent.press("ctrl+s")
        assert "Something has changed since the check" in agent.screen
        await agent.press("r")
        assert "[ ] The ledger ends at" in agent.screen


async def test_the_tour_starts_again(settings: Settings, folders: Folders) -> None:
    write(settings, update(Customer).where(Customer.id == 1).values(tour_state="finished"))
    async with agent_at(settings, folders, "customers") as agent:
        await at_customer(agent, 1)
        agent.app.services.run_by_id("customers.reset-tour")
        await agent.press()
        assert agent.message == "The introduction tour starts again for the customer at the next login."
        assert stored(settings, 1).tour_state == "not started"
        agent.app.services.run_by_id("customers.reset-tour")
        await agent.press()
        assert "hasn't been started yet" in agent.message


async def xmpp_of(settings: Settings, folders: Folders) -> str:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await at_customer(agent, 1)
        agent.app.services.run_by_id("customers.xmpp-status")
        await agent.press()
        await settle_jobs(agent)
        await agent.pilot.pause(0.3)
        return agent.screen


async def test_xmpp_status_from_the_tables_and_a_real_server(settings: Settings, folders: Folders) -> None:
    write(settings, update(Customer).where(Customer.id == 1).values(xmpp_status="active"))
    domain = stored(settings, 1).sip_domain
    screen = await xmpp_of(settings, folders)
    assert domain in screen
    assert "Not queried: no server is configured (xmpp.server)." in screen
    with prosody(domain) as server:
        screen = await xmpp_of(replace(settings, xmpp=Xmpp(server=server)), folders)
        assert "The server serves the domain." in screen
        assert "doesn't fit" not in screen
    with prosody("other.example.net") as server:
        screen = await xmpp_of(replace(settings, xmpp=Xmpp(server=server)), folders)
        assert "doesn't serve the domain (host-unknown)" in screen
        assert "The stored status “active” doesn't match this." in screen
    screen = await xmpp_of(replace(settings, xmpp=Xmpp(server="127.0.0.1:1", timeout=2)), folders)
    assert "127.0.0.1:1 can't be reached." in screen


@SIZES
async def test_dialogs_look_as_they_did(
    size: tuple[int, int], settings: Settings, folders: Folders, broken: int, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    async with agent_at(settings, folders, "customers", size) as agent:
        await at_customer(agent, broken)
        await agent.press("W")
        await agent.type("-5")
        assert agent.screen == pictures(name="adjust")
        await agent.press("escape", "y", "Q", "space")
        assert agent.screen == pictures(name="billing")
        await agent.press("escape", "e", "f6", "f6", "f6")
        await agent.type("b")
        assert agent.screen == pictures(name="status")
        await agent.press("escape", "y")
        agent.app.services.run_by_id("customers.xmpp-status")
        await agent.press()
        await agent.pilot.pause(0.3)
        assert agent.screen == pictures(name="xmpp")


def test_no_part_of_an_adjustment_is_rounded_away() -> None:
    assert before_and_after(0, 12_500_000, "EUR") == ("€0.00", "€12.50")
    assert before_and_after(0, 12_495_000, "EUR") == ("€0.00", "€12.495")


async def test_a_large_amount_is_typed_twice(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        await agent.press("W")
        await agent.type("500")
        assert "Amounts above 100 must be entered twice." not in agent.screen
        await agent.press("tab")
        assert "Amounts above 100 must be entered twice." in agent.screen
        await agent.type("50")
        await agent.press("tab")
        await agent.type("goodwill")
        await agent.press("ctrl+s")
        assert "The two amounts differ." in agent.screen
        await agent.press("ctrl+u")
        await agent.type("500")
        await agent.press("ctrl+s")
        assert agent.message.startswith("Credit adjusted: ")
