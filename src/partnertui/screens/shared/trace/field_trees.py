"""The trees of a trace's messages, made in the background once its messages are painted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.screens.shared.trace.open_trace import HasCaptureIndex

if TYPE_CHECKING:
    from partnertui.calls.model import Message
    from partnertui.captures.field_tree import Tree
    from partnertui.kit.jobs import Job
    from partnertui.screens.shared.trace.view import TraceView

AT_ONCE = 200
"""Messages of a trace that is dissected without being asked to; of a longer one only when a tree is wanted."""


class FieldTrees:
    """Trees by place. `trouble` says why there is none."""

    def __init__(self, view: TraceView) -> None:
        self.view = view
        self.messages: tuple[Message, ...] = ()
        self.trees: dict[int, Tree] = {}
        self.asked = range(0)
        self.trouble = ""
        self.job: Job | None = None

    def early(self) -> None:
        """All has been painted: a usual trace is dissected before anybody asks. What went wrong is told who asks."""
        trace = self.view.trace
        if trace is not None and len(trace.messages) <= AT_ONCE:
            self.want(0)

    def want(self, place: int) -> None:
        """Begins to dissect a message and those around it, unless that was done or is being done."""
        trace = self.view.trace
        if trace is None:
            return
        if trace.messages != self.messages:
            self.stop()
            self.messages, self.trees, self.asked = trace.messages, {}, range(0)
        if place in self.asked:
            return
        from partnertui.captures.dissect import MOST

        self.stop()
        begin = max(0, min(place - MOST // 2, len(self.messages) - MOST))
        self.asked, self.trees, self.trouble = range(begin, min(begin + MOST, len(self.messages))), {}, ""
        chosen = self.messages[begin : begin + MOST]
        self.job = self.view.services.jobs.probe(
            f"Dissecting {self.view.title}", lambda job: self._run(job, chosen, begin)
        )

    def again(self) -> None:
        """Forgets what went wrong, so that it is tried anew."""
        if self.trouble:
            self.asked = range(0)

    def stop(self) -> None:
        """Ends what is under way."""
        if self.job is not None:
            self.job.cancel()
            self.job, self.asked = None, range(0)

    async def _run(self, job: Job, chosen: tuple[Message, ...], begin: int) -> None:
        from partnertui.captures.dissect import dissect, warm
        from partnertui.kit.jobs import HEAVY, in_thread

        def heavy() -> None:
            with HEAVY:
                warm()

        index = self.view.load.index if isinstance(self.view.load, HasCaptureIndex) else None
        try:
            await in_thread(heavy)
            await dissect(chosen, partial(self._tell, job, begin, len(chosen)), index, lambda work: in_thread(work))
        except DomainError as error:
            self.trouble = f"{error} {error.advice}".strip()
        finally:
            if self.job is job:
                self.job = None
                self._show()

    def _tell(self, job: Job, begin: int, total: int, place: int, tree: Tree) -> None:
        if self.job is not job:
            return
        self.trees[begin + place] = tree
        job.progress(len(self.trees), total)
        if begin + place == self.view.place:
            self._show()

    def _show(self) -> None:
        if self.view.showing_fields and self.view.is_attached:
            self.view.show_raw(keep=True)
