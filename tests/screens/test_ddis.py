"""DDIs on screen: a range is counted while it is typed, what is wrong is said at its field, nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from syrupy.assertion import SnapshotAssertion
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText
from textual.events import Paste

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Ddi, History, OperatorAccount, PendingDdi, PendingDdiNumber
from partnertui.domain.operators import Role
from partnertui.domain.pbx_enums import DdiState, PendingState, TargetType
from partnertui.kit.declare.kinds import Number

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
RANGE = "+493023125[00-99]"


def read(settings: Settings, statement: Any) -> list[Any]:
    database = open_database(settings.database_url)
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def german(settings: Settings) -> str:
    """A customer that pays in euros."""
    company = select(Customer.company).where(Customer.currency == "EUR").order_by(Customer.company)
    return str(read(settings, company)[0]["company"])


async def begin(agent: Agent, settings: Settings) -> None:
    """Opens the form to add numbers, for a customer that is picked."""
    await agent.press("a")
    await agent.type(german(settings)[:8])
    await agent.press("enter")


@SIZES
async def test_looks_as_it_did(
    size: tuple[int, int], settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    async with agent_at(settings, folders, "ddis", size) as agent:
        await begin(agent, settings)
        await agent.type(RANGE)
        assert agent.screen == pictures(name="add")
        await agent.press("f6")
        assert agent.screen == pictures(name="price")
        await agent.press("escape", "y", "slash")
        await agent.type("state:active")
        await agent.press("enter", "e")
        assert agent.screen == pictures(name="edit")


async def test_a_range_is_counted_priced_and_added(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        assert agent.app.services.scope is None
        await begin(agent, settings)
        assert agent.app.services.scope is not None
        await agent.type(RANGE)
        assert "100 numbers: +49 30 2312500 … +49 30 2312599 · Germany" in agent.screen
        await agent.press("ctrl+s")
        assert "100 numbers." in agent.message
        assert set(agent.column("customer")) == {german(settings)}
    added = read(settings, select(Ddi.__table__).where(Ddi.number.startswith("493023125")))
    assert len(added) == 100
    assert {row["state"] for row in added} == {DdiState.ACTIVE}
    assert all(row["monthly_fee"] > 0 and row["billing_starts_at"] is not None for row in added)
    names = read(settings, select(History.operator_name).where(History.object_id == added[0]["id"]).limit(1))
    assert names[0]["operator_name"].startswith("Ann")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("+49 30 231250001234", "has 16 digits; E.164 allows at most 15"),  # C3b
        ("+493023125[99-00]", "The range ends before it starts"),
        ("+44 1234 567", "doesn't fit the numbering plan (United Kingdom)"),
        ("++49 30 2312500", "has more than one plus sign"),
    ],
)
async def test_bad_input_stays_with_its_sentence(typed: str, words: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await begin(agent, settings)
        before = read(settings, select(func.count(Ddi.id).label("n")))
        await agent.type(typed)
        await agent.press("tab", "tab", "tab")
        await agent.type("Berlin")
        await agent.press("ctrl+s")
        text = " ".join(agent.screen.replace("│", " ").split())
        assert words in text
        assert typed in text
        assert "Berlin" in text
        assert read(settings, select(func.count(Ddi.id).label("n"))) == before


async def test_the_wrong_country_and_the_pattern_check(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await begin(agent, settings)
        await agent.type("+44 1234 567")
        await agent.press("tab", "tab")
        await agent.type("Germ")
        await agent.press("ctrl+s")
        assert "+44 isn't the country code for Germany" in agent.screen
        await agent.press("backspace", "tab", "tab", "space", "ctrl+s")
        assert "Reason *" in agent.screen
        assert "Required" in agent.screen
        await agent.type("test range")
        await agent.press("ctrl+s")
        assert "+44 1234567" in agent.screen
        assert "test range" in agent.screen


async def test_clashes_are_shown_number_by_number(settings: Settings, folders: Folders) -> None:
    owner = read(settings, select(Customer.id, Customer.company, Customer.partner_id).limit(1))[0]
    rows = [
        {"number": f"{before}4930231250{at}", "country": "DE", "state": "active", "customer_id": owner["id"]}
        for at, before in enumerate(("", "+", "00", "", "", "", ""))
    ]
    database = open_database(settings.database_url)
    database.write(lambda connection: connection.execute(insert(Ddi), rows))
    database.close()
    async with agent_at(settings, folders, "ddis", (140, 40)) as agent:
        await begin(agent, settings)
        await agent.type(RANGE)
        await agent.press("ctrl+s")
        for at in range(7):
            assert f"+49 30 231250{at}: {owner['company']}, active" in agent.screen
        await agent.press("escape")
        assert "7 of 100 numbers can't be added" in agent.screen
        assert RANGE in agent.screen


async def test_a_partner_learns_only_that_a_number_is_taken(settings: Settings, folders: Folders) -> None:
    partner = read(
        settings,
        select(OperatorAccount.login, OperatorAccount.partner_id).where(OperatorAccount.role == Role.PARTNER).limit(1),
    )[0]
    foreign = read(
        settings,
        select(Ddi.number, Customer.company)
        .join(Customer, Customer.id == Ddi.customer_id)
        .where(Ddi.partner_id.is_distinct_from(partner["partner_id"]))
        .limit(1),
    )[0]
    async with agent_at(replace(settings, operator=partner["login"]), folders, "ddis", (80, 24)) as agent:
        await agent.press("a", "enter")
        await agent.type(f"+{foreign['number']}")
        await agent.press("tab", "tab", "tab", "tab", "space", "tab")
        await agent.type("test")
        await agent.press("tab", "tab", "space", "ctrl+s")
        assert "already taken" in agent.screen
        assert foreign["company"] not in agent.screen


async def test_a_route_is_edited_and_swapped(settings: Settings, folders: Folders) -> None:
    query = (
        select(Ddi.customer_id, func.count(Ddi.id).label("n"))
        .where(Ddi.state == DdiState.ACTIVE, Ddi.route_type == TargetType.USER)
        .group_by(Ddi.customer_id)
        .having(func.count(Ddi.id) > 1)
    )
    owner = read(settings, query)[0]["customer_id"]
    mine = select(Ddi.__table__).where(Ddi.customer_id == owner, Ddi.route_type == TargetType.USER).order_by(Ddi.number)
    first, second = read(settings, mine)[:2]
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type(first["number"])
        await agent.press("enter", "tilde", "enter")
        await agent.type(second["number"])
        await agent.press("enter")
        assert "→" in agent.screen
        await agent.press("ctrl+s")
        assert agent.message.startswith("Swapped:")
        after = {row["number"]: row["target"] for row in read(settings, mine)}
        assert (after[first["number"]], after[second["number"]]) == (second["target"], first["target"])
        await agent.press("e")
        await agent.type("hang")
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
    stored = read(settings, select(Ddi.__table__).where(Ddi.id == first["id"]))[0]
    assert (stored["route_type"], stored["target_id"], stored["user_id"]) == (TargetType.HANG_UP, None, None)


async def test_a_number_is_quarantined_for_the_days_of_the_settings(settings: Settings, folders: Folders) -> None:
    ddis = replace(settings.ddis, quarantine_days=12.0)
    async with agent_at(replace(settings, ddis=ddis), folders, "ddis", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("state:active")
        await agent.press("enter")
        row = agent.view.table.window.row
        await agent.press("S")
        assert "Quarantined for 12 days" in agent.screen
        await agent.press("ctrl+s")
        assert agent.message == f"{Number().long_text(row['number'])} is now quarantined."
    stored = read(settings, select(Ddi.state, Ddi.customer_id).where(Ddi.id == row["id"]))[0]
    assert (stored["state"], stored["customer_id"]) == (DdiState.QUARANTINED, None)


def make_order(settings: Settings) -> tuple[int, list[str]]:
    """A confirmed port of two numbers for the customer with a user; returns its ID and the numbers."""
    numbers = ["49302400000", "49302400001"]
    owner = read(
        settings,
        select(Ddi.customer_id, Ddi.partner_id, Ddi.target_id, Ddi.target, Ddi.price_list_entry_id)
        .join(Customer, Customer.id == Ddi.customer_id)
        .where(Ddi.route_type == TargetType.USER, Customer.currency == "EUR"),
    )[0]
    shared = {"customer_id": owner["customer_id"], "partner_id": owner["partner_id"], "state": "date confirmed"}
    order = shared | {
        "order_number": "ORD-TEST",
        "kind": "port-in",
        "country": "DE",
        "numbers": numbers,
        "quantity": 2,
        "created_at": NOW,
    }

    def work(connection: Any) -> int:
        key = connection.execute(insert(PendingDdi).values(**order).returning(PendingDdi.id)).scalar_one()
        for number in numbers:
            connection.execute(
                insert(PendingDdiNumber).values(**shared, order_id=key, number=number, documents_missing="Proof")
            )
        return int(key)

    database = open_database(settings.database_url)
    found = database.write(work)
    database.close()
    return found, numbers


@SIZES
async def test_orders_look_as_they_did(
    size: tuple[int, int], settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    make_order(settings)
    async with agent_at(settings, folders, "pending-ddi", size) as agent:
        await agent.press("slash")
        await agent.type("ORD-TEST")
        await agent.press("enter", "t")
        assert agent.screen == pictures(name="readiness")
        await agent.press("escape", "semicolon")
        assert agent.screen == pictures(name="exception")
        await agent.press("escape", "e")
        assert agent.screen == pictures(name="edit")


async def test_an_order_is_planned_and_activated(settings: Settings, folders: Folders) -> None:
    order, numbers = make_order(settings)
    async with agent_at(settings, folders, "pending-ddi", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("ORD-TEST")
        await agent.press("enter", "underscore", "ctrl+s")
        assert "has no target: calls would go nowhere" in agent.screen
        await agent.press("escape", "e", "f6")
        await agent.type("user")
        await agent.press("tab", "right", "f6")
        assert "Numbers in Berlin" in agent.screen
        await agent.press("ctrl+s")
        assert agent.message == "Saved for 2 numbers."
        await agent.press("underscore", "ctrl+s")
        assert "2 numbers are active" in agent.message
    rows = read(settings, select(Ddi.__table__).where(Ddi.number.in_(numbers)))
    assert len(rows) == 2
    assert all(row["user_id"] is not None and row["monthly_fee"] > 0 for row in rows)
    assert read(settings, select(PendingDdi.state).where(PendingDdi.id == order))[0]["state"] == PendingState.ACTIVATED


async def test_a_split_port_goes_on_number_by_number(settings: Settings, folders: Folders) -> None:
    order, _ = make_order(settings)
    query = (
        select(PendingDdiNumber.__table__).where(PendingDdiNumber.order_id == order).order_by(PendingDdiNumber.number)
    )
    async with agent_at(settings, folders, "pending-ddi", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("ORD-TEST")
        await agent.press("enter", "semicolon", "ctrl+s")
        assert "Required" in agent.screen
        await agent.type("postcode differs")
        await agent.press("tab", "tab", "tab", "tab", "right", "down", "down", "delete", "ctrl+s")
        assert agent.message.endswith("now in the “exception” state.")
        assert [row["state"] for row in read(settings, query)] == [PendingState.EXCEPTION, PendingState.DATE_CONFIRMED]


async def test_an_order_without_a_number_to_activate_says_so_at_once(settings: Settings, folders: Folders) -> None:
    order, _ = make_order(settings)
    database = open_database(settings.database_url)
    in_process = update(PendingDdiNumber).where(PendingDdiNumber.order_id == order).values(state="in process")
    database.write(lambda connection: connection.execute(in_process))
    database.close()
    async with agent_at(settings, folders, "pending-ddi", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("ORD-TEST")
        await agent.press("enter", "underscore")
        said = " ".join(agent.screen.replace("│", " ").split())
        assert "None of this order's numbers is in a state that allows this. Now: in process." in said


async def test_pasted_lines_become_one(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await begin(agent, settings)
        agent.app.post_message(Paste("+49 30 23125-00 …\n\n-99\n"))
        await agent.type(" ")
        assert "+49 30 23125-00 … -99" in agent.screen
