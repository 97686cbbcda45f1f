"""Cancellable background work; the only place that starts threads and tasks.

Database work is synchronous and runs in a thread of its own with a deadline; probes are coroutines.
Callbacks run on the interface's event loop, never in the thread.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from partnertui.db.errors import QueryCancelled
from partnertui.errors import UserError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.database import Database
    from partnertui.db.query_cancellation import Cancel

T = TypeVar("T")
Work = Coroutine[object, object, None]
BROKEN = UserError("Something went wrong here.", advice="The log file has the details.")
log = logging.getLogger(__name__)
_numbers = itertools.count(1)


class Handover(Generic[T]):
    """Hands a thread's result, or whatever it raised, to the event loop that waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.future: asyncio.Future[T] = loop.create_future()
        self.result: Any = None

    def __enter__(self) -> None:
        """No-op."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        # A daemon thread may outlive the loop, and call_soon_threadsafe raises RuntimeError on a closed one.
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._settle, error)
        # The exception is raised again where the future is awaited; here it would be printed by threading.excepthook.
        return True

    def _settle(self, error: BaseException | None) -> None:
        # Its task was cancelled meanwhile: setting a cancelled future raises InvalidStateError.
        if self.future.done():
            return
        if error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(error)


HEAVY = threading.Lock()
"""Held during heavy imports: two threads importing at once take the interpreter from each other (80 ms more)."""


async def in_thread(work: Callable[[], T]) -> T:
    """Runs work in a daemon thread, so that a hanging thread can't keep the program from exiting."""
    handover = Handover[T](asyncio.get_running_loop())

    def run() -> None:
        with handover:
            handover.result = work()

    threading.Thread(target=run, daemon=True, name="job").start()
    return await handover.future


FEW = 1_000
"""Up to this many steps, progress is shown as a count; beyond, in percent."""


@dataclass
class Job:
    """One piece of background work: what it is, how far it is, how to stop it."""

    title: str
    shown: bool = True
    """False for the short queries of a screen, which are not worth a line in the list of jobs."""
    saves: bool = False
    """True for a write of an agent's work, whose outcome must not get lost."""
    outcome_counts: bool = False
    """True where cancelling only asks the work to stop: what came of it is told all the same."""
    opens: bool = False
    """True for a read whose answer opens a dialog: keys typed meanwhile are for that dialog."""
    state: str = "running"
    done: int = 0
    total: int = 0
    number: int = field(default_factory=lambda: next(_numbers))
    _stop: Callable[[], None] = lambda: None
    _changed: Callable[[], None] = lambda: None

    def cancel(self) -> None:
        """Stops the work; its callbacks are not called any more, unless its outcome counts."""
        if self.outcome_counts:
            self._stop()
        elif self.state == "running":
            self.state = "cancelled"
            self._stop()
            self._changed()

    def progress(self, done: int, total: int = 0) -> None:
        """Says how far it is; total 0 where that is not known."""
        before, self.done, self.total = self.far, done, total
        # One repaint for each change that can be seen, not one for each step of the work.
        if self.far != before:
            self._changed()

    @property
    def far(self) -> str:
        """The progress: `3 of 200`, `57%`, or `1,200` if the total is unknown; "" before the first report."""
        if not self.total:
            return f"{self.done:,}" if self.done else ""
        if self.total <= FEW:
            return f"{self.done:,} of {self.total:,}"
        return f"{100 * min(self.done, self.total) // self.total}%"


class Jobs:
    """Starts work and keeps what is running."""

    def __init__(self, changed: Callable[[], None], broke: Callable[[BaseException], None]) -> None:
        self._changed, self._broke = changed, broke
        self._slots: dict[tuple[int, str], Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._live: set[asyncio.Task[None]] = set()
        self.running: list[Job] = []

    def query(
        self,
        owner: object,
        slot: str,
        database: Callable[[], Database],
        work: Callable[[Connection], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None],
        *,
        deadline: float = 10.0,
        opens: bool = False,
        from_replica: bool = False,
    ) -> Job:
        """Reads from the database; a newer query in the same slot of the same owner cancels the older one there.

        `database` is asked for in the thread: opening it imports what is heavy. `from_replica`: see `Database.read`.
        """
        from partnertui.db.query_cancellation import Cancel

        cancel = Cancel()
        job = Job("query", shown=False, opens=opens)
        # In a thread, because cancelling waits for a lock of the query, and on PostgreSQL for the server.
        job._stop = lambda: threading.Thread(target=cancel.cancel, daemon=True).start()
        self.drop(owner, slot)
        self._slots[id(owner), slot] = job

        def read() -> T:
            return database().read(work, cancel=cancel, deadline=deadline, from_replica=from_replica)

        self._start(job, self._threaded(job, read, done, failed))
        return job

    def write(
        self,
        title: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None],
        *,
        saves: bool = True,
        stop: Callable[[], None] | None = None,
    ) -> Job:
        """Runs a unit of work; it isn't cancelled half-way: it commits or it does not.

        `saves`: it stores what an agent did, so leaving the program asks first. `stop` asks the work to give up, which
        it tells by what it raises, or else by its result.
        """
        job = Job(title, saves=saves, outcome_counts=stop is not None)
        if stop is not None:
            job._stop = stop
        self._start(job, self._threaded(job, work, done, failed))
        return job

    def long(
        self,
        title: str,
        work: Callable[[Cancel, Callable[[int, int], None]], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None],
        stopped: Callable[[], None] = lambda: None,
        *,
        shown: bool = True,
    ) -> Job:
        """Runs long work in a thread. `work` gets what cancels it, and a function (done, total) to say how far it is.

        `stopped` is called at once when an agent cancels it; `work` raises QueryCancelled as soon as it can.
        """
        from partnertui.db.query_cancellation import Cancel

        cancel, loop, job = Cancel(), asyncio.get_running_loop(), Job(title, shown)

        def stop() -> None:
            threading.Thread(target=cancel.cancel, daemon=True).start()
            stopped()

        # Work calls this from its thread; what it changes is painted, and widgets belong to the loop.
        def tell(count: int, total: int) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(job.progress, count, total)

        job._stop = stop
        self._start(job, self._threaded(job, lambda: work(cancel, tell), done, failed))
        return job

    def follow(self, source: Callable[[Cancel], Iterator[T]], told: Callable[[T], None]) -> Job:
        """Calls `told` with everything that `source` yields in a thread of its own, until the job is cancelled."""
        from partnertui.db.query_cancellation import Cancel

        cancel, loop, job = Cancel(), asyncio.get_running_loop(), Job("follow", shown=False)
        context = copy_context()  # a thread has none, and timers look for the running application there
        job._stop = cancel.cancel

        def tell(item: T) -> None:
            if job.state == "running":
                told(item)

        def work() -> None:
            for item in source(cancel):
                if cancel.cancelled or loop.is_closed():
                    return
                loop.call_soon_threadsafe(tell, item, context=context)

        self._live.add(self._start(job, self._threaded(job, work, lambda result: None, lambda error: None)))
        return job

    def probe(self, title: str, work: Callable[[Job], Work], *, live: bool = False) -> Job:
        """Runs a coroutine; cancelling stops it at its next await. A `live` one goes on until somebody stops it."""
        job = Job(title)
        task = self._start(job, self._awaited(job, work))
        if live:
            self._live.add(task)

        def stop() -> None:
            task.cancel()

        job._stop = stop
        return job

    @property
    def saving(self) -> list[Job]:
        """The writes of agents whose outcome is not known yet."""
        return [job for job in self.running if job.saves]

    @property
    def working(self) -> bool:
        """Whether any task is running that will finish by itself, shown or not."""
        return bool(self._tasks - self._live)

    def busy(self, owner: object, slot: str = "") -> bool:
        """True while a query runs in that slot of an owner, or in any of its slots."""
        return any(key[0] == id(owner) and slot in {"", key[1]} for key in self._slots)

    @property
    def opening(self) -> bool:
        """True while a query runs whose answer opens a dialog."""
        return any(job.opens for job in self._slots.values())

    def drop(self, owner: object, slot: str = "") -> None:
        """Cancels what runs for an owner, in one slot or in all."""
        for key in [key for key in self._slots if key[0] == id(owner) and slot in {"", key[1]}]:
            self._slots.pop(key).cancel()

    def _start(self, job: Job, work: Work) -> asyncio.Task[None]:
        job._changed = self._changed
        task = asyncio.get_running_loop().create_task(work)
        # The event loop keeps weak references to tasks alone: without this one a job may be collected half-way.
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        if job.shown:
            self.running.append(job)
            self._changed()
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._live.discard(task)
        # exception() raises CancelledError for a cancelled task.
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broke(error)

    async def _threaded(
        self, job: Job, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[UserError], None]
    ) -> None:
        try:
            result = await in_thread(work)
        except QueryCancelled:
            self._finish(job, "cancelled")
        except UserError as error:
            if self._finish(job, "failed"):
                failed(error)
        else:
            if self._finish(job, "done"):
                done(result)
        finally:
            if job.state == "running" and self._finish(job, "failed"):  # a mistake of ours: the boundary logs it
                failed(BROKEN)

    async def _awaited(self, job: Job, work: Callable[[Job], Work]) -> None:
        try:
            await work(job)
        finally:
            self._finish(job, "done")

    def _finish(self, job: Job, state: str) -> bool:
        """Notes the end; False where the job was cancelled and nobody waits for it."""
        wanted = job.state == "running"
        if wanted:
            job.state = state
        for key in [key for key, held in self._slots.items() if held is job]:
            del self._slots[key]
        if job in self.running:
            self.running.remove(job)
            self._changed()
        return wanted
