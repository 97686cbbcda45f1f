"""Deadline: our own time limit for a database call, in case the server hangs."""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable

GRACE_SECONDS = 1.0
"""The time between `stop` and `kill`."""
MOST_OVER = 1_000
"""Limits that are over and still in the list; then it is cleared of them."""


class Deadline:
    """A context manager that calls `stop` after some seconds, and `kill` if that doesn't help.

    Both are called from a thread of their own. `passed` is true once `stop` was called.
    """

    def __init__(self, seconds: float, stop: Callable[[], None], kill: Callable[[], None]) -> None:
        self.passed = False
        self.is_over = False
        self._seconds, self._stop, self._kill = seconds, stop, kill
        self._lock = threading.Lock()

    def act(self) -> None:
        """Calls what is due; no-op if it is over."""
        with self._lock:
            if self.is_over:
                return
            if self.passed:
                self._kill()
                return
            self.passed = True
            stop = self._stop
        # Before stop(), which may wait for the server that hangs.
        _watch.add(self, GRACE_SECONDS)
        stop()

    def __enter__(self) -> Deadline:
        _watch.add(self, self._seconds)
        return self

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            if not self.is_over:
                self.is_over = True
                self._stop = self._kill = _nothing  # the list may hold this for as long as the limit is
                _watch.note_over()


def _nothing() -> None:
    """What a limit that is over does."""


class _Watch:
    """One thread for all limits: starting one for each call took a fifth of the time of an import of mails."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Deadline]] = []
        self._order = itertools.count()
        self._over = 0
        self._is_running = False

    def add(self, deadline: Deadline, seconds: float) -> None:
        """Makes a limit act after some seconds."""
        with self._changed:
            entry = (time.monotonic() + seconds, next(self._order), deadline)
            heapq.heappush(self._due, entry)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
            elif self._due[0] is entry:
                self._changed.notify()

    def note_over(self) -> None:
        """Counts one that is over."""
        with self._changed:
            self._over += 1
            if self._over > MOST_OVER:
                self._due = [entry for entry in self._due if not entry[2].is_over]
                heapq.heapify(self._due)
                self._over = 0

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > time.monotonic():
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                deadline = heapq.heappop(self._due)[2]
            if not deadline.is_over:
                # stopping may wait for a server that hangs; other limits must not wait with it
                threading.Thread(target=deadline.act, name="deadline", daemon=True).start()


_watch = _Watch()


def _begin_again() -> None:
    """A forked process has no thread but the one that forked."""
    global _watch
    _watch = _Watch()


os.register_at_fork(after_in_child=_begin_again)
