"""Phones, sign-ups, sessions and chats on screen: what is wrong is said at its field, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from syrupy.assertion import SnapshotAssertion
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText

from partnertui.config import Folders, Settings
from partnertui.db.chat_texts import place_of
from partnertui.db.database import open_database
from partnertui.db.models import (
    Chat,
    ChatReading,
    Customer,
    CustomerPhone,
    History,
    OperatorAccount,
    TrialRegistration,
    User,
    WebSession,
)
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.operators import Role
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Mac

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
SMALL = (80, 24)
MAC = "  000413123456 "


def read(settings: Settings, statement: Any) -> list[Any]:
    database = open_database(settings.database_url)
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def write(settings: Settings, statement: Any) -> None:
    database = open_database(settings.database_url)
    database.write(lambda connection: connection.execute(statement))
    database.close()


async def begin(agent: Agent, settings: Settings) -> str:
    """Opens the form to add a phone for the first customer; returns the company."""
    company = str(read(settings, select(Customer.company).order_by(Customer.company))[0]["company"])
    await agent.press("a")
    await agent.type(company[:8])
    await agent.press("enter")
    return company


def plain(screen: str) -> str:
    return " ".join(screen.replace("│", " ").split())


@SIZES
async def test_dialogs_of_phones_look_as_they_did(
    size: tuple[int, int], settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    async with agent_at(settings, folders, "customer-phones", size) as agent:
        await begin(agent, settings)
        await agent.type("Yealink T4")
        await agent.press("tab")
        await agent.type(MAC)
        assert agent.screen == pictures(name="add")
        await agent.press("escape", "y", "e")
        assert agent.screen == pictures(name="edit")
        await agent.press("escape", "enter")
        assert agent.screen == pictures(name="record")


@SIZES
async def test_the_other_dialogs_look_as_they_did(
    size: tuple[int, int], settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    same(settings)
    async with agent_at(settings, folders, "sessions", size) as agent:
        await agent.press("delete")
        assert agent.screen == pictures(name="session")
    async with agent_at(settings, folders, "registrations", size) as agent:
        await to_sign_up(agent)
        await agent.press("a")
        assert agent.screen == pictures(name="duplicates")
        await agent.press("end", "down", "down", "down", "enter")
        assert agent.screen == pictures(name="convert")
    async with agent_at(settings, folders, "chats", size) as agent:
        await agent.press("quotation_mark")
        assert agent.screen == pictures(name="request")


async def test_a_phone_is_added_and_assigned(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        company = await begin(agent, settings)
        await agent.type("Snom D785")
        await agent.press("tab")
        await agent.type(MAC)
        assert "00:04:13:12:34:56 · vendor snom" in agent.screen
        await agent.press("tab", "right", "ctrl+s")
        assert agent.message == "Added."
        assert "Snom D785 00:04:13:12:34:56" in agent.screen
    found = read(settings, select(CustomerPhone.__table__).where(CustomerPhone.mac == "000413123456"))[0]
    owner = read(settings, select(Customer.company).where(Customer.id == found["customer_id"]))[0]
    assert owner["company"] == company
    assert found["user_id"] is not None
    assert "snom" in found["vendor"].lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("01:04:13:12:34:56", "is a multicast address, so no phone has it"),
        ("00:04:13:12:34:5", "isn't a valid MAC address"),
        ("0:04:13:12:34:56", "isn't a valid MAC address"),
    ],
)
async def test_bad_macs_stay_with_their_sentence(typed: str, words: str, settings: Settings, folders: Folders) -> None:
    before = read(settings, select(func.count(CustomerPhone.id).label("n")))
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        await begin(agent, settings)
        await agent.type("Snom D7")
        await agent.press("tab")
        await agent.type(typed)
        await agent.press("ctrl+s")
        text = plain(agent.screen)
        assert words in text
        assert f"MAC * {typed}" in text
        assert "Snom D7" in text
    assert read(settings, select(func.count(CustomerPhone.id).label("n"))) == before


async def test_a_mac_in_use_is_refused_at_its_field(settings: Settings, folders: Folders) -> None:
    phone = read(
        settings,
        select(CustomerPhone.mac, Customer.company).join(Customer, Customer.id == CustomerPhone.customer_id).limit(1),
    )[0]
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        await begin(agent, settings)
        await agent.type("Snom D7")
        await agent.press("tab")
        await agent.type(phone["mac"])
        await agent.press("ctrl+s")
        text = plain(agent.screen)
        assert f"already belongs to {phone['company']}" in text
        assert phone["mac"] in text


async def test_a_partner_learns_only_that_a_mac_is_taken(settings: Settings, folders: Folders) -> None:
    partner = read(
        settings,
        select(OperatorAccount.login, OperatorAccount.partner_id).where(OperatorAccount.role == Role.PARTNER).limit(1),
    )[0]
    foreign = read(
        settings,
        select(CustomerPhone.mac, Customer.company)
        .join(Customer, Customer.id == CustomerPhone.customer_id)
        .where(CustomerPhone.partner_id.is_distinct_from(partner["partner_id"]))
        .limit(1),
    )[0]
    async with agent_at(replace(settings, operator=partner["login"]), folders, "customer-phones", SMALL) as agent:
        await agent.press("a", "enter")
        await agent.type("Snom D7")
        await agent.press("tab")
        await agent.type(foreign["mac"])
        await agent.press("ctrl+s")
        assert "is already taken" in plain(agent.screen)
        assert foreign["company"] not in agent.screen


async def test_a_make_that_does_not_fit_is_a_warning(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        await begin(agent, settings)
        await agent.type("Yealink")
        await agent.press("tab")
        await agent.type("000413123456")
        assert "not Yealink: check the make and the MAC address." in plain(agent.screen)
        await agent.press("ctrl+s")
        assert agent.message == "Added."
        assert "not Yealink: check the make and the MAC" in plain(agent.screen)


async def test_a_local_mac_raises_no_alarm(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        await begin(agent, settings)
        await agent.type("Yealink")
        await agent.press("tab")
        await agent.type("020413123456")
        assert "vendor none: a locally administered address" in plain(agent.screen)
        assert "check the make and the MAC" not in plain(agent.screen)
        await agent.press("ctrl+s")
        assert agent.message == "Added."


async def test_phones_of_a_customers_list_are_added_to_that_customer(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SMALL) as agent:
        company = agent.view.table.window.row["company"]
        await agent.press("H", "a")
        assert f"Add a phone for {company[:20]}" in agent.screen


async def test_what_is_added_above_the_cursor_is_in_view_and_undo_names_its_record(
    settings: Settings, folders: Folders
) -> None:
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        await begin(agent, settings)
        await agent.press("escape")
        await agent.press("end")
        last = agent.view.table.window.row["mac"]
        write(settings, delete(CustomerPhone).where(CustomerPhone.mac < last))
        await agent.press("r")
        await agent.press("a")
        await agent.type("Snom D785")
        await agent.press("tab")
        await agent.type(MAC)
        await agent.press("ctrl+s", "q")
        assert len(agent.view.table.window.rows) == 2
        assert "00:04:13:12:34:56" in agent.screen
        await agent.press("end", "ctrl+z")
        assert f"{Mac().text(last)}: Nothing has been changed here yet" in agent.message


async def test_a_phone_is_assigned_to_another_user(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customer-phones", SMALL) as agent:
        row = agent.view.table.window.row
        await agent.press("e", "left", "left", "left", "left", "left", "left", "left", "left", "left", "ctrl+s")
        assert agent.message == "Saved."
    stored = read(settings, select(CustomerPhone.user_id).where(CustomerPhone.id == row["id"]))[0]
    assert stored["user_id"] != row["user_id"]


def same(settings: Settings) -> Any:
    """Makes one sign-up look like the first customer; returns that customer."""
    customer = read(settings, select(Customer.__table__).order_by(Customer.id))[0]
    sign_up = read(settings, select(TrialRegistration.id).where(TrialRegistration.customer_id.is_(None)))[0]
    fields = {
        "company": customer["company"].upper(),
        "phone": f"00{customer['phone']}",
        "country": "US",  # where no VAT number is required
        "name": "Zoe Twice",
        "email": "zoe@gmail.com",
    }
    write(settings, update(TrialRegistration).where(TrialRegistration.id == sign_up["id"]).values(fields))
    return {**customer, "sign_up_id": sign_up["id"]}


async def to_sign_up(agent: Agent) -> None:
    await agent.press("slash")
    await agent.type("Zoe Twice")
    await agent.press("enter")


def sign_up(settings: Settings, customer: Any) -> Any:
    query = select(TrialRegistration.__table__).where(TrialRegistration.id == customer["sign_up_id"])
    return read(settings, query)[0]


async def test_a_duplicate_is_opened_or_linked(settings: Settings, folders: Folders) -> None:
    customer = same(settings)
    async with agent_at(settings, folders, "registrations", SMALL) as agent:
        await to_sign_up(agent)
        await agent.press("a")
        assert "same phone, company" in agent.screen
        await agent.press("enter", "enter")
        assert agent.app.services.location().screen == "customers"
        assert sign_up(settings, customer)["customer_id"] is None
        await agent.press("escape", "a", "enter", "down", "enter")
        assert agent.message == f"Linked to {customer['company']}."
        assert sign_up(settings, customer)["customer_id"] == customer["id"]
        await agent.press("a")
        assert agent.message == f"It is already a customer: {customer['company']}."


async def test_a_sign_up_becomes_a_customer(settings: Settings, folders: Folders) -> None:
    customer = same(settings)
    before = read(settings, select(func.count(Customer.id).label("n")))[0]["n"]
    async with agent_at(settings, folders, "registrations", SMALL) as agent:
        await to_sign_up(agent)
        await agent.press("a", "down", "enter")
        assert "zoe@gmail.com" in agent.screen
        await agent.press("ctrl+s")
        assert agent.app.services.location().screen == "customers"
    found = sign_up(settings, customer)
    made = read(settings, select(Customer.__table__).where(Customer.id == found["customer_id"]))[0]
    assert (made["contact"], made["email"], made["status"]) == ("Zoe Twice", "zoe@gmail.com", "trial")
    assert made["phone"] == customer["phone"]
    assert read(settings, select(func.count(Customer.id).label("n")))[0]["n"] == before + 1


async def test_without_a_duplicate_the_form_opens_at_once(settings: Settings, folders: Folders) -> None:
    same(settings)
    fields = {"company": None, "phone": None}
    write(settings, update(TrialRegistration).where(TrialRegistration.name == "Zoe Twice").values(fields))
    async with agent_at(settings, folders, "registrations", SMALL) as agent:
        await to_sign_up(agent)
        await agent.press("a")
        assert "Convert Zoe Twice to a customer" in agent.screen


async def test_a_session_is_ended_after_a_question(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sessions", SMALL) as agent:
        row = agent.view.table.window.row
        await agent.press("delete")
        assert row["user_name"][:40] in agent.screen
        await agent.press("escape")
        kept = select(WebSession.id).where(WebSession.id == row["id"])
        assert read(settings, kept)
        await agent.press("delete", "y")
        assert agent.message == f"{row['user_name']}'s session has ended."
        assert not read(settings, kept)
    entry = read(settings, select(History.changes, History.object_id).order_by(History.id.desc()).limit(1))[0]
    assert entry["object_id"] == row["user_id"]
    assert row["user_name"] in entry["changes"]["session"][0]


SAID = "17:00  Visitor: the canary sings"


@pytest.fixture
def sealed(settings: Settings, folders: Folders) -> Settings:
    """Settings with a vault, in which the newest chat is sealed."""
    database = open_database(settings.database_url)
    vault = open_vault(database, settings.vault, folders.data, create=True)
    assert vault is not None
    newest = read(settings, select(Chat.id).order_by(Chat.started_at.desc()).limit(1))[0]["id"]
    text = vault.seal(place_of(newest), SAID.encode())
    database.write(lambda c: c.execute(update(Chat).where(Chat.id == newest).values(text_ciphertext=text)))
    database.close()
    return settings


async def test_a_chat_is_read_in_two_steps(sealed: Settings, folders: Folders) -> None:
    write(sealed, delete(ChatReading))
    async with agent_at(sealed, folders, "chats") as agent:
        await agent.press("quotation_mark", "enter")
        assert "Required" in agent.screen
        await agent.type("complaint")
        await agent.press("enter")
        assert "has been recorded" in agent.screen
        assert [row["read_at"] for row in read(sealed, select(ChatReading.read_at))] == [None]
        assert "canary" not in agent.screen
        await agent.press("y")
        assert SAID in agent.screen
        assert read(sealed, select(ChatReading.read_at))[0]["read_at"] is not None
        await agent.press("escape", "ctrl+z")
        assert "only changes to fields can be undone" in agent.message
        await agent.press("enter")
        assert "canary" not in agent.screen
        assert "request to read" in plain(agent.screen)


async def test_without_its_key_nothing_is_shown(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "chats", SMALL) as agent:
        await agent.press("quotation_mark")
        await agent.type("complaint")
        await agent.press("enter", "y")
        assert agent.message.startswith("Not shown: ")
    assert read(settings, select(ChatReading.read_at).order_by(ChatReading.id.desc()))[0]["read_at"] is None


async def test_a_destroyed_text_is_not_offered(settings: Settings, folders: Folders) -> None:
    write(settings, update(Chat).values(text_ciphertext=None, text_destroyed_at=utc_now()))
    async with agent_at(settings, folders, "chats", SMALL) as agent:
        await agent.press("quotation_mark")
        assert agent.message == "Its text was destroyed on 2026-03-02."
        await agent.press("enter")
        assert "destroyed on 2026-03-02" in plain(agent.screen)


async def test_a_partner_reads_no_chats(settings: Settings, folders: Folders) -> None:
    login = read(settings, select(OperatorAccount.login).where(OperatorAccount.role == Role.PARTNER).limit(1))[0]
    async with agent_at(replace(settings, operator=login["login"]), folders, "chats", SMALL) as agent:
        if agent.app.services.location().screen == "chats" and agent.view.table.window.rows:
            await agent.press("quotation_mark")
            assert "only" in agent.message
    assert read(settings, select(func.count(User.id).label("n")))[0]["n"] > 0
