"""A card is found by its whole number, which is typed unseen, in no dump of the screen and kept nowhere."""

from __future__ import annotations

from pathlib import Path

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings

CANARY = "".join(("41111111", "11111111"))


async def test_a_number_that_no_card_has(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    async with agent_at(settings, folders, "credit-cards", (80, 24)) as agent:
        await agent.press("ctrl+p")
        await agent.type("full number")
        await agent.press("enter")
        await agent.type(CANARY)
        assert CANARY not in agent.screen
        assert CANARY not in agent.app.export_screenshot().replace("&#160;", "")
        await agent.press("enter")
        assert "No stored card has this number" in agent.screen or "no key" in agent.screen
        assert CANARY not in agent.screen
        await agent.press("escape")
    folder = folders.data
    found = [file.name for file in folder.rglob("*") if file.is_file() and CANARY.encode() in file.read_bytes()]
    assert found == []
