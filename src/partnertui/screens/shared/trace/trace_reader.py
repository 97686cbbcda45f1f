"""Reads a trace in two jobs: the messages, which are painted at once, then RTP and more messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from partnertui.db.errors import DatabaseUnavailable
from partnertui.screens.shared.trace.loader_protocol import HasJudgement
from partnertui.screens.shared.trace.trace_analysis import Analysis, analyse, first_analysis

if TYPE_CHECKING:
    from partnertui.calls.trace_model import Trace
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.jobs import Job
    from partnertui.screens.shared.trace.ladder_widget import LadderWidget
    from partnertui.screens.shared.trace.loader_protocol import Progress, TraceLoader

PROGRESS_SECONDS = 0.5
"""Interval at which progress is updated on screen."""


class TraceDisplay(Protocol):
    """What the reader needs of the view that shows its result."""

    ladder: LadderWidget

    def show_analysis(self) -> None:
        """Lay out the ladder of the reader's analysis."""

    def paint(self) -> None:
        """Update the header and the footer."""

    def call_after_refresh(self, callback: Callable[[], None]) -> bool:
        """Call back once the current state is painted."""


class TraceReader:
    """The state of reading one trace. Results that arrive before the view is mounted are kept until then."""

    def __init__(
        self,
        services: Services,
        title: str,
        loader: TraceLoader,
        display: TraceDisplay,
        finished: Callable[[], None],
    ) -> None:
        self.services, self.title, self.loader, self.display = services, title, loader, display
        self.finished = finished
        """Called once everything is read."""
        self.analysis: Analysis | None = None
        self.error: UserError | None = None
        self.cancelled = False
        self.job: Job | None = None
        self._mounted = False
        self._deferred: Callable[[], None] | None = None
        self.start()

    @property
    def trace(self) -> Trace | None:
        """The trace; None before it's read, and when it has no messages."""
        return self.analysis.trace if self.analysis is not None and self.analysis.trace.messages else None

    def start(self) -> None:
        """Load the messages from the beginning."""
        given = self.loader.judgement if isinstance(self.loader, HasJudgement) else None
        self._run(
            self.title,
            lambda cancel, progress: first_analysis(self.loader.load(cancel, progress), given),
            self.messages_read,
            self._failed,
        )

    def restart(self) -> None:
        """Load everything again; what's shown stays until then."""
        self.start()
        self.error, self.cancelled = None, False
        if self.analysis is None:
            self._show_waiting()
        self.display.paint()

    def mounted(self) -> None:
        """The view is mounted: show what has arrived so far."""
        self._mounted = True
        if self._deferred is not None:
            self._deferred()
        elif self.job is None:
            self.restart()
        else:
            self._show_waiting()
            self.display.paint()

    def stop(self) -> None:
        """Cancel the running job."""
        if self.job is not None:
            self.job.cancel()

    def show_progress(self) -> None:
        """Update the progress while a job runs."""
        if self.job is None:
            return
        if self.analysis is None:
            self._show_waiting(f" {self.job.far}".rstrip())
        self.display.paint()

    def _show_waiting(self, progress: str = "") -> None:
        stops = self.services.keymap.fill("{key:trace.close} stops this.")
        self.display.ladder.show_notice((f"Reading the messages …{progress}", "muted"), (stops, "muted"))

    def _run(
        self,
        title: str,
        work: Callable[[Cancel, Progress], Analysis],
        done: Callable[[Analysis], None],
        failed: Callable[[UserError], None],
    ) -> None:
        self.stop()
        self.job = self.services.jobs.long(title, work, done, failed, self._stopped)

    def messages_read(self, found: Analysis) -> None:
        """Show the messages; then judge a long trace, and look for RTP and more messages."""
        if not self._mounted:
            self._deferred = partial(self.messages_read, found)
            return
        self.job = None
        self._show(found)
        trace = found.trace
        if trace.messages and found.judgement is None:
            self._run(f"Verdict on {self.title}", lambda *_: analyse(trace), self.messages_read, self._failed)
        elif trace.messages:
            # only once the messages are painted: in parallel it would delay their painting
            self.display.call_after_refresh(self._read_more)
        self.display.paint()

    def _read_more(self) -> None:
        if self.job is None:
            self._run(f"RTP and details for {self.title}", self._load_more, self._more_read, self._rtp_failed)
            self.display.paint()

    def _load_more(self, cancel: Cancel, progress: Progress) -> Analysis:
        assert self.analysis is not None
        known = self.analysis
        trace = self.loader.load_more(known.trace, cancel, progress)
        return replace(known, sound=True) if trace is known.trace else analyse(trace, sound=True)

    def _more_read(self, found: Analysis) -> None:
        """Show the result; an unchanged trace isn't laid out again."""
        self.job = None
        if self.analysis is not None and found.trace is self.analysis.trace:
            self.analysis = found
            self.display.paint()
        else:
            self._show(found)
        self.finished()

    def _rtp_failed(self, error: UserError) -> None:
        self.job = None
        if self.analysis is not None:
            # sound=True: else the statistics would say for ever that RTP is being looked for.
            self._show(replace(self.analysis, sound=True))
            self.finished()
        self.services.notify(f"RTP can't be read: {error} {error.advice}".strip(), "warn")

    def _failed(self, error: UserError) -> None:
        if not self._mounted:
            self._deferred = partial(self._failed, error)
            return
        self.job = None
        if self.analysis is None:
            self.error = error
            retry = self.services.keymap.fill("{key:trace.refresh} tries again.")
            self.display.ladder.show_notice((str(error), "bad"), (f"{error.advice} {retry}".strip(), "muted"))
            if isinstance(error, DatabaseUnavailable):
                self.services.database_failed(error)
        else:
            self.services.notify(f"{error} {error.advice}".strip(), "bad")
        self.display.paint()

    def _stopped(self) -> None:
        if not self._mounted:
            self._deferred = self._stopped
            return
        self.job = None
        if self.analysis is None:
            self.cancelled = True
            again = self.services.keymap.fill("{key:trace.refresh} reads it again.")
            self.display.ladder.show_notice(("Stopped before everything was read.", "warn"), (again, "muted"))
        self.display.paint()

    def _show(self, found: Analysis) -> None:
        self.analysis = found
        self.display.show_analysis()
