"""Bad input: no database, another schema, a read-only file, a tiny terminal, bad filters: a sentence each."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings


def at(settings: Settings, url: str) -> Settings:
    """The settings with another database."""
    return replace(settings, database=DatabaseSettings(url=url))


@pytest.mark.parametrize(
    ("url", "words", "advice"),
    [
        ("sqlite:///{folder}/none.db", "The database is empty", "partnertui migrate"),
        ("sqlite:///{folder}/no/such/folder/x.db", "database", ""),
        ("postgresql://x@127.0.0.1:1/none", "isn't responding", "once it responds"),
        ("mysql://x@localhost/none", "doesn't support mysql", "sqlite:///path"),
        ("nonsense", "URL isn't valid", "sqlite:///path"),
    ],
)
async def test_no_database(
    url: str, words: str, advice: str, settings: Settings, folders: Folders, tmp_path: Path
) -> None:
    broken = at(settings, url.format(folder=tmp_path))
    async with agent_at(broken, folders, "customers", (80, 24)) as agent:
        assert words in agent.screen
        assert advice in agent.screen.replace("\n", " ")
        assert "offline" in agent.screen
        assert "Traceback" not in agent.screen
        await agent.press("g", "d", "question_mark", "escape")
        assert agent.app.is_running


@pytest.mark.parametrize(("version", "words"), [("9999", "newer than this program"), ("0000", "version 0000")])
async def test_schema_of_another_version(
    version: str, words: str, settings: Settings, folders: Folders, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "partnertui.db") as database:
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        assert words in agent.screen


async def test_reconnects_by_itself(
    settings: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnertui.kit.shell import sign_in_and_outage

    monkeypatch.setattr(sign_in_and_outage, "RETRY_SECONDS", 0.3)
    file, away = tmp_path / "partnertui.db", tmp_path / "away.db"
    file.rename(away)
    file.write_bytes(b"no database" * 1000)
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        assert "isn't a partnertui database" in agent.screen
        away.replace(file)
        await agent.pilot.pause(1.0)
        await agent.press()
        assert agent.view.table.window.rows
        assert "offline" not in agent.screen


async def test_a_read_only_file_can_be_read_and_saving_is_refused(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write any file, so the file is opened as one that may not be written."""
    from functools import partial

    from partnertui.db import database

    monkeypatch.setattr(database, "open_database", partial(database.open_database, read_only=True))
    async with agent_at(settings, folders, "customers") as agent:
        assert agent.view.table.window.rows
        await agent.press("n")
        await agent.type("A note to keep")
        await agent.press("ctrl+s")
        assert "The database file is read-only. Check its permissions." in agent.screen
        assert "A note to keep" in agent.screen


async def test_tiny_terminal(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (59, 14)) as agent:
        assert "This terminal is 59x14; partnertui needs 60x15." in agent.screen
    async with agent_at(settings, folders, "customers", (40, 10)) as agent:
        words = " ".join(agent.screen.split())
        assert "partnertui needs 60x15. Enlarge it, or reduce the font size. Ctrl+Q quits." in words
    async with agent_at(settings, folders, "customers", (60, 15)) as agent:
        assert agent.view.table.window.rows
        assert "Customers" in agent.screen


async def test_an_invalid_filter_keeps_the_last_result(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnertui.kit.views.lists import filter_line

    monkeypatch.setattr(filter_line, "TYPING_PAUSE_SECONDS", 1.0)  # a slow machine pauses between two keys
    async with agent_at(settings, folders, "cdr") as agent:
        rows = agent.column("id")
        await agent.press("slash")
        await agent.type("charge>abc")
        await agent.pilot.pause(1.2)
        assert agent.column("id") == rows
        assert agent.view.bar.mistake
        assert agent.view.bar.mistake in agent.screen
        await agent.press("enter")
        assert agent.view.state.query == ""


async def test_f4_clears_a_mistaken_filter_while_it_is_typed(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("slash")
        await agent.type("charge>abc")
        await agent.press("enter", "f4")
        assert agent.view.bar.mistake == ""
        assert "charge>abc" not in agent.screen
        await agent.type("charge>1")
        await agent.press("enter")
        assert agent.view.state.query == "charge>1"


async def test_a_word_that_matches_two_customers_lists_both(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("ctrl+k")
        await agent.type("e")
        picker: Any = agent.app.screen
        assert len(picker.choices.items) > 1
        assert agent.app.services.scope is None
        await agent.press("down", "enter")
        assert agent.app.services.scope is not None


async def test_unknown_operator(settings: Settings, folders: Folders) -> None:
    async with agent_at(replace(settings, operator="nobody"), folders, "customers", (80, 24)) as agent:
        assert "no operator with the login" in agent.screen


async def test_a_bug_in_a_screen_does_not_end_the_program(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        agent.view.feed.painted = None
        await agent.press("f5")
        assert "Something went wrong" in agent.message
        assert agent.app.is_running
        await agent.press("g", "u")
        assert agent.view.table.window.rows
