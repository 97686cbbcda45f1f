"""Two calls of a list beside each other: why does the one work and the other not?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.screens.shared.call_trace.actions import call_ids

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.db.cancel import Cancel
    from partnertui.kit.shell.services import Services
    from partnertui.screens.shared.trace.opening import Load


def not_two(context: ActionContext) -> str:
    """Why these cannot be compared."""
    if len(context.rows) != 2:
        return "mark two calls with Space to compare their traces"
    return "" if all(call_ids(row) for row in context.rows) else "no Call-ID was kept for one of them"


def compare_calls(context: ActionContext) -> None:
    """Compares the traces of both rows."""
    from partnertui.screens.shared.call_trace.load import CallLoad

    compare_loads(
        context.services, [CallLoad(context.services, call_ids(row), row.get("started_at")) for row in context.rows]
    )


def compare_loads(services: Services, loads: Sequence[Load]) -> None:
    """Reads both traces, then shows what differs."""
    from partnertui.screens.shared.trace import compare_traces

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> list[Trace]:
        found = []
        for which, load in zip(("first", "second"), loads, strict=True):
            try:
                found.append(load.work(cancel, tell))
            except DomainError as error:
                raise DomainError(f"The {which} call: {error}", advice=error.advice) from None
        return found

    def done(traces: list[Trace]) -> None:
        compare_traces(services, *traces)

    services.jobs.long("Two traces", work, done, lambda trouble: services.notify(str(trouble), "warn"))


COMPARE = Action(
    "call.compare",
    "Compare two traces",
    compare_calls,
    ("upper_t", "T"),
    rows="many",
    refuse=not_two,
    group="Call",
    about="of two marked calls, side by side, with what differs",
)
