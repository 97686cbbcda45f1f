"""Adjusting credit and checking the billing in a real terminal of 80×24: by keyboard alone, and by mouse alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.terminal import Terminal

from partnertui.db.database import open_database
from partnertui.db.models import Customer, StatementEntry
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
EURO = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings and demo data."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=3, cdrs=50, seed=7, now=NOW)
    settings = f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n[vies]\nurl = ""\n'
    (tmp_path / "settings.toml").write_text(settings)
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The program at the list of customers."""
    found = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("1 of 3")
    yield found
    found.close()


def balances(folder: Path) -> dict[int, tuple[int, int]]:
    """Credit and last ledger balance of each customer."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    lines = select(StatementEntry.customer_id, StatementEntry.balance_after).order_by(StatementEntry.sequence)

    def work(connection: Any) -> dict[int, tuple[int, int]]:
        last = {customer: balance for customer, balance in connection.execute(lines)}
        return {key: (credit, last[key]) for key, credit in connection.execute(select(Customer.id, Customer.credit))}

    found = database.read(work)
    database.close()
    return found


def part(folder: Path) -> None:
    """Lets credit and ledger of every customer differ, as other programs may."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    database.write(lambda connection: connection.execute(update(Customer).values(credit=Customer.credit + EURO)))
    database.close()


def click(terminal: Terminal, *wanted: str) -> None:
    """Waits for a line with the last of these texts and clicks it there."""
    line = terminal.wait(*wanted)
    x, y = line.index(wanted[-1]) + 1, terminal.lines.index(line) + 1
    terminal.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")


def changed(before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]]) -> list[int]:
    """By how much credits differ; every ledger ends at its credit."""
    assert all(credit == balance for credit, balance in after.values())
    return [after[key][0] - before[key][0] for key in before if after[key][0] != before[key][0]]


def test_credit_by_keyboard_alone(folder: Path, terminal: Terminal) -> None:
    before = balances(folder)
    terminal.type("W")
    terminal.wait("Credit now: ")
    terminal.type("-2.50\tgoodwill\x13")
    terminal.wait("Credit adjusted: ")
    assert changed(before, balances(folder)) == [-2_500_000]


def test_credit_by_mouse_alone(folder: Path, terminal: Terminal) -> None:
    """The mouse opens the dialog, chooses the field and saves; a text is typed all the same."""
    before = balances(folder)
    click(terminal, "adjust credit")
    terminal.wait("Credit now: ")
    terminal.type("3")
    click(terminal, "Reason *")
    line = next(line for line in terminal.lines if "Reason *" in line)
    x, y = line.index("Reason *") + 26, terminal.lines.index(line) + 1
    terminal.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
    terminal.type("goodwill")
    click(terminal, "Esc cancel", "Ctrl+S adjust")
    terminal.wait("Credit adjusted: ")
    assert changed(before, balances(folder)) == [3 * EURO]


def test_billing_by_keyboard_alone(folder: Path, terminal: Terminal) -> None:
    part(folder)
    terminal.type("Q")
    terminal.wait("[ ] The ledger ends at")
    terminal.type(" ")
    terminal.wait("[x] The ledger ends at")
    terminal.type("\x13")
    terminal.wait("1 fix applied.")
    assert sum(credit == balance for credit, balance in balances(folder).values()) == 1


def test_billing_by_mouse_alone(folder: Path, terminal: Terminal) -> None:
    part(folder)
    click(terminal, "check billing")
    click(terminal, "[ ] The ledger ends at")
    click(terminal, "[x] The ledger ends at")
    click(terminal, "[ ] The ledger ends at")
    click(terminal, "apply 1 fix")
    terminal.wait("1 fix applied.")
    click(terminal, "Esc close")
    terminal.wait("Q check billing")
    assert sum(credit == balance for credit, balance in balances(folder).values()) == 1
