"""Adding and editing phones, and what leads from sign-ups, sessions and chats, in a real terminal of 80×24.

By the keyboard alone, and by the mouse alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from tests.cli.test_ddi_dialogs import MouseTerminal

from partnertui.commands.demo import seal_secrets
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.database import open_database
from partnertui.db.models import ChatReading, Customer, CustomerPhone, TrialRegistration, User, WebSession
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOW = pytest.mark.parametrize("how", ["keyboard", "mouse"])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with demo data and keys, whose chats are sealed."""
    folder = tmp_path_factory.mktemp("devices")
    settings = Settings(database=DatabaseSettings(url=f"sqlite:///{folder / 'partnertui.db'}"))
    build(settings.database_url, customers=12, cdrs=200, seed=7, now=NOW)
    seal_secrets(settings, Folders.inside(folder))
    return folder


@contextmanager
def opened(folder: Path, screen: str, ready: str) -> Iterator[MouseTerminal]:
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "--operator", "ann"]
    terminal = MouseTerminal(command, (80, 24))
    terminal.wait("1 of 12")
    terminal.write(f":{screen}\r")
    terminal.wait("1 of ")
    terminal.wait(ready)
    yield terminal
    terminal.close()


def read(folder: Path, statement: Any) -> list[Any]:
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def owner(folder: Path) -> Any:
    """The first customer with more than one user."""
    counts = select(User.customer_id).group_by(User.customer_id).having(func.count(User.id) > 1)
    columns = select(Customer.id, Customer.company).where(Customer.id.in_(counts))
    return read(folder, columns.order_by(Customer.company))[0]


def do(how: str, terminal: MouseTerminal, keys: str, *clicks: str | tuple[str, str]) -> None:
    """The same by keys or by clicks."""
    if how == "keyboard":
        terminal.type(keys)
    for click in clicks if how == "mouse" else ():
        terminal.click(*(click if isinstance(click, tuple) else (click,)))


@HOW
def test_a_phone_is_added(demo: Path, how: str) -> None:
    customer, mac = owner(demo), "000413123456" if how == "keyboard" else "000413123457"
    with opened(demo, "customer-phones", "e edit") as phones:
        do(how, phones, "a", "a add")
        phones.wait("name, ID, e-mail, phone or DDI")
        if how == "keyboard":
            phones.type(customer["company"][:8])
        phones.wait(customer["company"][:20], "@")
        do(how, phones, "\r", (customer["company"][:20], "@"))
        phones.wait("User", "nobody")
        if how == "keyboard":
            phones.type(f"Snom D785\t  {mac} ")  # C5b
        else:
            phones.click("▾", "Make and model")
            phones.click("Snom D785", "│")
            phones.wait("Make and model *", "Snom D785")
            phones.click("MAC *")
            phones.paste(f"  {mac} ")
        phones.wait("vendor snom")
        do(how, phones, "\t\x1b[C\x13", ("nobody", "User"))
        if how == "mouse":
            name = read(demo, select(User.name).where(User.customer_id == customer["id"]).order_by(User.name))[0]
            phones.click(name["name"], "│")
            phones.wait("User", name["name"])
            phones.click("Ctrl+S add")
        phones.wait("Added.")
        phones.wait("00:04:13:12:34:5")
    stored = read(demo, select(CustomerPhone.customer_id, CustomerPhone.user_id).where(CustomerPhone.mac == mac))[0]
    assert stored["customer_id"] == customer["id"]
    assert stored["user_id"] is not None


@HOW
def test_a_phone_is_edited(demo: Path, how: str) -> None:
    phone = read(demo, select(CustomerPhone.id, CustomerPhone.mac).order_by(CustomerPhone.mac).limit(1))[0]
    shown = ":".join(phone["mac"][at : at + 2] for at in range(0, 12, 2))
    other = f"{phone['mac'][:11]}{'0' if phone['mac'][11] != '0' else '1'}"
    with opened(demo, "customer-phones", "e edit") as phones:
        if how == "mouse":
            phones.click(shown)
        do(how, phones, "e", "e edit")
        phones.wait("Make and model *")
        phones.wait("MAC *", shown)
        if how == "keyboard":
            phones.type(f"\x1b[Z{chr(127) * 17}{other}\x13")
        else:
            phones.click(shown, "MAC *")
            phones.write("\x1b[F" + chr(127) * 17)  # there is no mouse for deleting
            phones.paste(other)
            phones.click("Ctrl+S save")
        phones.wait("Saved.")
    assert read(demo, select(CustomerPhone.mac).where(CustomerPhone.id == phone["id"]))[0]["mac"] == other


def test_a_mistake_is_shown_and_nothing_typed_is_lost(demo: Path) -> None:
    before = read(demo, select(func.count(CustomerPhone.id).label("n")))
    with opened(demo, "customer-phones", "e edit") as phones:
        phones.type("a")
        phones.wait("@")
        phones.type("\r")
        phones.wait("Make and model *")
        phones.type("Snom D7\t01:04:13:12:34:56\x13")
        phones.wait("is a multicast address")
        phones.wait("1 field needs correcting")
        phones.wait("MAC *", "01:04:13:12:34:56")
        phones.wait("Make and model *", "Snom D7")
    assert read(demo, select(func.count(CustomerPhone.id).label("n"))) == before


@HOW
def test_a_sign_up_is_linked(demo: Path, how: str) -> None:
    customer = owner(demo)
    open_ones = select(TrialRegistration.id).where(TrialRegistration.customer_id.is_(None)).limit(1)
    key, name = read(demo, open_ones)[0]["id"], f"Twice {how}"
    fields = {"company": customer["company"].upper(), "name": name}
    database = open_database(f"sqlite:///{demo / 'partnertui.db'}")
    database.write(lambda c: c.execute(update(TrialRegistration).where(TrialRegistration.id == key).values(fields)))
    database.close()
    with opened(demo, "registrations", "a convert") as sign_ups:
        sign_ups.write(f"/{name}\r")
        sign_ups.wait("1 of 1")
        do(how, sign_ups, "a", "a convert")
        sign_ups.wait("same company")
        do(how, sign_ups, "\r", (customer["company"][:20], "same company"))
        sign_ups.wait("without adding a customer")
        do(how, sign_ups, "\x1b[B\r", "Link to")
        sign_ups.wait("Linked to")
    assert (
        read(demo, select(TrialRegistration.customer_id).where(TrialRegistration.id == key))[0]["customer_id"]
        == customer["id"]
    )


@HOW
def test_a_session_is_ended(demo: Path, how: str) -> None:
    before = read(demo, select(func.count(WebSession.id).label("n")))[0]["n"]
    with opened(demo, "sessions", "Del end") as sessions:
        do(how, sessions, "", "Del end")
        if how == "keyboard":
            sessions.write("\x1b[3~")
        sessions.wait("End this session?")
        do(how, sessions, "y", "y end it")
        sessions.wait("'s session has ended.")
    assert read(demo, select(func.count(WebSession.id).label("n")))[0]["n"] == before - 1


@HOW
def test_a_chat_is_read(demo: Path, how: str) -> None:
    asked = select(ChatReading.read_at).where(ChatReading.reason == how)
    with opened(demo, "chats", "read the text") as chats:
        do(how, chats, '"', "read the text")
        chats.wait("Reason *")
        do(how, chats, f"{how}\r")
        if how == "mouse":
            chats.paste(how)
            chats.click("Enter record")
        chats.wait("Show the text?")
        assert [row["read_at"] for row in read(demo, asked)] == [None]
        do(how, chats, "y", "y show it")
        chats.wait("viewing it is recorded")
    assert read(demo, asked)[0]["read_at"] is not None
