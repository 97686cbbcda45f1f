"""The field trees of a trace's messages, dissected by tshark in the background once the messages are painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.captures.message_dissection import MOST, dissect, warm
from partnertui.domain.errors import DomainError
from partnertui.kit.jobs import HEAVY, in_thread

if TYPE_CHECKING:
    from partnertui.calls.trace_model import Message, Trace
    from partnertui.captures.field_tree import Tree
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.jobs import Job

MAX_PRELOADED = 200
"""Messages up to which a trace is dissected in advance; a longer one only on request."""


class FieldTrees:
    """Trees by message index. `error` says why there is none; `changed` gets the index, None when all are done."""

    def __init__(
        self,
        services: Services,
        title: str,
        index: Path | None,
        trace: Callable[[], Trace | None],
        changed: Callable[[int | None], None],
    ) -> None:
        self.services, self.title, self.index, self.trace, self.changed = services, title, index, trace, changed
        self.messages: tuple[Message, ...] = ()
        self.trees: dict[int, Tree] = {}
        self.requested = range(0)
        self.error = ""
        self.job: Job | None = None

    def preload(self) -> None:
        """Dissect a trace of usual length before its fields are requested; errors are shown on request."""
        trace = self.trace()
        if trace is not None and len(trace.messages) <= MAX_PRELOADED:
            self.request(0)

    def request(self, index: int) -> None:
        """Start to dissect a message and those around it, unless that's done or in progress."""
        trace = self.trace()
        if trace is None:
            return
        if trace.messages != self.messages:
            self.stop()
            self.messages, self.trees, self.requested = trace.messages, {}, range(0)
        if index in self.requested:
            return
        self.stop()
        begin = max(0, min(index - MOST // 2, len(self.messages) - MOST))
        self.requested, self.trees, self.error = range(begin, min(begin + MOST, len(self.messages))), {}, ""
        chosen = self.messages[begin : begin + MOST]
        self.job = self.services.jobs.probe(f"Dissecting {self.title}", lambda job: self._run(job, chosen, begin))

    def retry(self) -> None:
        """Clear an error, so that the next request tries again."""
        if self.error:
            self.requested = range(0)

    def stop(self) -> None:
        """Cancel the running job."""
        if self.job is not None:
            self.job.cancel()
            self.job, self.requested = None, range(0)

    async def _run(self, job: Job, chosen: tuple[Message, ...], begin: int) -> None:
        def preload_tshark() -> None:
            with HEAVY:
                warm()

        try:
            await in_thread(preload_tshark)
            await dissect(chosen, partial(self._add, job, begin, len(chosen)), self.index, lambda work: in_thread(work))
        except DomainError as error:
            self.error = f"{error} {error.advice}".strip()
        finally:
            if self.job is job:
                self.job = None
                self.changed(None)

    def _add(self, job: Job, begin: int, total: int, offset: int, tree: Tree) -> None:
        # tshark may still deliver for a request that another one has replaced.
        if self.job is not job:
            return
        self.trees[begin + offset] = tree
        job.progress(len(self.trees), total)
        self.changed(begin + offset)
