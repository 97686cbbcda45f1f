"""Actions about the result of a call: verdict, evidence, statistics."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.view_location import Location
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.trace.action_guards import no_trace, trace_of, view_of
from partnertui.screens.shared.trace.statistics_lines import statistics_lines
from partnertui.screens.shared.trace.trace_view import TraceView
from partnertui.screens.shared.trace.verdict_lines import verdict_lines


def _not_judged(context: ActionContext) -> str:
    analysis = view_of(context).analysis
    judged = analysis is not None and analysis.judgement is not None
    return no_trace(context) or ("" if judged else "the analysis isn't ready yet")


def _between(view: TraceView, index: int) -> str:
    """Sender and recipient of a message, by the names in the ladder."""
    ladder = view.ladder.ladder
    if index in ladder.rows_of:
        row = ladder.rows[ladder.rows_of[index]]
        return " to ".join(ladder.participants[column].title for column in (row.source, row.target))
    assert view.trace is not None
    message = view.trace.messages[index]
    return f"{message.source} to {message.destination}"


def _verdict(context: ActionContext) -> None:
    view, services = view_of(context), context.services
    judgement = view.analysis.judgement if view.analysis else None
    if judgement is None:
        return

    def go(location: Location) -> None:
        view.go_to(location.record)

    dialog = LinesDialog(
        services,
        "Why this call ended as it did",
        lambda width: verdict_lines(
            trace_of(context), judgement, width, services.symbols.line, lambda index: _between(view, index)
        ),
    )
    services.show_dialog(dialog, go)


def _evidence(context: ActionContext) -> None:
    """Go to the next message of the verdict's evidence, in the order of events."""
    view = view_of(context)
    evidence = view.options.evidence
    view.evidence_shown = (view.evidence_shown + 1) % len(evidence)
    view.go_to(evidence[view.evidence_shown])
    context.services.notify(f"Evidence {view.evidence_shown + 1} of {len(evidence)}.", "")


def _no_evidence(context: ActionContext) -> str:
    return no_trace(context) or ("" if view_of(context).options.evidence else "the verdict cites no message")


def _statistics(context: ActionContext) -> None:
    services, analysis = context.services, view_of(context).analysis
    if analysis is None or analysis.statistics is None:
        return
    statistics, trace, sound = analysis.statistics, analysis.trace, analysis.sound
    dialog = LinesDialog(
        services,
        "Statistics",
        lambda width: statistics_lines(statistics, trace.streams, sound, width, services.symbols.line),
    )
    services.show_dialog(dialog, lambda answer: None)


VERDICT_ACTIONS = (
    Action(
        "trace.verdict",
        "Verdict in full",
        _verdict,
        ("upper_v", "V"),
        "why",
        refuse=_not_judged,
        group="Call",
        menu=True,
        about="the evidence, what to do, what else was found",
    ),
    Action(
        "trace.evidence",
        "Next message in the evidence",
        _evidence,
        ("exclamation_mark",),
        "evidence",
        refuse=_no_evidence,
        group="Call",
        menu=True,
    ),
    Action(
        "trace.statistics",
        "Statistics",
        _statistics,
        ("upper_i", "I"),
        "statistics",
        refuse=_not_judged,
        group="Call",
        menu=True,
        about="times, codecs, causes, RTP streams",
    ),
)
