"""Runs batches of work in forked processes, which share this one's objects; results come back in order."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")


def in_forks(batches: Iterable[Batch], work: Callable[[Batch], Result], forks: int) -> Iterator[Result]:
    """What `work` returns for each batch, in order; `forks` run at once, none for 0.

    Only for a process without threads, and for work that opens its own connections. A batch whose process fails is
    done again in this one, so that its exception is raised here.
    """
    running: deque[tuple[int, IO[bytes], Batch]] = deque()
    try:
        for batch in batches:
            if not forks:
                yield work(batch)
                continue
            running.append((*_start(batch, work), batch))
            if len(running) >= forks:
                yield _result(*running.popleft(), work)
        while running:
            yield _result(*running.popleft(), work)
    finally:
        for pid, file, _ in running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            file.close()


def _start(batch: Batch, work: Callable[[Batch], Result]) -> tuple[int, IO[bytes]]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - read by _result; a pipe would fill up
    pid = os.fork()
    if pid:
        return pid, file
    code = 1
    gc.disable()  # the process ends with its batch; looking for garbage would copy the parent's pages
    try:
        pickle.dump(work(batch), file)
        file.flush()
        code = 0
    finally:
        os._exit(code)  # neither the parent's buffers nor its connections are ours to close


def _result(pid: int, file: IO[bytes], batch: Batch, work: Callable[[Batch], Result]) -> Result:
    with contextlib.closing(file):
        _, status = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(status):
            return work(batch)
        file.seek(0)
        found: Result = pickle.load(file)
        return found
