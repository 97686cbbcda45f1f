"""A TCP proxy before PostgreSQL that cuts the connection before a statement arrives, or before its answer does."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, TypeVar

T = TypeVar("T")
When = Literal["before", "after"]
STARTUP = 196_608
"""Protocol 3.0; other numbers in the first message ask for TLS or for the end of a query (PostgreSQL, 55.7)."""
QUERY, PARSE, READY = b"Q", b"P", b"Z"


@dataclass(frozen=True)
class Cut:
    """At which statement since `arm` the connection is cut: its number from 1, or its text when it comes `nth`.

    So many new connections are refused after it.
    """

    at: int | str
    when: When
    refuse: int = 0
    nth: int = 1

    def is_at(self, statements: list[str]) -> bool:
        """Whether the last of the statements is the one."""
        if isinstance(self.at, int):
            return self.at == len(statements)
        return statements[-1] == self.at and statements.count(self.at) == self.nth


class Proxy:
    """A context manager; listens on 127.0.0.1:`port`, and connects to a PostgreSQL server's unix socket.

    Statements are counted over all connections, and their texts kept in `statements`.
    """

    def __init__(self, socket_folder: str) -> None:
        self._socket = f"{socket_folder}/.s.PGSQL.5432"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._cut: Cut | None = None
        self._refuse = 0
        self.statements: list[str] = []
        self.port = 0

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def arm(self, cut: Cut | None) -> None:
        """Counts from now on, and cuts once."""

        async def work() -> None:
            self._cut, self._refuse, self.statements = cut, 0, []

        self._run(work())

    @property
    def is_armed(self) -> bool:
        """Whether the cut is still to come."""
        return self._cut is not None

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuse:
            self._refuse -= 1
            writer.close()
            return
        up_reader, up_writer = await asyncio.open_unix_connection(self._socket)
        pair = _Pair(self, reader, writer, up_reader, up_writer)
        for work in (pair.forward(), pair.answer()):
            task = self._loop.create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def is_due(self, kind: bytes, payload: bytes) -> Cut | None:
        """Counts a statement; the cut, if it is to be made at this one."""
        text = payload.split(b"\0")[0 if kind == QUERY else 1].decode()
        self.statements.append(text)
        cut = self._cut
        if cut is None or not cut.is_at(self.statements):
            return None
        self._cut, self._refuse = None, cut.refuse
        return cut


class _Pair:
    """A client's connection and the one to the server."""

    def __init__(
        self,
        proxy: Proxy,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
    ) -> None:
        self.proxy = proxy
        self.reader, self.writer, self.up_reader, self.up_writer = reader, writer, up_reader, up_writer
        self.is_mute = False

    async def forward(self) -> None:
        """Client to server, message by message."""
        try:
            while True:
                head = await self.reader.readexactly(8)
                length, code = struct.unpack("!II", head)
                self.up_writer.write(head + await self.reader.readexactly(length - 8))
                if code == STARTUP:
                    break
            while True:
                head = await self.reader.readexactly(5)
                payload = await self.reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)
                cut = self.proxy.is_due(head[:1], payload) if head[:1] in (QUERY, PARSE) else None
                if cut is not None and cut.when == "before":
                    return
                self.is_mute = self.is_mute or cut is not None
                self.up_writer.write(head + payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.close()

    async def answer(self) -> None:
        """Server to client; after the cut statement nothing, and the end once the server is ready again."""
        try:
            while data := await self.up_reader.read(65_536):
                if not self.is_mute:
                    self.writer.write(data)
                elif READY + b"\0\0\0\5" in data:  # the statement was worked through
                    return
        except ConnectionError:
            return
        finally:
            self.close()

    def close(self) -> None:
        """Cuts both."""
        self.writer.close()
        self.up_writer.close()
