"""Keeps the trace of a call in progress up to date by reading it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.screens.shared.trace.loader_protocol import HasLiveUpdates
from partnertui.screens.shared.trace.trace_analysis import Analysis, first_analysis

if TYPE_CHECKING:
    from partnertui.errors import UserError
    from partnertui.kit.jobs import Job
    from partnertui.screens.shared.trace.trace_reader import TraceReader

UPDATE_SECONDS = 2.0
"""Interval between two readings, the same as in the list of live calls."""
IN_PROGRESS = ("answered", "in progress", "incomplete")
"""Outcomes of a call that hasn't ended."""


class LiveUpdate:
    """Looks for more messages of a call in progress; `show` gets an analysis that has some."""

    def __init__(self, reader: TraceReader, in_front: Callable[[], bool], show: Callable[[Analysis], None]) -> None:
        self.reader, self.in_front, self.show = reader, in_front, show
        self.job: Job | None = None

    @property
    def active(self) -> bool:
        """True while more messages are to be expected."""
        loader, analysis = self.reader.loader, self.reader.analysis
        if not isinstance(loader, HasLiveUpdates) or not loader.running:
            return False
        if analysis is None or analysis.statistics is None:
            return False
        return analysis.statistics.outcome in IN_PROGRESS and not analysis.statistics.hung_up_by

    def poll(self) -> None:
        """Read again, unless a job is running or another view is in front."""
        reader, loader = self.reader, self.reader.loader
        if not self.active or reader.job is not None or self.job is not None or not self.in_front():
            return
        assert isinstance(loader, HasLiveUpdates)
        self.job = reader.services.jobs.long(
            f"Loading more of {reader.title}",
            lambda cancel, progress: first_analysis(loader.reload(cancel, progress)),
            self._read,
            self._failed,
            shown=False,
        )

    def _read(self, found: Analysis) -> None:
        self.job = None
        known = self.reader.analysis
        # fewer messages mean that an earlier search of captures had found more than this reading
        if known is not None and len(found.trace.messages) > len(known.trace.messages):
            self.show(found)

    def _failed(self, error: UserError) -> None:
        """Keep what's shown; the next poll may succeed."""
        self.job = None

    def stop(self) -> None:
        """Cancel the running job."""
        if self.job is not None:
            self.job.cancel()
            self.job = None
