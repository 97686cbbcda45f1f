"""Host names along a path, looked up in the background so that rows never wait for them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

MAX_CONCURRENT = 8
"""Concurrent look-ups; each may take many seconds if a DNS server is silent."""
USUAL_SECONDS = 2.0
"""Seconds within which a name arrives, if there is one."""

Lookup = Callable[[str], str]
InThread = Callable[[Callable[[], str]], Awaitable[str]]


def lookup(address: str) -> str:
    """The name of an address by the system's resolver; empty when there is none. Blocks."""
    try:
        # Without NI_NAMEREQD an address that has no name comes back as its own text.
        name = socket.getnameinfo((address, 0), socket.NI_NAMEREQD)[0]
    except (OSError, UnicodeError):
        return ""
    return name[:253].rstrip(".")


class ReverseDns:
    """Looks up each address once, in threads started by `in_thread`; known names are in `found`."""

    def __init__(self, in_thread: InThread, look: Lookup = lookup) -> None:
        self.found: dict[str, str] = {}
        self._in_thread, self._look = in_thread, look
        self._gate = asyncio.Semaphore(MAX_CONCURRENT)
        self._asked: set[str] = set()
        self._last = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    def request(self, addresses: Iterable[str], changed: Callable[[], None] = lambda: None) -> None:
        """Look up the addresses that weren't requested yet; call `changed` for each name found."""
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

    async def wait(self, seconds: float) -> None:
        """Wait up to `seconds` for pending look-ups, but no longer than USUAL_SECONDS after the last one began."""
        left = min(seconds, self._last + USUAL_SECONDS - asyncio.get_running_loop().time())
        if self._tasks and left > 0:
            await asyncio.wait(set(self._tasks), timeout=left)

    async def close(self) -> None:
        """Cancel pending look-ups; a thread that hangs is abandoned."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
