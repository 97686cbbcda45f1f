"""Adding and editing DDIs and orders in a real terminal of 80×24: by the keyboard alone, and by the mouse alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from tests.terminal import Terminal

from partnertui.db.database import open_database
from partnertui.db.models import Customer, Ddi, PendingDdi, PendingDdiNumber
from partnertui.demo import build
from partnertui.domain.pbx_enums import DdiState, TargetType

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
RANGE = "+493023125[00-99]"


class MouseTerminal(Terminal):
    """A terminal whose mouse is used, too (SGR reports, mode 1006)."""

    def place(self, text: str, line: str = "") -> tuple[int, int]:
        """Column and row, from 1, of a text that is on the screen; of the first line that has `line`, too."""
        self.wait(text, line)
        row = next(at for at, shown in enumerate(self.lines) if text in shown and line in shown)
        return self.lines[row].index(text) + 1, row + 1

    def click(self, text: str, line: str = "") -> None:
        """Presses and releases the left button on a text."""
        self.settle()  # a list or a dialog that still comes would take the click
        column, row = self.place(text, line)
        self.write(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")

    def drag(self, text: str, to: str) -> None:
        """Drags a text onto another."""
        (column, row), (there, below) = self.place(text), self.place(to)
        self.write(f"\x1b[<0;{column};{row}M")
        for at in range(1, 5):
            x, y = column + (there - column) * at // 4, row + (below - row) * at // 4
            self.write(f"\x1b[<32;{x};{y}M")
        self.write(f"\x1b[<0;{there};{below}m")

    def paste(self, text: str) -> None:
        """Pastes text, as the right mouse button of a terminal does: typing is the keyboard's."""
        self.settle()
        self.write(f"\x1b[200~{text}\x1b[201~")
        self.wait(text)


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(found, customers=12, cdrs=200, seed=7, now=NOW)
    return found


def opened(tmp_path: Path, screen: str) -> Iterator[MouseTerminal]:
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--operator", "ann"]
    terminal = MouseTerminal(command, (80, 24))
    terminal.wait("1 of 12")
    terminal.write(f":{screen}\r")
    terminal.wait("1 of ")
    terminal.wait("e edit")
    yield terminal
    terminal.close()


@pytest.fixture
def ddis(tmp_path: Path, url: str) -> Iterator[MouseTerminal]:
    """The program at the DDIs."""
    yield from opened(tmp_path, "ddis")


@pytest.fixture
def orders(tmp_path: Path, url: str) -> Iterator[MouseTerminal]:
    """The program at the orders."""
    yield from opened(tmp_path, "pending-ddi")


def read(url: str, statement: Any) -> list[Any]:
    database = open_database(url)
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def customer(url: str) -> str:
    query = select(Customer.company).where(Customer.currency == "EUR").order_by(Customer.company)
    return str(read(url, query)[0]["company"])


def added(url: str) -> list[Any]:
    query = select(Ddi.number, Ddi.state, Ddi.monthly_fee).where(Ddi.number.startswith("493023125"))
    return read(url, query)


def test_a_range_is_added_by_keyboard_alone(ddis: MouseTerminal, url: str) -> None:
    ddis.type("a")
    ddis.wait("name, ID, e-mail, phone or DDI")
    ddis.type(customer(url)[:8])
    ddis.wait(customer(url)[:8], "@")
    ddis.type("\r")
    ddis.wait("Numbers *")
    ddis.type(RANGE)
    ddis.wait("100 numbers: +49 30 2312500 … +49 30 2312599")
    ddis.type("\x1b[17~")  # F6: the price, where the next one is carried into the slot
    ddis.wait("DDI price list, monthly")
    ddis.type("\x1b[B \r")
    ddis.wait("Numbers in DE", "€7.19")
    ddis.type("\x13")
    ddis.wait("100 numbers.")
    assert len(added(url)) == 100
    assert {(row["state"], row["monthly_fee"]) for row in added(url)} == {(DdiState.ACTIVE, 7_190_000)}


def test_a_range_is_added_by_mouse_alone(ddis: MouseTerminal, url: str) -> None:
    ddis.click("a add")
    ddis.wait("name, ID, e-mail, phone or DDI")
    ddis.click(customer(url), "@")
    ddis.wait("Numbers *")
    ddis.paste(RANGE)
    ddis.click("[ ] no", "In unlimited plan")
    ddis.wait("[x] yes")
    ddis.click("Price")
    ddis.wait("DDI price list, monthly")
    ddis.drag("Numbers in DE", "Price of these numbers")
    ddis.click("Ctrl+S add")
    ddis.wait("100 numbers.")
    assert {row["monthly_fee"] for row in added(url)} == {7_190_000}


def test_a_mistake_is_shown_and_nothing_typed_is_lost(ddis: MouseTerminal, url: str) -> None:
    ddis.type("a")
    ddis.wait("name, ID, e-mail, phone or DDI")
    ddis.wait("@")
    ddis.type("\r")
    ddis.wait("Numbers *")
    ddis.type("+49 30 231250001234\t\t\tBerlin\x13")
    ddis.wait("has 16 digits; E.164")
    ddis.wait("1 field needs correcting")
    assert any("+49 30 231250001234" in line for line in ddis.lines)
    assert any("Berlin" in line for line in ddis.lines)
    assert added(url) == []


def first_routed(url: str) -> Any:
    query = select(Ddi.id, Ddi.number).where(Ddi.state == DdiState.ACTIVE, Ddi.route_type == TargetType.USER)
    return read(url, query.order_by(Ddi.number).limit(1))[0]


def route(url: str, ddi: Any) -> TargetType:
    return TargetType(read(url, select(Ddi.route_type).where(Ddi.id == ddi["id"]))[0]["route_type"])


def test_a_route_is_edited_by_keyboard_alone(ddis: MouseTerminal, url: str) -> None:
    ddi = first_routed(url)
    ddis.type(f"/{ddi['number']}\r")
    ddis.wait("1 of 1")
    ddis.type("e")
    ddis.wait("Routes to *")
    ddis.type("voice")
    ddis.wait("Voicemail of *")
    ddis.type("\t\x1b[C\x13")
    ddis.wait("Saved.")
    assert route(url, ddi) == TargetType.VOICEMAIL


def test_a_route_is_edited_by_mouse_alone(ddis: MouseTerminal, url: str) -> None:
    ddi = first_routed(url)
    ddis.click(f"+{ddi['number']}")
    ddis.click("e edit")
    ddis.click("user", "Routes to")
    ddis.click("hang up")
    ddis.wait("Routes to", "hang up")
    ddis.click("Ctrl+S save")
    ddis.wait("Saved.")
    assert route(url, ddi) == TargetType.HANG_UP


PORT = ["442079460990", "442079460991"]


@pytest.fixture
def port(url: str) -> str:
    """The first number of an order of two that is in process."""

    def work(connection: Any) -> None:
        shared = {"customer_id": 1, "state": "in process"}
        order = shared | {
            "order_number": "ORD-TEST",
            "kind": "port-in",
            "country": "GB",
            "numbers": PORT,
            "quantity": 2,
        }
        named = insert(PendingDdi).values(**order, first_number=PORT[0]).returning(PendingDdi.id)
        key = connection.execute(named).scalar_one()
        rows = [shared | {"order_id": key, "number": number} for number in PORT]
        connection.execute(insert(PendingDdiNumber), rows)

    database = open_database(url)
    database.write(work)
    database.close()
    return PORT[0]


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_an_order_is_edited(port: str, orders: MouseTerminal, url: str, how: str) -> None:
    orders.write("/ORD-TEST\r") if how == "keyboard" else orders.click("ORD-TEST")
    orders.wait("ORD-TEST")
    orders.type("e") if how == "keyboard" else orders.click("e edit")
    orders.wait("Documents missing")
    if how == "keyboard":
        orders.type("Letter\x13")
    else:
        orders.paste("Letter")
        orders.drag(f"+{port}", "Unchanged")
        orders.click("Ctrl+S save")
    orders.wait("Saved for")
    found = read(url, select(PendingDdiNumber.number).where(PendingDdiNumber.documents_missing == "Letter"))
    assert [row["number"] for row in found] == (PORT if how == "keyboard" else PORT[1:])


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_two_numbers_are_swapped(ddis: MouseTerminal, url: str, how: str) -> None:
    counts = (
        select(Ddi.customer_id)
        .where(Ddi.state == DdiState.ACTIVE, Ddi.route_type != TargetType.NONE)
        .group_by(Ddi.customer_id)
        .having(func.count(Ddi.id) > 1)
    )
    owner = read(url, counts)[0]["customer_id"]
    mine = select(Ddi.id, Ddi.number, Ddi.target).where(Ddi.customer_id == owner).order_by(Ddi.number)
    first, second = read(url, mine)[:2]
    ddis.write(f"/{first['number']}\r")
    ddis.wait("1 of 1")
    ddis.type("~") if how == "keyboard" else ddis.click("~ swap")
    ddis.wait("Swap with *")
    ddis.type("\r") if how == "keyboard" else ddis.click("Enter searches")
    ddis.wait(f"+{second['number']}")
    if how == "keyboard":
        ddis.type(f"{second['number']}")
        ddis.wait("+" + second["number"], "│  ")
        ddis.type("\r")
    else:
        ddis.click(f"+{second['number']}")
    ddis.wait(f"+{first['number']} →")
    ddis.type("\x13") if how == "keyboard" else ddis.click("Ctrl+S swap")
    ddis.wait("Swapped:")
    after = {row["number"]: row["target"] for row in read(url, mine)}
    assert (after[first["number"]], after[second["number"]]) == (second["target"], first["target"])


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_the_numbers_of_an_order_are_named(tmp_path: Path, url: str, how: str) -> None:
    order = {"customer_id": 1, "order_number": "ORD-NEW", "kind": "new", "country": "DE", "numbers": [], "quantity": 5}
    database = open_database(url)
    database.write(lambda connection: connection.execute(insert(PendingDdi).values(**order, state="draft")))
    database.close()
    for orders in opened(tmp_path, "pending-ddi"):
        orders.write("/ORD-NEW\r")
        orders.wait("1 of 1")
        orders.type("e") if how == "keyboard" else orders.click("e edit")
        orders.wait("Numbers *")
        orders.type("030 2312500 … 04") if how == "keyboard" else orders.paste("030 2312500 … 04")
        orders.wait("5 numbers: +49 30 2312500 … +49 30 2312504; ordered: 5")
        orders.type("\x13") if how == "keyboard" else orders.click("save")
        orders.wait("5 numbers: +49 30 2312500")
        orders.wait("+49302312500")
    assert len(read(url, select(PendingDdiNumber.id).where(PendingDdiNumber.number.startswith("493023125")))) == 5
