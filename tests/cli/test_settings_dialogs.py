"""A list of the settings and the import in a real terminal of 80×24: by the keyboard alone, and by the mouse alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.cli.test_ddi_dialogs import MouseTerminal

from partnertui.db.database import open_database
from partnertui.db.models import PriceList, PriceListEntry, SlaTarget
from partnertui.demo import build
from partnertui.domain.ticket_enums import Priority

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CTRL_S, ESC, DELETE = "\x13", "\x1b", "\x1b[3~"


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(found, customers=12, cdrs=200, seed=7, now=NOW)
    database = open_database(found)
    lists = [{"name": "Aaa", "kind": "calls", "currency": "EUR", "enabled": True}]
    database.write(lambda connection: connection.execute(insert(PriceList), lists))
    database.close()
    return found


def opened(tmp_path: Path, screen: str, ready: str) -> Iterator[MouseTerminal]:
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--operator", "ann"]
    terminal = MouseTerminal(command, (80, 24))
    terminal.wait("1 of 12")
    terminal.write(f":{screen}\r")
    terminal.wait(ready)
    terminal.wait("e edit")
    yield terminal
    terminal.close()


@pytest.fixture
def lists(tmp_path: Path, url: str) -> Iterator[MouseTerminal]:
    """The program at the price lists, on one that nobody uses."""
    yield from opened(tmp_path, "price-lists", "Aaa")


@pytest.fixture
def targets(tmp_path: Path, url: str) -> Iterator[MouseTerminal]:
    """The program at the SLA targets."""
    yield from opened(tmp_path, "sla-targets", "1 of 4")


def read(url: str, statement: Any) -> list[Any]:
    database = open_database(url)
    found = database.read(lambda connection: list(connection.execute(statement).mappings()))
    database.close()
    return found


def names(url: str) -> set[str]:
    return {row["name"] for row in read(url, select(PriceList.name))}


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_row_is_added(lists: MouseTerminal, url: str, how: str) -> None:
    lists.type("a") if how == "keyboard" else lists.click("a add")
    lists.wait("Add a price list")
    lists.type("New one") if how == "keyboard" else lists.paste("New one")
    lists.type(CTRL_S) if how == "keyboard" else lists.click("Ctrl+S save")
    lists.wait("Saved.")
    assert "New one" in names(url)


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_row_is_edited(lists: MouseTerminal, url: str, how: str) -> None:
    lists.type("e") if how == "keyboard" else lists.click("e edit")
    lists.wait("Price list Aaa")
    lists.wait("Ctrl+S save")
    if how == "keyboard":
        lists.type(" again" + CTRL_S)
    else:
        lists.click("[x] yes")
        lists.wait("[ ] no")
        lists.click("Ctrl+S save")
    lists.wait("Saved.")
    row = next(row for row in read(url, select(PriceList.name, PriceList.enabled)) if row["name"].startswith("Aaa"))
    assert (row["name"], row["enabled"]) == (("Aaa again", True) if how == "keyboard" else ("Aaa", False))


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_a_row_that_nobody_uses_is_deleted(lists: MouseTerminal, url: str, how: str) -> None:
    lists.type(DELETE) if how == "keyboard" else lists.click("Del delete")
    lists.wait("Nothing uses this price list.")
    lists.type("y") if how == "keyboard" else lists.click("delete it")
    lists.wait("Deleted price list Aaa.")
    assert "Aaa" not in names(url)


def test_a_row_in_use_stays_and_says_who_uses_it(lists: MouseTerminal, url: str) -> None:
    lists.type("/Standard calls currency:GBP\r")
    lists.wait("1 of 1")
    lists.type(DELETE)
    lists.wait("Not deleted, because it is used by")
    assert "Standard calls" in names(url)


def test_a_mistake_is_told_at_its_field(targets: MouseTerminal, url: str) -> None:
    targets.type("e")
    targets.wait("Ctrl+S save")
    targets.type("\t\t\t9999" + CTRL_S)
    targets.wait("The resolution target can't be shorter than the")
    assert read(url, select(SlaTarget.first_answer_minutes).where(SlaTarget.priority == Priority.URGENT)) == [
        {"first_answer_minutes": 60}
    ]


def rates(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "r.csv"
    path.write_text("\n".join(("Prefix;Name;Rate", *lines, "")))
    return path


def imported(url: str) -> list[str]:
    query = select(PriceListEntry.prefix).join(PriceList).where(PriceList.name == "Aaa")
    return [row["prefix"] for row in read(url, query.order_by(PriceListEntry.prefix))]


@pytest.mark.parametrize("how", ["keyboard", "mouse"])
def test_rates_are_imported(lists: MouseTerminal, url: str, tmp_path: Path, how: str) -> None:
    path = rates(tmp_path, "49;Germany;0,0123", "4930;Berlin;0,02")
    if how == "keyboard":
        lists.type("\x1b[18~")  # F7
    else:
        lists.write("\x1b[<2;10;5M\x1b[<2;10;5m")  # the right button: the menu of what can be done with the row
        lists.click("Import rates")
    lists.wait("CSV file *")
    lists.wait("Aaa (EUR)")
    lists.type(str(path)) if how == "keyboard" else lists.write(f"\x1b[200~{path}\x1b[201~")
    lists.type(CTRL_S) if how == "keyboard" else lists.click("Ctrl+S check")
    lists.wait("2 lines can be imported")
    lists.type(CTRL_S) if how == "keyboard" else lists.click("Ctrl+S import", "Esc close")
    lists.wait("2 prices imported.")
    assert imported(url) == ["49", "4930"]


def test_bad_lines_are_shown_and_nothing_is_imported(lists: MouseTerminal, url: str, tmp_path: Path) -> None:
    path = rates(tmp_path, "49;Germany;0,0123", "+49;Plus;0,02")
    lists.type("\x1b[18~")
    lists.wait("Aaa (EUR)")
    lists.type(str(path) + CTRL_S)
    lists.wait("Line 3, Prefix: “+49” isn't a prefix")
    lists.wait("1 of 2 lines isn't valid")
    lists.type(CTRL_S)
    lists.wait("This file can't be imported.")
    lists.type(ESC)
    assert imported(url) == []
