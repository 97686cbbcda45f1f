"""Compares two calls of a list, to see why one works and the other doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.screens.shared.call_trace.actions import call_ids

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.db.cancel import Cancel
    from partnertui.kit.declare.actions import Services
    from partnertui.screens.shared.trace.loader import Progress, TraceLoader


def not_two(context: ActionContext) -> str:
    """Refuses unless two calls with Call-IDs are marked."""
    if len(context.rows) != 2:
        return "mark two calls with {key:list.toggle} to compare their traces"
    return "" if all(call_ids(row) for row in context.rows) else "no Call-ID was recorded for one of them"


def compare_calls(context: ActionContext) -> None:
    """Compare the traces of the two marked rows."""
    from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader

    compare_loaders(
        context.services,
        [CallTraceLoader(context.services, call_ids(row), row.get("started_at")) for row in context.rows],
    )


def compare_loaders(services: Services, loaders: Sequence[TraceLoader]) -> None:
    """Load both traces, then show what differs."""

    def work(cancel: Cancel, progress: Progress) -> list[Trace]:
        found = []
        for which, loader in zip(("first", "second"), loaders, strict=True):
            try:
                found.append(loader.load(cancel, progress))
            except DomainError as error:
                raise DomainError(f"The {which} call: {error}", advice=error.advice) from None
        return found

    def done(traces: list[Trace]) -> None:
        from partnertui.screens.shared.trace.comparison_dialog import compare_calls  # widgets, needed only here

        compare_calls(services, *traces)

    services.jobs.long("Two traces", work, done, lambda error: services.notify(str(error), "warn"))


COMPARE = Action(
    "call.compare",
    "Compare two traces",
    compare_calls,
    ("equals_sign",),
    rows="many",
    refuse=not_two,
    group="Call",
    about="of two marked calls, side by side, with what differs",
)
