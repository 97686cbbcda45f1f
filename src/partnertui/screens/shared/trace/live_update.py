"""A call that is still up: its trace is read again while that lasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.screens.shared.trace.analysis import Analysis, first_analysis
from partnertui.screens.shared.trace.open_trace import HasLiveUpdates

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.jobs import Job
    from partnertui.screens.shared.trace.view import TraceView

SECONDS = 2.0
"""Between two readings, as between two of the list of live calls."""
UP = ("answered", "in progress", "incomplete")
"""Outcomes of a call that has not ended."""


class LiveUpdate:
    """Looks for more messages of a running call; the cursor goes on with them where it stands on the last."""

    def __init__(self, view: TraceView) -> None:
        self.view = view
        self.job: Job | None = None

    @property
    def up(self) -> bool:
        """True while more of the call is to be expected."""
        load, analysis = self.view.load, self.view.analysis
        if not isinstance(load, HasLiveUpdates) or not load.running or analysis is None or analysis.statistics is None:
            return False
        return analysis.statistics.outcome in UP and not analysis.statistics.hung_up_by

    def look(self) -> None:
        """Reads again, unless something is read already or another view is in front."""
        view = self.view
        if not self.up or view.job is not None or self.job is not None or view.services.context().view is not view:
            return
        load = view.load
        assert isinstance(load, HasLiveUpdates)

        def work(cancel: Cancel, tell: Callable[[int, int], None]) -> Analysis:
            return first_analysis(load.again(cancel, tell))

        self.job = view.services.jobs.long(f"More of {view.title}", work, self._read, self._not_read, shown=False)

    def _read(self, found: Analysis) -> None:
        self.job = None
        view = self.view
        if view.analysis is None or len(found.trace.messages) <= len(view.analysis.trace.messages):
            return  # nothing new, or less than a search through captures had found
        last = view.ladder.at_end
        view.arrived(found)
        if last:
            view.ladder.go(len(view.ladder.ladder.rows) - 1)

    def _not_read(self, trouble: UserError) -> None:
        """What is there stays; the next look may do better."""
        self.job = None

    def stop(self) -> None:
        """Gives up what is under way."""
        if self.job is not None:
            self.job.cancel()
            self.job = None
