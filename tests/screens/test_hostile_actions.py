"""Each action of each screen with hostile rows: forms, pickers, composer, boards and plots, in lists and in records.

Both walls are looked at after every key: what is painted (text is cleaned, markup isn't read), and the bytes that the
program's own driver writes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.screens.driving import Agent
from tests.screens.test_hostile import RAW, SCREENS, clickable_actions
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.clipboard import is_copy
from partnertui.kit.terminal.safe_driver import SafeDriver
from partnertui.screenshot import settle

LEFT_OUT = {
    "app.quit": "ends the program",
    "app.lock": "asks for a password that this operator hasn't",
    "app.back": "leaves the screen",
    "app.forward": "leaves the screen",
    "list.close": "leaves the screen",
    "record.close": "leaves the screen",
    "sip.test": "sends SIP to a phone",
    "ip.mtr": "sends packets to an address",
    "ip.who-is": "asks a server of the internet",
    "support.prove": "makes the ticket's test again",
    "sounds.play": "starts a player",
}
"""Actions that aren't run, and why."""
SHARED_AREAS = ("app", "list", "record", "scope", "row")
"""Areas of actions that the kit gives to every screen."""
EVERY = 40
"""Shared actions run on every so many of the screens, each on others, and all of them on some."""
PARTS = 8
"""Tests that the screens are divided among, which run beside each other; all take a minute on two idle cores."""
MOST_BACK = 6
"""Presses of Esc after an action before the screen is opened anew."""
RAW_TEXT = tuple(sign.decode("latin-1" if sign < b"\xa0" else "utf-8") for sign in RAW)


class Written(list[str]):
    """Takes the place of the thread that writes to the terminal."""

    def write(self, text: str) -> None:
        """Keeps it."""
        self.append(text)

    def stop(self) -> None:
        """Nothing runs."""


class RecordingDriver(SafeDriver):
    """The program's driver with its filter, whose terminal is a list."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.written = Written()
        self._writer_thread: Any = self.written

    start_application_mode = HeadlessDriver.start_application_mode
    stop_application_mode = HeadlessDriver.stop_application_mode
    disable_input = HeadlessDriver.disable_input

    def flush(self) -> None:
        """Nothing waits."""

    def _get_terminal_size(self) -> tuple[int, int]:
        assert self._size is not None
        return self._size


class HostileAgent(Agent):
    """Looks at both walls after each key."""

    keys = 0

    async def press(self, *keys: str) -> None:
        """Presses, looks."""
        await super().press(*keys)
        self.keys += len(keys)
        self.look(f"after {keys}")

    def look(self, when: str) -> None:
        """Nothing raw is painted or written, nothing can be clicked that a text asked for."""
        front: Screen[object] = self.app.screen
        painted = "\n".join(strip.text for strip in front._compositor.render_strips())
        assert [sign for sign in RAW_TEXT if sign in painted] == [], when
        assert clickable_actions(front) == [], when
        driver = self.app._driver
        assert isinstance(driver, RecordingDriver)
        # what agents copy is the one thing that may go out as an OSC of its own, in base64
        written = "".join(text for text in driver.written if not is_copy(text))
        driver.written.clear()
        assert [sign for sign in RAW_TEXT if sign in written] == [], when
        assert written.count("\x1b[2J") <= 1, when

    def visible(self) -> Iterator[tuple[Action, str]]:
        """The actions that can be run here, and their keys."""
        services = self.app.services
        context = services.context()
        for action in services.actions():
            keys = services.keymap.keys(action)
            if keys and action.id not in LEFT_OUT and not action.refusal(context):
                yield action, keys[0]

    def is_at(self, start: tuple[Location, object]) -> bool:
        """Whether the view and what has the keyboard are as they were."""
        return len(self.app.screen_stack) == 1 and (self.view.location, self.app.focused) == start

    async def run_each(self, opened: Location, record: bool, shared: int) -> int:
        """Runs what is visible in a list or its first record; of the shared actions, every EVERYth from `shared` on."""
        await self.open(opened, record)
        wanted = [(action, key) for action, key in self.visible()]
        own = [each for each in wanted if each[0].id.partition(".")[0] not in SHARED_AREAS]
        rest = [each for each in wanted if each not in own]
        for _, key in own + rest[shared % EVERY :: EVERY]:
            start = self.view.location, self.app.focused
            await self.press(key)
            for _ in range(MOST_BACK):
                if self.is_at(start):
                    break
                await self.press("escape")
            if not self.is_at(start):
                await self.open(opened, record)
        return len(own)

    async def open(self, opened: Location, record: bool) -> None:
        """Opens a list, or its first record."""
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        self.app.services.open(opened)
        await self.press()
        if record:
            await self.press("enter")


@asynccontextmanager
async def hostile_agent(settings: Settings, folders: Folders, size: tuple[int, int]) -> AsyncIterator[HostileAgent]:
    """An agent at the program with its own driver."""
    app = PartnerApp(settings, folders, "customers", driver_class=RecordingDriver)
    async with app.run_test(headless=False, size=size) as pilot:
        await settle(app)
        assert isinstance(app._driver, RecordingDriver)
        assert "Customers" in "".join(app._driver.written), "the test below can fail: what is painted is written"
        yield HostileAgent(app, pilot)


@pytest.mark.parametrize("part", range(PARTS))
async def test_no_action_shows_or_writes_anything_raw(
    part: int, hostile_folder: Path, settings: Settings, folders: Folders
) -> None:
    import time

    own = 0
    async with hostile_agent(settings, folders, (100, 30)) as agent:
        for number, name in list(enumerate(SCREENS))[part::PARTS]:
            for record in (False, True):
                t = time.time()
                k = agent.keys
                own += await agent.run_each(Location(name), record, number + 7 * record)
                print(name, record, time.time() - t, agent.keys - k)
            assert agent.app.is_running
        assert agent.keys > own > 5
