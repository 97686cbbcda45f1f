"""Hostile values where no text is expected: digits of menus, actions of the history, states of group members."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from tests.db.history_walls import drop_guards

from partnertui.config import Folders, Settings
from partnertui.db.customer_call_routing import read_plan
from partnertui.db.database import open_database
from partnertui.db.models import User
from partnertui.kit.terminal.svg_screenshot_cleanup import clean
from partnertui.kit.views.notes_and_history import change_lines
from partnertui.screenshot import take

HOSTILE = "\x1b[31mX\x07\u202e" + "\u0301" * 499


@pytest.fixture
def spoiled(settings: Settings, tmp_path: Path) -> None:
    """A database with hostile values that its CHECKs would refuse, as a damaged or older one may have."""
    with sqlite3.connect(tmp_path / "partnertui.db") as database:
        drop_guards(database)
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("UPDATE ivr_entries SET digit = ? || id", (HOSTILE,))
        database.execute("UPDATE history SET action = ?", (HOSTILE,))
        database.execute("UPDATE users SET state = ?, extension = ? || id", (HOSTILE, HOSTILE))


@pytest.mark.usefixtures("spoiled")
@pytest.mark.parametrize("screen", ["ivrs", "pickup-groups", "customers", "users"])
async def test_pictures_hold_no_control_characters(screen: str, settings: Settings, folders: Folders) -> None:
    text = await take(settings, folders, screen, keys="enter", size=(140, 60), format="text")
    assert text.replace("\n", "").isprintable()
    assert "\u0301" * 4 not in text
    ElementTree.fromstring(await take(settings, folders, screen, keys="enter h", format="svg"))


@pytest.mark.usefixtures("spoiled")
def test_values_are_cleaned_when_they_are_loaded(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")) as database:
        plans = database.read(lambda connection: [read_plan(connection, customer) for customer in range(1, 40)])
        (state,) = set(database.read(lambda connection: connection.scalars(select(User.state)).all()))
    digits = [digit for plan in plans for menu in plan.menus.values() for digit, _ in menu.entries]
    assert digits
    assert all(text.isprintable() and "\u0301" * 4 not in text for text in (*digits, str(state)))


def test_a_line_of_the_history_is_clean_to_copy() -> None:
    entry = {"at": datetime(2026, 5, 1, tzinfo=UTC), "operator_name": "Ann", "action": HOSTILE, "changes": {}}
    (line,) = change_lines(entry, 80)
    assert line.copy.isprintable()


def test_a_picture_is_well_formed_whatever_was_painted() -> None:
    ElementTree.fromstring(clean("<svg><text>a\x1b[31m\x00\ufffe</text></svg>"))
