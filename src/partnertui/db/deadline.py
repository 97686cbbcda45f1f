"""Client-side time limit of a database call: a server that is frozen cannot keep an agent waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Deadline:
    """Calls `stop` after so many seconds unless left before; `passed` says that it did."""

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        self.passed = False
        self._stop = stop
        self._left = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def _fire(self) -> None:
        with self._lock:
            if not self._left:
                self.passed = True
                self._stop()

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._left = True
        self._timer.cancel()
