"""Two calls of a list beside each other: why does the one work and the other not?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.flows.call_trace.actions import call_ids
from partnertui.kit.actions import Action
from partnertui.kit.context import Here

if TYPE_CHECKING:
    from partnertui.db.cancel import Cancel
    from partnertui.flows.trace.opening import Load
    from partnertui.kit.desk import Desk
    from partnertui.sip.trace.model import Trace


def not_two(here: Here) -> str:
    """Why these cannot be compared."""
    if len(here.rows) != 2:
        return "mark two calls with Space to compare their traces"
    return "" if all(call_ids(row) for row in here.rows) else "no Call-ID was kept for one of them"


def compare_calls(here: Here) -> None:
    """Compares the traces of both rows."""
    from partnertui.flows.call_trace.load import CallLoad

    compare_loads(here.desk, [CallLoad(here.desk, call_ids(row), row.get("started_at")) for row in here.rows])


def compare_loads(desk: Desk, loads: Sequence[Load]) -> None:
    """Reads both traces, then shows what differs."""
    from partnertui.flows.trace import compare_traces

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> list[Trace]:
        found = []
        for which, load in zip(("first", "second"), loads, strict=True):
            try:
                found.append(load.work(cancel, tell))
            except DomainError as error:
                raise DomainError(f"The {which} call: {error}", advice=error.advice) from None
        return found

    def done(traces: list[Trace]) -> None:
        compare_traces(desk, *traces)

    desk.jobs.long("Two traces", work, done, lambda trouble: desk.say(str(trouble), "warn"))


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
