"""Three items, a payment, all attached, in a real terminal of 80×24: by keyboard alone, counted; by mouse alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.cli.test_ddi_dialogs import MouseTerminal

from partnertui.db.database import open_database
from partnertui.db.models import BasketItem, Customer, Payment, Transaction
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
NAMES = ("Desk phone", "Headset", "Delivery")
PRICES = ("149", "59.50", "9")
DOWN, SAVE, PAY = "\x1b[B", "\x13", ")"
MOST_KEYS = 28
"""Keys for three items and their payment, without what is typed into fields."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings and demo data; nothing is in any basket, and all customers are in GB."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=3, cdrs=0, seed=7, now=NOW)
    database = open_database(url)

    def work(connection: Any) -> None:
        connection.execute(update(BasketItem).values(state="paid"))
        connection.execute(update(Customer).values(partner_id=None, country="GB", status="active", currency="GBP"))

    database.write(work)
    database.close()
    settings = f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n[vies]\nurl = ""\n'
    (tmp_path / "settings.toml").write_text(settings)
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[MouseTerminal]:
    """The program at the basket of the first customer."""
    found = MouseTerminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("1 of 3")
    found.type("c:basket\r")
    found.wait("Basket", "Unpaid 0")
    yield found
    found.close()


def check(folder: Path) -> None:
    """One sale of the three, paid up to the penny: 217.50 and 20 % VAT."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")

    def work(connection: Any) -> None:
        last = select(Payment.id, Payment.amount, Payment.transaction_id).order_by(Payment.id.desc()).limit(1)
        paid = connection.execute(last).one()
        assert paid.amount == 261_000_000
        sold = select(Transaction.amount, Transaction.tax, Transaction.state).where(
            Transaction.id == paid.transaction_id
        )
        assert tuple(connection.execute(sold).one()) == (261_000_000, 43_500_000, "completed")
        items = select(BasketItem.description, BasketItem.state).where(BasketItem.payment_id == paid.id)
        assert sorted(connection.execute(items).all()) == sorted((name, "paid") for name in NAMES)

    database.read(work)
    database.close()


def test_by_keyboard_alone(folder: Path, terminal: MouseTerminal) -> None:
    keys = 0

    def press(*pressed: str) -> None:
        nonlocal keys
        keys += len(pressed)
        for key in pressed:
            terminal.write(key)

    for number, (name, price) in enumerate(zip(NAMES, PRICES, strict=True), 1):
        press("a")
        terminal.wait("Unique item ID *")
        press(DOWN, DOWN, DOWN)
        terminal.type(name)
        press(DOWN)
        terminal.type(price)
        press(SAVE)
        terminal.wait(f"Unpaid {number}")
    press(PAY)
    terminal.wait("This payment: no items")
    for _ in NAMES:
        press(" ", " ", "\x1b[D")
    keys -= 1  # back to the items isn't needed after the last one
    terminal.wait("of £261.00 (£217.50 + £43.50 VAT)")
    terminal.wait("3 items paid.")
    press(SAVE)
    terminal.wait("recorded.")
    check(folder)
    assert keys <= MOST_KEYS


def test_marked_items_are_attached_already(folder: Path, terminal: MouseTerminal) -> None:
    for number, (name, price) in enumerate(zip(NAMES, PRICES, strict=True), 1):
        terminal.type("a")
        terminal.wait("Unique item ID *")
        terminal.write(DOWN * 3)
        terminal.type(name)
        terminal.write(DOWN)
        terminal.type(f"{price}{SAVE}")
        terminal.wait(f"Unpaid {number}")
    terminal.type("   ")
    terminal.type(PAY)
    terminal.wait("of £261.00 (£217.50 + £43.50 VAT)")
    terminal.type(SAVE)
    terminal.wait("recorded.")
    check(folder)


def test_by_mouse_alone(folder: Path, terminal: MouseTerminal) -> None:
    """Text is pasted, as the right mouse button does."""
    for number, (name, price) in enumerate(zip(NAMES, PRICES, strict=True), 1):
        terminal.click("a add")
        column, row = terminal.place("Description *")
        terminal.write(f"\x1b[<0;{column + 26};{row}M\x1b[<0;{column + 26};{row}m")
        terminal.paste(name)
        column, row = terminal.place("Price *")
        terminal.write(f"\x1b[<0;{column + 26};{row}M\x1b[<0;{column + 26};{row}m")
        terminal.paste(price)
        terminal.click("Ctrl+S add")
        terminal.wait(f"Unpaid {number}")
    terminal.click(") payment")
    terminal.wait("This payment: no items")
    for number, name in enumerate(NAMES):
        terminal.drag(name, "This payment" if number else "This payment: no items")
    terminal.wait("3 items paid.")
    terminal.click("Ctrl+S record")
    terminal.wait("recorded.")
    check(folder)
