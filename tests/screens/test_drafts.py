"""What is typed and not saved is offered again: after leaving, discarding, and where the database doesn't answer."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseUnavailable
from partnertui.kit.views import draft_storage

SIZE = (100, 30)


async def vault_opened(agent: Agent) -> None:
    for _ in range(500):
        if agent.app.services.drafts.vault is None:
            await asyncio.sleep(0.01)


def files_with(folder: Path, content: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and content in path.read_bytes()]


async def test_a_text_left_by_quitting_is_offered_again(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        await agent.type("half a note")
        await agent.press("ctrl+q", "y")
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        assert "half a note" in agent.screen
        assert "Your draft from" in agent.screen
        await agent.press("f4")
        assert "half a note" not in agent.screen
        await agent.press("f4", "ctrl+s")
        assert agent.message == "Note added."
        await agent.press("n")
        assert "half a note" not in agent.app.screen.area.text  # type: ignore[attr-defined]
        assert "Your draft" not in agent.screen


async def test_one_esc_too_many_loses_no_reply(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("R")
        await agent.type("precious words")
        await agent.press("escape")
        assert "precious words" not in agent.screen
        await agent.press("R")
        assert "precious words" in agent.screen
        assert "Your draft from" in agent.screen
        await agent.press("f4")
        assert "precious words" not in agent.screen
        await agent.press("f4")
        assert "precious words" in agent.screen


async def test_a_form_goes_on_where_it_was_left(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("e", "ctrl+u")
        await agent.type("Other Ltd")
        await agent.press("tab", "ctrl+u")
        await agent.type("Jo")
        await agent.pilot.pause(1.0)
        agent.app.exit(0)
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("e")
        assert "Other Ltd" in agent.screen
        assert "Company, Contact. F4 starts afresh." in agent.screen
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
        assert "Other Ltd" in agent.column("company")


async def test_without_the_database_the_draft_is_kept_on_this_host(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **named: object) -> None:
        raise DatabaseUnavailable("away")

    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        monkeypatch.setattr(Database, "write", away)
        await agent.type("typed in the dark")
        await agent.pilot.pause(1.0)
        agent.app.exit(0)
    (kept,) = (folders.state / "drafts").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"dark" not in kept.read_bytes()
    monkeypatch.undo()
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        assert "typed in the dark" in agent.screen
        await agent.press("ctrl+s")
        assert agent.message == "Note added."
    assert list((folders.state / "drafts").iterdir()) == []


async def test_nothing_typed_is_found_in_clear(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        await agent.type("canary-4929")
        await agent.pilot.pause(1.0)
        agent.app.exit(0)
    assert files_with(tmp_path, b"SQLite format 3") != []
    assert files_with(tmp_path, b"canary-4929") == []


async def test_where_nothing_can_be_stored_it_says_so(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **named: object) -> None:
        raise DatabaseUnavailable("The database isn't responding.")

    def full(*args: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await vault_opened(agent)
        await agent.press("n")
        monkeypatch.setattr(Database, "write", away)
        monkeypatch.setattr(draft_storage, "write_file", full)
        await agent.type("typed in the dark")
        await agent.pilot.pause(1.0)
        assert "can't be kept as a draft: The database isn't responding." in agent.message
        assert "typed in the dark" in agent.screen
