"""Reading of a trace, in two jobs: the messages, which are painted at once, then the sound between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from partnertui.db.errors import DatabaseUnavailable
from partnertui.ladder.model import Options
from partnertui.screens.shared.trace.following import SECONDS
from partnertui.screens.shared.trace.study import Study, first_study, study

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.jobs import Job
    from partnertui.kit.shell.services import Services
    from partnertui.screens.shared.trace.dissecting import Dissecting
    from partnertui.screens.shared.trace.following import Following
    from partnertui.screens.shared.trace.ladder_widget import LadderWidget
    from partnertui.screens.shared.trace.opening import Load

    Work = Callable[[Cancel, Callable[[int, int], None]], Study]


EVERY = 0.5
"""Seconds from telling how far it is to telling it again."""


class TraceReading:
    """Mixed into the view."""

    services: Services
    title: str
    load: Load
    ladder: LadderWidget
    dissecting: Dissecting
    following: Following
    options: Options
    paint: Any
    set_interval: Any
    call_after_refresh: Any
    lay_out: Any
    fit_panes: Any
    study: Study | None = None
    trouble: UserError | None = None
    cancelled = False
    job: Job | None = None
    _mounted = False
    _early: Callable[[], None] | None = None
    """What came before there was a view to show it."""

    def on_mount(self) -> None:
        """Begins to read; the panes stand where they will be."""
        self.fit_panes()
        self._mounted = True
        if self.job is None and self._early is None:
            self.restart()
        elif self._early is not None:
            self._early()
        else:
            self._wait()
            self.paint()
        self.set_interval(EVERY, self._go_on)
        self.set_interval(SECONDS, self.following.look)

    def _go_on(self) -> None:
        """Says how far it is while that takes longer."""
        if self.job is None:
            return
        if self.study is None:
            self._wait(f" {self.job.far}".rstrip())
        self.paint()

    def _wait(self, far: str = "") -> None:
        self.ladder.say((f"Reading the messages …{far}", "muted"), ("Esc stops that.", "muted"))

    def begin(self) -> None:
        """Begins to read before the view is mounted, which takes as long as reading does."""
        self._begin(self.title, self._work, self.arrived, self._failed)

    def _work(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Study:
        return first_study(self.load.work(cancel, tell))

    def restart(self) -> None:
        """Reads the trace, from the beginning."""
        self.begin()
        self.trouble, self.cancelled = None, False
        if self.study is None:
            self._wait()
        self.paint()

    def _begin(
        self, title: str, work: Work, done: Callable[[Study], None], failed: Callable[[UserError], None]
    ) -> None:
        self.following.stop()
        if self.job is not None:
            self.job.cancel()
        self.job = self.services.jobs.long(title, work, done, failed, self._stopped)

    def arrived(self, found: Study) -> None:
        """The messages are there: they are painted; then a long trace is judged, and sound and more are looked for."""
        if not self._mounted:
            self._early = partial(self.arrived, found)
            return
        self.job = None
        self._show(found)
        trace = found.trace
        if trace.messages and found.judgement is None:
            self._begin(f"Verdict of {self.title}", lambda cancel, tell: study(trace), self.arrived, self._failed)
        elif trace.messages:
            self.call_after_refresh(self._look_on)
        self.paint()

    def _look_on(self) -> None:
        """Begins with what takes longer, once the messages are painted: it would take the time of painting them."""
        if self.job is None:
            self._begin(f"RTP and more of {self.title}", self._sound, self._sounded, self._without_sound)
            self.paint()

    def _sound(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Study:
        assert self.study is not None
        trace = self.load.more(self.study.trace, cancel, tell)
        return replace(self.study, sound=True) if trace is self.study.trace else study(trace, sound=True)

    def _sounded(self, found: Study) -> None:
        """With the sound, if there is any; a trace that is the same is not laid out again."""
        self.job = None
        if self.study is not None and found.trace is self.study.trace:
            self.study = found
            self.paint()
        else:
            self._show(found)
        self.dissecting.early()

    def _without_sound(self, trouble: UserError) -> None:
        self.job = None
        if self.study is not None:
            self._show(replace(self.study, sound=True))
            self.dissecting.early()
        self.services.notify(f"The sound cannot be read: {trouble} {trouble.advice}".strip(), "warn")

    def _failed(self, trouble: UserError) -> None:
        if not self._mounted:
            self._early = partial(self._failed, trouble)
            return
        self.job = None
        if self.study is None:
            self.trouble = trouble
            self.ladder.say((str(trouble), "bad"), (f"{trouble.advice} F5 tries again.".strip(), "muted"))
            if isinstance(trouble, DatabaseUnavailable):
                self.services.database_failed(trouble)
        else:
            self.services.notify(f"{trouble} {trouble.advice}".strip(), "bad")
        self.paint()

    def _stopped(self) -> None:
        if not self._mounted:
            self._early = self._stopped
            return
        self.job = None
        if self.study is None:
            self.cancelled = True
            self.ladder.say(("Stopped before all was read.", "warn"), ("F5 reads it again.", "muted"))
        self.paint()

    def _show(self, found: Study) -> None:
        self.study = found
        judgement = found.judgement
        self.options = replace(self.options, evidence=judgement.verdict.evidence if judgement else ())
        self.lay_out()
