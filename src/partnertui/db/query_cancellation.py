"""Stops a running query in the database itself, from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from partnertui.db.errors import QueryCancelled


class Cancel:
    """One per query, made by the caller; thread-safe. If it is cancelled first, the query doesn't start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """Stops the query; no-op if it has ended."""
        with self._lock:
            self.cancelled = True
            if self._stop is not None:
                self._stop()

    @contextmanager
    def running(self, stop: Callable[[], None]) -> Iterator[None]:
        """Inside, `cancel` calls `stop`; afterwards it can't hit another query of the same connection.

        Raises QueryCancelled if it was cancelled before.
        """
        with self._lock:
            if self.cancelled:
                raise QueryCancelled("Replaced by a newer query.")
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None
