"""Client-side time limit of a database call: a server that is frozen cannot keep an agent waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

GRACE = 1.0
"""Seconds that a database has to obey `stop`."""


class Deadline:
    """Calls `stop` after so many seconds, and `kill` a second later, unless left before; `passed` says that it did."""

    def __init__(self, seconds: float, stop: Callable[[], None], kill: Callable[[], None]) -> None:
        self.passed = False
        self._stop, self._kill = stop, kill
        self._left = False
        self._lock = threading.Lock()
        self._timer = self._after(seconds, self._late)

    def _after(self, seconds: float, what: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, what)
        timer.daemon = True
        return timer

    def _late(self) -> None:
        with self._lock:
            if self._left:
                return
            self.passed = True
            self._timer = self._after(GRACE, self._too_late)
            self._timer.start()
        self._stop()

    def _too_late(self) -> None:
        with self._lock:
            if not self._left:
                self._kill()

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._left = True
            self._timer.cancel()
