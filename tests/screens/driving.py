"""Drives the program as an agent does, without a terminal."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.screenshot import as_text, settle


@dataclass
class Agent:
    """An agent at the program: presses keys, reads the screen."""

    app: PartnerApp
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        """Presses keys, waiting after each until all is painted; without keys it waits."""
        if not keys:
            await settle(self.app)
        for key in keys:
            await self.pilot.press(key)
            await settle(self.app)

    async def type(self, text: str) -> None:
        """Types text, then waits as one does."""
        await self.pilot.press(*("space" if char == " " else char for char in text))
        await self.pilot.pause(0.3)
        await settle(self.app)

    async def wait(self, text: str, seconds: float = 10.0) -> None:
        """Waits until a text is on the screen, such as the answer to a password, which takes as long as it takes."""
        end = time.monotonic() + seconds
        while text not in self.screen and time.monotonic() < end:
            await self.pilot.pause(0.05)
        assert text in self.screen

    @property
    def screen(self) -> str:
        """All that is on the screen, as text."""
        return as_text(self.app)

    @property
    def view(self):  # type: ignore[no-untyped-def]
        """The view in front."""
        return self.app.services.view_stack.view

    @property
    def message(self) -> str:
        """The sentence in the footer."""
        return self.app.footer.message[0] if self.app.footer.message else ""

    def column(self, name: str) -> list[Any]:
        """The values of a column of the rows at hand."""
        return [row[name] for row in self.view.table.window.rows]


@asynccontextmanager
async def agent_at(
    settings: Settings, folders: Folders, screen: str, size: tuple[int, int] = (140, 40)
) -> AsyncIterator[Agent]:
    """An agent who has just opened a screen."""
    app = PartnerApp(settings, folders, screen)
    async with app.run_test(size=size) as pilot:
        await settle(app)
        agent = Agent(app, pilot)
        try:
            yield agent
        except AssertionError:
            print(agent.screen)  # pytest shows it below the failed assertion
            raise
