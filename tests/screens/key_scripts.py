"""Random scripts of keys, and what the program shows after them."""

from __future__ import annotations

import asyncio
import random
import socket
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input, TextArea

from partnertui.app import PartnerApp
from partnertui.screenshot import settle

OPENING = ("slash", "colon", "g", "n", "ctrl+f", "e", "full_stop", "question_mark", "h", "f", "o", "v", "m", "c")
MOVING = ("j", "k", "down", "up", "G", "home", "tab", "shift+tab", "enter", "escape", "escape", "space", "s", "right")
LETTERS = tuple("abcdilnoprsu07")


def random_script(seed: int, length: int = 200) -> list[str]:
    """Keys that open something, keys that move, and letters, as an agent's fingers might send them."""
    source = random.Random(seed)
    keys: list[str] = []
    while len(keys) < length:
        keys += [source.choice(OPENING)] if source.random() < 0.4 else []
        keys += source.choices(LETTERS, k=source.choice((0, 0, 2, 4)))
        keys += source.choices(MOVING, k=source.choice((1, 1, 2, 3)))
    return keys[:length]


def key_event(key: str) -> events.Key:
    """The event that the terminal driver makes of a key."""
    name = _character_to_key(key) if len(key) == 1 else key
    return events.Key(name, key if len(key) == 1 else " " if key == "space" else None)


async def one_by_one(app: PartnerApp, keys: list[str]) -> None:
    """Each key when all that the one before it caused is done."""
    for key in keys:
        app.post_message(key_event(key))
        await handled(app)


async def handled(app: PartnerApp) -> None:
    """Waits until a key, and what it reads, is done; sooner than `settle`, which waits for the painting, too."""
    idle = 0
    while idle < 2 and app.is_running:
        await asyncio.sleep(0.001)
        idle = 0 if app.services.jobs.working or not app.key_queue.idle else idle + 1


async def in_one_write(app: PartnerApp, keys: list[str]) -> None:
    """All keys at once, as a stalled link delivers them."""
    for key in keys:
        app.post_message(key_event(key))
    await settle(app)


def shown(app: PartnerApp) -> dict[str, Any]:
    """Where the program is: views, filters, cursor, dialogs, typed text."""
    services = app.services
    view: Any = services.view_stack.view
    table = getattr(view, "table", None)
    return {
        "history": [(where.screen, where.record) for where in services.view_stack.history],
        "index": services.view_stack.index,
        "scope": services.scope,
        "filter": getattr(getattr(view, "bar", None), "text", ""),
        "sort": (view.state.sort, view.state.descending, view.state.tab) if hasattr(view, "state") else None,
        "row": table.window.row["id"] if table is not None and table.window.row else None,
        "dialogs": [type(screen).__name__ for screen in app.screen_stack],
        "focus": type(app.focused).__name__,
        "typed": [box.value for box in app.screen.query(Input)] + [box.text for box in app.screen.query(TextArea)],
    }


def keep_packets_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random keys may start a probe: no packet leaves this machine."""

    def refuse(self: socket.socket, address: Any) -> None:
        raise OSError("no packet leaves this machine")

    monkeypatch.setattr(socket.socket, "connect", refuse)
