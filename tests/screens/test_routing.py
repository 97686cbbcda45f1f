"""Explain a call, by keyboard: from a DDI to the phones that ring; the tree of an IVR leads to its targets."""

from __future__ import annotations

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings


async def test_explain_from_a_ddi(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis", (100, 30)) as agent:
        agent.view.bar.replace("state:active routes_to:ivr")
        await agent.press()
        number = str(agent.column("number")[0])
        await agent.press("E")
        assert number in agent.screen.replace(" ", "")
        await agent.press("ctrl+s")
        assert "is one of this customer's numbers, so the call is inbound." in agent.screen
        assert "withheld number calls" in agent.screen
        assert "Rule 10 “Opening hours”" in agent.screen


async def test_an_invalid_number_is_reported_at_its_field(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "routing-rules", (100, 30)) as agent:
        await agent.press("E", "shift+tab", "shift+tab", "ctrl+u")  # it begins at the time, because the number is known
        await agent.type("hello")
        await agent.press("ctrl+s")
        assert "hello" in agent.screen
        assert "isn't a phone number" in agent.screen


async def test_the_tree_of_a_menu_leads_on(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ivrs", (100, 40)) as agent:
        await agent.press("enter")
        assert "├─ 0 → the user" in agent.screen
        body = agent.view.body
        place = next(at for at, line in enumerate(body.lines.sides[0]) if line.copy.startswith("1 → the ring group"))
        body.lines.cursor = place
        await agent.press("enter")
        assert agent.view.location.screen == "ring-groups"
        assert "when nobody answers:" in agent.screen
