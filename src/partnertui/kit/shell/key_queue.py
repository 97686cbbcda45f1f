"""Handles keys strictly in order: each goes to the view that the one before it opened, however fast they come.

Textual hands every key to the widget that has the keyboard when the key arrives. What a key opens has the keyboard
only some messages later, so keys of one packet (a stalled link, a paste, a script) would run commands of the view
behind it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from textual.app import App
    from textual.message_pump import MessagePump

log = logging.getLogger(__name__)
Held = events.Key | events.Paste
WAIT_SECONDS = 10.0
"""How long keys wait for rows or a form; then they are dropped, because they would act on something else."""
SHOWN_AFTER_SECONDS = 0.4
"""After this wait an agent sees what is waited for, and Esc gives up."""
SETTLE_SECONDS = 3.0
"""Limit for the messages that a key causes: a handler may itself wait for a key."""
STUCK_SECONDS = 0.25
"""The same limit for the keys after one that reached it: what never settles would hold up each of them anew."""
SPINS = 20
"""Turns of the event loop before the check sleeps; most keys settle within three."""
LEAVING = frozenset({"escape", "ctrl+q", "ctrl+c"})


class KeyQueue:
    """Holds keys and pasted text until what has the keyboard is ready for them.

    `dispatch` handles one; `ready` says whether the dialog or view in front can take it now; `tell` shows a sentence.
    """

    def __init__(
        self,
        app: App[Any],
        dispatch: Callable[[Held], Coroutine[Any, Any, None]],
        ready: Callable[[Held], bool],
        tell: Callable[[str], None],
    ) -> None:
        self.app, self._dispatch, self._ready, self._tell = app, dispatch, ready, tell
        self._waiting: deque[Held] = deque()
        self._task: asyncio.Task[None] | None = None
        self._stuck = False
        """Whether the last key had not settled within its limit."""
        self._since = 0.0
        """When the first key in the queue began to wait for something to be read; 0.0 if it doesn't."""

    @property
    def idle(self) -> bool:
        """Whether every key was handled, with all that it caused."""
        return self._task is None

    async def put(self, event: Held) -> None:
        """Handles a key now if nothing is in its way, else in its turn."""
        if self._since and time.monotonic() - self._since > SHOWN_AFTER_SECONDS and _leaves(event):
            self._waiting.clear()  # whoever gives up waiting wants none of the keys typed meanwhile
            await self._dispatch(event)
            return
        if self._task is None and self._settled(self.app.screen_stack) and self._ready(event):
            await self._dispatch(event)
        else:
            self._waiting.append(event)
        if self._task is None:
            self._start()

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._task, self._since = None, 0.0
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self.app._handle_exception(error)
        # The task that handles the queue may have ended by an error of one key: those behind it are still wanted.
        if self._waiting and self.app.is_running:
            self._start()

    async def _run(self) -> None:
        await self._settle()
        while self._waiting:
            if not await self._wait_until_ready():
                self._waiting.clear()
                self._tell("The keys you typed were dropped: the view they were meant for is still loading.")
                return
            if self._waiting:
                await self._dispatch(self._waiting.popleft())
                await self._settle()

    async def _wait_until_ready(self) -> bool:
        shown = False
        self._since = time.monotonic()
        while self._waiting and not self._ready(self._waiting[0]):
            waited = time.monotonic() - self._since
            if waited > WAIT_SECONDS:
                return False
            if waited > SHOWN_AFTER_SECONDS and not shown:
                shown = True
                self._tell("Still loading: your keys are queued. Esc drops them.")
            await asyncio.sleep(0.005)
            await self._settle()
        if shown:
            self._tell("")
        self._since = 0.0
        return True

    async def _settle(self) -> None:
        """Waits until every message that the last key caused is handled and what it opened has the keyboard."""
        end, spins = time.monotonic() + (STUCK_SECONDS if self._stuck else SETTLE_SECONDS), 0
        while not (settled := self._settled((self.app, *self.app.screen_stack))) and time.monotonic() < end:
            spins += 1
            # sleep(0) alone would keep a processor busy as long as a handler waits for something.
            await asyncio.sleep(0 if spins < SPINS else 0.002)
        if not settled and not self._stuck:
            log.warning("a key's messages did not settle in %s s", SETTLE_SECONDS)
        self._stuck = not settled

    def _settled(self, pumps: Sequence[MessagePump]) -> bool:
        """Whether these pumps, and the widgets of the screen in front, have nothing left to do."""
        screens = self.app.screen_stack
        if any(screen._callbacks for screen in screens):
            return False
        return not any(_has_work(pump) for pump in (*pumps, *(screens[-1].walk_children() if screens else ())))


def _leaves(event: Held) -> bool:
    return isinstance(event, events.Key) and event.key in LEAVING


def _has_work(pump: MessagePump) -> bool:
    if pump._closing or pump._closed:
        return False
    # a pump that handles a message has taken it from its queue: only one that waits for the next has nothing to do
    waits = any(not waiter.done() for waiter in getattr(pump._message_queue.ready_event, "_waiters", ()))
    return not waits or bool(pump._message_queue.values or pump._next_callbacks) or not pump._mounted_event.is_set()
