"""*As it was*: whose a number was and where it led, from the palette."""

from __future__ import annotations

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings


async def test_a_number_as_it_was(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await agent.press("ctrl+p")
        await agent.type("as of a past")
        await agent.press("enter")
        assert "Record as of a past time" in agent.screen
        await agent.press("enter")
        assert len(agent.app.screen_stack) > 1, "a moment is required"
        await agent.type("1h")
        await agent.press("enter")
        assert "routed to" in agent.screen
        assert "0 later changes left out" in " ".join(agent.screen.split()) or "Number: +" in agent.screen
        await agent.press("escape")
        assert len(agent.app.screen_stack) == 1


async def test_before_it_was_added(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (80, 24)) as agent:
        await agent.press("ctrl+p")
        await agent.type("as of a past")
        await agent.press("enter")
        await agent.type("not a time")
        await agent.press("enter")
        assert "not a time" in agent.screen, "what was typed is kept"
        assert len(agent.app.screen_stack) > 1
