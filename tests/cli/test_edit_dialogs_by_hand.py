"""Every other *edit* dialog, and adding a customer, in a real terminal of 80×24: by keyboard alone, by mouse alone.

DDIs, orders, phones, sounds and price lists have tests of their own beside this one.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.cli.test_ddi_dialogs import MouseTerminal

from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CTRL_S = "\x13"
NAMED = ("users", "products", "price-plans", "canned-responses", "prices")
LISTS = (*((screen, "Name *") for screen in NAMED), ("customers", "Company *"), ("phone-models", "Make *"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and demo data."""
    path = tmp_path_factory.mktemp("dialogs")
    build(f"sqlite:///{path / 'partnertui.db'}", customers=6, cdrs=50, seed=7, now=NOW)
    return path


@pytest.fixture(scope="module")
def terminal(folder: Path) -> Iterator[MouseTerminal]:
    """The program, in 80×24; each test goes to its own screen."""
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "--operator", "ann"]
    found = MouseTerminal(command, (80, 24))
    found.wait("1 of 6")
    yield found
    found.close()


def changes(folder: Path) -> list[tuple[str, str]]:
    """Action and new values of what was changed, as the history has them, the newest first."""
    with sqlite3.connect(folder / "partnertui.db") as connection:
        query = "SELECT action, changes FROM history WHERE operator_name = 'Ann Whitfield' ORDER BY id DESC LIMIT 3"
        return [(action, text) for action, text in connection.execute(query)]


def dismiss(terminal: MouseTerminal) -> None:
    """The next key takes the message of the test before away, once it has been there for a moment."""
    if "? help" not in terminal.lines[-1]:
        terminal.feed(1.6)


def edit(terminal: MouseTerminal, screen: str, how: str) -> None:
    """Opens the dialog on the first row of a list."""
    dismiss(terminal)
    terminal.write(f":{screen}\r")
    terminal.wait("e edit")
    terminal.wait(" of ")
    terminal.type("e") if how == "keyboard" else terminal.click("e edit")
    terminal.wait("▌")  # the field that it begins with: what it reads has arrived


def marked(terminal: MouseTerminal) -> list[str]:
    """The line of the field that has the keyboard."""
    return [line for line in terminal.lines if "▌" in line]


def has_moved(terminal: MouseTerminal, before: list[str]) -> bool:
    """Whether another field has the keyboard now."""
    return marked(terminal) != before


def fill(terminal: MouseTerminal, label: str, text: str, how: str) -> None:
    """Goes to a field and adds a text to what is there: typed, or pasted by the mouse."""
    if how == "keyboard":
        for _ in range(12):
            if any(f"▌{label}" in line for line in terminal.lines):
                break
            moved = partial(has_moved, terminal, marked(terminal))
            terminal.type("\t")
            terminal.until(moved)  # a slow machine answers later than one types
        terminal.type(text)
    else:
        line = terminal.wait(label)
        inside = line[: line.index("│", line.index(label))]
        column, row = len(inside.rstrip(" ▾")) + 1, terminal.lines.index(line) + 1
        terminal.write(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
        terminal.wait(f"▌{label}")
        terminal.paste(text)


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
@pytest.mark.parametrize(("screen", "label"), LISTS)
def test_a_row_is_edited(terminal: MouseTerminal, folder: Path, screen: str, label: str, how: str) -> None:
    text = f"zz{how}"
    edit(terminal, screen, how)
    fill(terminal, label, text, how)
    terminal.type(CTRL_S) if how == "keyboard" else terminal.click("Ctrl+S save")
    terminal.wait("Saved.")
    assert text in str(changes(folder))


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_customer_is_added(terminal: MouseTerminal, folder: Path, how: str) -> None:
    dismiss(terminal)
    terminal.write(":customers\r")
    terminal.wait("a add")
    terminal.type("a") if how == "keyboard" else terminal.click("a add")
    terminal.wait("▌")
    fill(terminal, "Company *", f"New {how} Ltd", how)
    fill(terminal, "E-mail *", f"{how}@example.com", how)
    if how == "keyboard":
        fill(terminal, "Country *", "Norway", how)
    else:
        terminal.click("▾", "Country *")
        terminal.wait("type to narrow")
        terminal.click("Andorra")
        terminal.wait("Country *", "Andorra")
    terminal.type(CTRL_S) if how == "keyboard" else terminal.click("Ctrl+S save")
    terminal.wait("Saved.")
    with sqlite3.connect(folder / "partnertui.db") as connection:
        query = "SELECT country FROM customers WHERE company = ?"
        found = connection.execute(query, (f"New {how} Ltd",)).fetchall()
    assert found == [("NO" if how == "keyboard" else "AD",)]


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_an_sla_target_is_edited(terminal: MouseTerminal, folder: Path, how: str) -> None:
    edit(terminal, "sla-targets", how)
    fill(terminal, "Resolution *", "612" if how == "keyboard" else "613", how)
    terminal.type(CTRL_S) if how == "keyboard" else terminal.click("Ctrl+S save")
    terminal.wait("Saved.")
    assert "61" in str(changes(folder))
