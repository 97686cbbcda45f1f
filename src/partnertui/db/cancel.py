"""Stops a running query in the database itself, from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from partnertui.db.errors import QueryCancelled


class Cancel:
    """Made by the caller, one per query; thread-safe. Cancelled before the start, the query never starts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """Stops the query; may be called any number of times, also when it has ended."""
        with self._lock:
            self.cancelled = True
            if self._stop is not None:
                self._stop()

    @contextmanager
    def running(self, stop: Callable[[], None]) -> Iterator[None]:
        """While inside, `cancel` calls `stop`; afterwards it cannot hit another query of the same connection."""
        with self._lock:
            if self.cancelled:
                raise QueryCancelled("The query was given up for a newer one.")
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None
