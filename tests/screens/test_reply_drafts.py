"""What goes with a reply that isn't sent yet is kept as its text is: files, evidence, language, when it is sent."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.screens.driving import Agent, agent_at
from tests.screens.test_support_reply import canned, newest

from partnertui.config import Folders, Settings
from partnertui.db.models import Draft, OutboxMail, Ticket, TicketAttachment
from partnertui.db.tickets import draft_files
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.kit.views.draft_storage import StoredDrafts

SECRET = b"a trace with a password"


async def attach(agent: Agent, file: Path) -> None:
    """Attaches a file of this host."""
    await agent.press("ctrl+g", "f")
    await agent.type(str(file))
    await agent.press("ctrl+s")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.txt"
    path.write_bytes(SECRET)
    return path


def stored_without(file: Path, folders: Folders) -> bytes:
    """All that the program stored, once the file is gone."""
    file.unlink()
    return b"".join(path.read_bytes() for path in folders.data.rglob("*") if path.is_file())


@pytest.fixture
def keyed(settings: Settings, folders: Folders) -> Settings:
    """Settings whose database has keys, so that drafts outlive the program."""
    from partnertui.cli import main

    text = f'operator = "ann"\n[database]\nurl = "{settings.database.url}"\n'
    (folders.data / "settings.toml").write_text(text)
    assert main(["--dir", str(folders.data), "keys", "init"]) == 0
    return settings


async def test_files_outlive_the_program_encrypted_and_are_sent(keyed: Settings, folders: Folders, log: Path) -> None:
    async with agent_at(keyed, folders, "support") as agent:
        await agent.press("R")
        await agent.type("See the file")
        await attach(agent, log)
        await agent.pilot.pause(1.5)  # as long as storing may take
    assert SECRET not in stored_without(log, folders)
    async with agent_at(keyed, folders, "support") as agent:
        await agent.press("R")
        assert "Attached: log.txt" in agent.screen
        await agent.press("ctrl+s", "o")
        found = newest(agent, TicketAttachment)
        assert (found["name"], found["content"]) == ("log.txt", SECRET)
        await agent.pilot.pause(1.0)
        left = agent.app.services.database.read(lambda c: c.execute(select(Draft.form)).scalars().all())
        assert [form for form in left if form.startswith("reply")] == []


async def test_esc_and_f4_keep_what_is_attached(settings: Settings, folders: Folders, log: Path) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await attach(agent, log)
        await agent.press("escape", "R")
        assert "Attached: log.txt" in agent.screen
        await agent.press("f4")
        assert "Attached" not in agent.screen
        await agent.press("f4")
        assert "Attached: log.txt" in agent.screen
        await agent.press("ctrl+g", "r", "escape", "R")
        assert "Attached" not in agent.screen


async def test_what_is_being_stored_is_offered(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = StoredDrafts._store

    def slowly(drafts: StoredDrafts, what: DraftOf, draft: StoredDraft, number: int, seconds: float) -> None:
        time.sleep(1.5)
        store(drafts, what, draft, number, seconds)

    monkeypatch.setattr(StoredDrafts, "_store", slowly)
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("Half a sent")
        await agent.pilot.pause(0.5)  # it is no longer held, and not stored yet
        await agent.press("escape", "R")
        assert agent.view.composer.text == "Half a sent"


async def test_files_that_no_mail_takes_are_refused_at_once(
    settings: Settings, folders: Folders, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "MOST_BYTES", len(SECRET) + 1)
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await attach(agent, log)
        await attach(agent, log)
        assert "The attachments are too large" in agent.screen


async def test_a_reply_that_is_taken_back_has_its_attachments(settings: Settings, folders: Folders, log: Path) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("See the file")
        await attach(agent, log)
        await agent.press("ctrl+s", "o", "ctrl+z")
        assert "Attached: log.txt" in agent.screen
        await agent.press("ctrl+s", "o")
        assert newest(agent, OutboxMail)["state"] == "waiting"
        assert newest(agent, TicketAttachment)["content"] == SECRET


async def test_the_language_is_chosen_in_the_reply(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        canned(agent)
        await agent.press("enter", "R")
        ticket = agent.view.row["id"]
        await agent.press("ctrl+l")
        await agent.type("germ")
        await agent.press("enter")
        assert "(de)" in agent.screen
        await agent.press("ctrl+r", "r", "enter")
        assert agent.view.composer.text == "Guten Tag, bitte neu starten."
        await agent.press("escape", "R")
        assert "(de)" in agent.screen

        def language() -> str | None:
            statement = select(Ticket.language).where(Ticket.id == ticket)
            found: str | None = agent.app.services.database.read(lambda c: c.execute(statement).scalar_one())
            return found

        before = language()
        await agent.press("ctrl+s", "o")
        assert language() == "de"
        await agent.press("ctrl+z")
        assert language() == before
        assert "(de)" in agent.screen


async def test_only_keys_that_work_are_hinted(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        assert agent.screen.splitlines()[-1].rstrip().endswith("? help")
        await agent.press("R")
        hints = agent.screen.splitlines()[-1]
        assert "F1 help" in hints
        assert "?" not in hints
        assert " c customer" not in hints
        await agent.type("?")
        assert agent.view.composer.text == "?"
        await agent.press("ctrl+s", "escape")
        assert "Enter open" not in agent.screen.splitlines()[-1]
        await agent.press("f1")
        assert "Help: Support" in agent.screen
        await agent.press("escape", "backspace", "escape")
        assert agent.screen.splitlines()[-1].rstrip().endswith("? help")
        await agent.press("escape", "/")
        assert "? help" not in agent.screen


async def test_without_a_key_a_text_is_only_discarded_after_a_question(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("Dear Ann")
        agent.app.services.drafts.refusal = "there is no key to encrypt them with."
        await agent.press("escape")
        assert "Discard your text?" in agent.screen
        await agent.press("escape")
        assert "Dear Ann" in agent.screen
        await agent.press("escape", "y")
        assert "Dear Ann" not in agent.screen
        await agent.press("R")
        assert "Dear Ann" not in agent.screen
