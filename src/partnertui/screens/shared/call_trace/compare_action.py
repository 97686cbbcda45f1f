"""Compares two calls of a list, or a call with the last one of the same parties that was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.screens.shared.call_trace.actions import call_ids

if TYPE_CHECKING:
    from partnertui.calls.trace_model import Trace
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.screens.shared.trace.loader_protocol import Progress, TraceLoader


TOO_MANY = "mark two calls to compare them; one alone is compared with the last answered call between the same parties"


def refusal(context: ActionContext) -> str:
    """Refuses unless one or two calls with Call-IDs are marked."""
    if len(context.rows) > 2:
        return TOO_MANY
    if not all(call_ids(row) for row in context.rows):
        return "no Call-ID was recorded for one of them" if len(context.rows) > 1 else "no Call-ID was recorded"
    row = context.rows[0] if len(context.rows) == 1 else None
    if row is not None and not (row.get("source_number") and row.get("destination_number")):
        return "a number wasn't recorded: mark two calls with {key:list.toggle} to compare their traces"
    return ""


def compare_calls(context: ActionContext) -> None:
    """Compare the traces of two marked rows, or of one with the last call of the same parties that was answered."""
    from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader

    services = context.services
    if len(context.rows) == 2:
        loaders = [CallTraceLoader(services, call_ids(row), row.get("started_at")) for row in context.rows]
        compare_loaders(services, loaders)
        return
    row = context.rows[0]

    def found(good: list[AnsweredCall]) -> None:
        if not good:
            services.notify("No other answered call between these two numbers has a Call-ID to compare with.", "warn")
            return
        candidates = [CallTraceLoader(services, one.call_ids, one.started_at) for one in good]
        chosen = CallTraceLoader(services, call_ids(row), row.get("started_at"))
        compare_loaders(services, [FirstTraceLoader(candidates), chosen], GOOD_AND_THIS)

    from partnertui.db.comparable_answered_calls import AnsweredCall, answered_calls

    services.read(COMPARE, "good call", lambda connection: answered_calls(connection, row), found)


@dataclass(frozen=True)
class FirstTraceLoader:
    """Loads the first of some calls that has a trace."""

    loaders: Sequence[TraceLoader]

    def load(self, cancel: Cancel, progress: Progress) -> Trace:
        """The trace. Raises DomainError of the first one if none has any."""
        errors: list[DomainError] = []
        for loader in self.loaders:
            try:
                return loader.load(cancel, progress)
            except DomainError as error:
                errors.append(error)
        raise errors[0]

    def load_more(self, trace: Trace, cancel: Cancel, progress: Progress) -> Trace:
        """The same trace: a comparison is about messages."""
        return trace


WHICH = ("first", "second")
GOOD_AND_THIS = ("good", "chosen")
"""What the two calls are called in sentences."""


def compare_loaders(services: Services, loaders: Sequence[TraceLoader], names: tuple[str, str] = WHICH) -> None:
    """Load both traces, then show what differs."""

    def work(cancel: Cancel, progress: Progress) -> list[Trace]:
        found = []
        for which, loader in zip(names, loaders, strict=True):
            try:
                found.append(loader.load(cancel, progress))
            except DomainError as error:
                raise DomainError(f"The {which} call: {error}", advice=error.advice) from None
        return found

    def done(traces: list[Trace]) -> None:
        from partnertui.screens.shared.trace.comparison_dialog import compare_calls  # widgets, needed only here

        compare_calls(services, *traces)

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "warn")

    services.jobs.long("Comparing two traces", work, done, failed)


COMPARE = Action(
    "call.compare",
    "Compare traces",
    compare_calls,
    ("equals_sign",),
    rows="many",
    refuse=refusal,
    group="Call",
    about="compares two marked calls, or one with the last answered call between the same parties",
)
