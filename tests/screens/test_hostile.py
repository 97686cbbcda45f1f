"""Hostile rows: escape codes, markup, bidi, a megabyte, NUL, in every text column. The terminal never sees them raw."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.screens.driving import agent_at
from tests.terminal import Terminal
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from partnertui import screens
from partnertui.config import Folders, Settings

SCREENS = tuple(screens.find().screens)
RAW = (b"\x1b]0", b"\x1b]52", b"\x1bP", b"\x1b_", b"\x9b2J", "\u202e".encode(), "\u200b".encode(), b"\x00")
KEYS = ("\x1b[B", "\r", "h", "\x1b", "\x1b", ".", "\x1b", "?", "\x1b")
"""Down, open, history, back, back, actions, help; test_hostile_actions.py runs every action, without a pty."""
SIZES = (((80, 24), KEYS), ((140, 40), KEYS[1:4]))
"""What is drawn wide is drawn by the same widgets, so lists, records and history are enough there."""


def clickable_actions(screen: Screen[object]) -> list[str]:
    """Actions that a click on any cell of the screen would run because text was read as markup."""
    strips = screen._compositor.render_strips()
    metas = (segment.style.meta for strip in strips for segment in strip if segment.style is not None)
    return [f"{name}={action}" for meta in metas for name, action in meta.items() if name.startswith("@")]


async def test_a_click_s_action_in_markup_is_seen() -> None:
    """The test below can fail: Textual's own widgets do read markup."""

    class Unguarded(App[object]):
        def compose(self) -> ComposeResult:
            yield Static("[@click=app.bell]here[/]")

    async with Unguarded().run_test() as pilot:
        assert len(clickable_actions(pilot.app.screen)) == 1


@pytest.mark.parametrize("screen", SCREENS)
async def test_screens_open_and_clicks_run_nothing(
    screen: str, hostile_folder: Path, settings: Settings, folders: Folders
) -> None:
    async with agent_at(settings, folders, screen, (140, 40)) as agent:
        assert agent.view.error is None
        assert clickable_actions(agent.app.screen) == []
        await agent.press("enter")
        assert clickable_actions(agent.app.screen) == []
        start = agent.view.location
        for y in range(3, 38, 7):
            await agent.pilot.click(offset=(24 + 3 * y, y))
            if len(agent.app.screen_stack) > 1 or agent.view.location != start:
                await agent.pilot.press("escape")
        assert agent.app.is_running
        assert not any(sign in agent.screen for sign in ("\x1b", "\x07", "\x00", "\u202e"))


@pytest.mark.parametrize(("size", "keys"), SIZES, ids=["80x24", "140x40"])
def test_no_raw_byte_reaches_the_terminal(hostile_folder: Path, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "partnertui", "--dir", str(hostile_folder), "--operator", ""]
    terminal = Terminal(command, size)
    terminal.settle()
    for name in SCREENS:
        terminal.write(f":{name}\r")
        for key in keys:
            terminal.send(key)
            terminal.settle(0.05, 4)
    output = bytes(terminal.run.output)
    terminal.close()
    assert len(output) > 20_000
    assert [sign for sign in RAW if sign in output] == []
    assert output.count(b"\x1b[2J") <= 1
