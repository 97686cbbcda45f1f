"""Killed after COMMIT, before its draft was removed: saving the draft that is offered saves nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.screens.driving import Agent, agent_at
from tests.screens.test_drafts import vault_opened
from tests.screens.test_refunds import all_of

from partnertui.config import Folders, Settings
from partnertui.db.models import Note, TicketMessage
from partnertui.db.models.base import Base
from partnertui.kit.views.draft_storage import StoredDrafts

HAD = "Your first attempt had already been saved."


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Until it is called, drafts of what was saved stay, as they do when the program is killed at that moment."""
    monkeypatch.setattr(StoredDrafts, "forget", lambda drafts, what: None)
    return monkeypatch.undo


async def save_twice(
    settings: Settings, folders: Folders, killed: Callable[[], None], screen: str, keys: tuple[str, ...], words: str
) -> Agent:
    """Types and saves, and saves what the next program offers."""
    async with agent_at(settings, folders, screen) as agent:
        await vault_opened(agent)
        await agent.press(*keys)
        await agent.type(words)
        await agent.pilot.pause(0.8)
        await agent.press("ctrl+s")
        await agent.press()
    async with agent_at(settings, folders, screen) as agent:
        await vault_opened(agent)
        await agent.press(*keys)
        assert "Your draft from" in agent.screen
        killed()
        await agent.press("ctrl+s")
        await agent.press()
        assert HAD in agent.message, agent.screen
    return agent


@pytest.mark.parametrize(
    ("model", "screen", "keys", "words"),
    [
        (Note, "customers", ("n",), "called twice"),
        (TicketMessage, "support", ("i",), "looked at it"),
    ],
)
async def test_what_was_saved_is_not_saved_again(
    settings: Settings,
    folders: Folders,
    killed: Callable[[], None],
    model: type[Base],
    screen: str,
    keys: tuple[str, ...],
    words: str,
) -> None:
    before = len(all_of(settings, model))
    await save_twice(settings, folders, killed, screen, keys, words)
    assert len(all_of(settings, model)) == before + 1


async def test_another_text_is_another_note(settings: Settings, folders: Folders, killed: Callable[[], None]) -> None:
    """F4 starts without the draft, and so with another key."""
    async with agent_at(settings, folders, "customers") as agent:
        await vault_opened(agent)
        await agent.press("n")
        await agent.type("one")
        await agent.pilot.pause(0.8)
        await agent.press("ctrl+s")
    killed()
    async with agent_at(settings, folders, "customers") as agent:
        await vault_opened(agent)
        await agent.press("n", "f4")
        await agent.type("two")
        await agent.press("ctrl+s")
        await agent.press()
        assert agent.message == "Note added."
    assert [row.body for row in all_of(settings, Note)][-2:] == ["one", "two"]
