"""A mistake in what a key leads to is a sentence, and the program goes on."""

from __future__ import annotations

from typing import Any

import pytest
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings


@pytest.mark.parametrize("key", ["question_mark", "ctrl+p", "full_stop"])
async def test_a_mistake_behind_a_key(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    def broken(*args: Any, **more: Any) -> Any:
        raise ImportError("cannot import name")

    async with agent_at(settings, folders, "customers") as agent:
        with monkeypatch.context() as patch:
            patch.setattr("partnertui.kit.shell.help.help_items", broken)
            patch.setattr("partnertui.kit.shell.palette_and_menus.action_items", broken)
            await agent.press(key)
            assert "Something went wrong (ImportError)" in agent.message
        assert agent.app.is_running
        await agent.press(key)
        assert len(agent.app.screen_stack) == 2, "the dialog opens once the mistake is gone"
