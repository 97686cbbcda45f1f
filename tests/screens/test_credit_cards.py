"""Credit cards: an expired one is never “active”, and deleting asks first."""

from __future__ import annotations

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings


async def test_an_expired_card_is_not_active(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "credit-cards") as agent:
        rows = agent.view.table.window.rows
        assert {row["status"] for row in rows if row["expires"] < 202001} <= {"expired", "deleted"}
        for line in agent.screen.splitlines():
            assert not (" expired" in line and " active" in line)
        await agent.press("tab", "tab")
        assert set(agent.column("status")) <= {"expired"}


async def test_a_card_is_deleted_after_a_question(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "credit-cards", (80, 24)) as agent:
        await agent.press("delete")
        assert "Delete the card?" in agent.screen
        await agent.press("escape", "delete", "y")
        assert "its number destroyed" in agent.message
        assert "deleted" in agent.column("status")
        await agent.press("delete")
        assert "already been deleted" in agent.message or "Delete the card?" in agent.screen
