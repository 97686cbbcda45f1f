"""Names of the hosts on a path, looked up beside the probes: rows never wait for them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

AT_ONCE = 8
"""Look-ups at the same time; a DNS server that is silent holds each for many seconds."""
PROMPT = 2.0
"""Seconds within which a name comes, if there is one."""

Lookup = Callable[[str], str]
InThread = Callable[[Callable[[], str]], Awaitable[str]]


def lookup(address: str) -> str:
    """The name of an address by the system's resolver; empty where it has none. Blocks."""
    try:
        name = socket.getnameinfo((address, 0), socket.NI_NAMEREQD)[0]
    except (OSError, UnicodeError):
        return ""
    return name[:253].rstrip(".")


class ReverseDns:
    """Looks up each address once, in threads that `in_thread` starts; known ones are in `found`."""

    def __init__(self, in_thread: InThread, look: Lookup = lookup) -> None:
        self.found: dict[str, str] = {}
        self._in_thread, self._look = in_thread, look
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._asked: set[str] = set()
        self._last = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    def want(self, addresses: Iterable[str], changed: Callable[[], None] = lambda: None) -> None:
        """Asks for those that were never asked for; `changed` is called for each that is found."""
        for address in addresses:
            if address not in self._asked:
                loop = asyncio.get_running_loop()
                self._asked.add(address)
                self._last = loop.time()
                task = loop.create_task(self._find(address, changed))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _find(self, address: str, changed: Callable[[], None]) -> None:
        async with self._gate:
            name = await self._in_thread(lambda: self._look(address))
        if name:
            self.found[address] = name
            changed()

    async def settle(self, seconds: float) -> None:
        """Waits so long for those under way; not at all for those that have had a good answer's time already."""
        left = min(seconds, self._last + PROMPT - asyncio.get_running_loop().time())
        if self._tasks and left > 0:
            await asyncio.wait(set(self._tasks), timeout=left)

    async def close(self) -> None:
        """Gives up those under way; a thread that hangs is left alone."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
