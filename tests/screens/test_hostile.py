"""Hostile rows: escape codes, markup, bidi, a megabyte, NUL, in every text column. The terminal never sees them raw."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import Text
from tests.db.history_walls import drop_guards
from tests.screens.driving import agent_at

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.db.models import Base
from pty_run import PtyRun

SCREENS = tuple(screens.find().screens)
TITLE, CLIP, CLEAR = "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x1b[2J\x1b[1;1H"
HOSTILE = (
    f"{TITLE}{CLIP}{CLEAR}[@click=app.exit]press[/] [bold]b[/bold] [/foo] \u202egnp.exe \u200b\x00\x9b2J"
    f"\x08\x08\r\n\tend \x1bP1$r\x1b\\ \x1b_Gi=1\x1b\\"
)
RAW = (b"\x1b]0", b"\x1b]52", b"\x1bP", b"\x1b_", b"\x9b2J", "\u202e".encode(), "\u200b".encode(), b"\x00")
KEPT = re.compile(r"currency|country|language|time_zone|sip_domain|^id$|code$|hash|login|media_type|channel|revision")


@pytest.fixture
def hostile_folder(settings: Settings, tmp_path: Path) -> Path:
    """A folder whose database has hostile text in every text column."""
    with sqlite3.connect(tmp_path / "partnertui.db") as database:
        drop_guards(database)
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if type(column.type) is not Text or KEPT.search(column.name):
                    continue
                text = HOSTILE + ("x" * 1_000_000 if column.name in {"subject", "company"} else "")
                where = "WHERE id = (SELECT min(id) FROM t)" if len(text) > 10_000 else ""
                statement = (
                    f"UPDATE {table.name} AS t SET {column.name} = ? || id {where.replace(' t)', f' {table.name})')}"
                )
                database.execute("PRAGMA ignore_check_constraints = ON")
                database.execute(statement, (text,))
    return tmp_path


def program(folder: Path) -> list[str]:
    """The program in that folder."""
    return [str(Path(sys.executable).parent / "partnertui"), "--dir", str(folder), "--operator", ""]


@pytest.mark.parametrize("screen", SCREENS)
async def test_screens_open_and_clicks_run_nothing(
    screen: str, hostile_folder: Path, settings: Settings, folders: Folders
) -> None:
    async with agent_at(settings, folders, screen, (140, 40)) as agent:
        assert agent.view.error is None
        await agent.press("enter")
        start = agent.view.location
        for y in range(1, 38, 3):
            for x in range(24, 138, 19):
                await agent.pilot.click(offset=(x, y))
                if len(agent.app.screen_stack) > 1 or agent.view.location != start:
                    await agent.pilot.press("escape")
        assert agent.app.is_running
        assert not any(sign in agent.screen for sign in ("\x1b", "\x07", "\x00", "\u202e"))


def test_no_raw_byte_reaches_the_terminal(hostile_folder: Path) -> None:
    run = PtyRun(program(hostile_folder), env={"TZ": "UTC"})
    run.read(1.0, 8)
    entries = screens.find().screens.values()
    for listed in entries:
        for keys in (
            f"g{listed.entry.key}".encode(),
            b"\x1b[B",
            b"\r",
            b"h",
            b"\x1b",
            b"\x1b",
            b".",
            b"\x1b",
            b"?",
            b"\x1b",
        ):
            os.write(run.fd, keys)
            run.read(0.25, 4)
    output = bytes(run.output)
    run.close()
    assert len(output) > 20_000, output
    found = [sign for sign in RAW if sign in output]
    assert found == []
    assert output.count(b"\x1b[2J") == 0
