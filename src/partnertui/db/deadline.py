"""Time limit of a database call on our side, so that a server that hangs can't keep an agent waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable

GRACE_SECONDS = 1.0
"""The time between `stop` and `kill`."""


class Deadline:
    """A context manager that calls `stop` after some seconds, and `kill` if that doesn't help.

    Both are called from a timer thread. `passed` is true once `stop` was called.
    """

    def __init__(self, seconds: float, stop: Callable[[], None], kill: Callable[[], None]) -> None:
        self.passed = False
        self._stop, self._kill = stop, kill
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = self._timer_for(seconds, self._on_deadline)

    def _timer_for(self, seconds: float, action: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        return timer

    def _on_deadline(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self.passed = True
            self._timer = self._timer_for(GRACE_SECONDS, self._on_grace_over)
            self._timer.start()
        self._stop()

    def _on_grace_over(self) -> None:
        with self._lock:
            if not self._is_over:
                self._kill()

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._is_over = True
            self._timer.cancel()
