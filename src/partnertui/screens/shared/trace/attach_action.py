"""Attaches a trace to a ticket: ladder, verdict and statistics as an internal note, masked or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import Diagnosis
from partnertui.calls.trace_model import Trace
from partnertui.calls.trace_snapshot import snapshot_of
from partnertui.captures.saving import masked as mask
from partnertui.captures.saving.pcap_writer import build_pcap
from partnertui.domain.evidence import CALL_ID, CODE, CONFIDENCE, PCAP, TEXT_WIDTH, VERDICT, Evidence, EvidenceKind
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.ladder import ladder_text
from partnertui.ladder.statistics_text import statistics_rows, stream_label
from partnertui.screens.shared.ticket_attachment import attach_to_ticket


def ask_attach(
    context: ActionContext,
    trace: Trace,
    names: Mapping[str, str],
    customer_id: int | None,
    judgement: Diagnosis | None = None,
) -> None:
    """Ask for masking, then for the ticket; the customer's tickets are listed first."""
    items = (
        Item("whole", "Unmasked", "for colleagues: numbers and addresses stay readable", key="a"),
        Item("masked", "Masked", "numbers, names and addresses are replaced", key="m"),
    )

    def attach(how: str) -> None:
        evidence = trace_evidence(trace, names, masked=how == "masked", judgement=judgement)
        attach_to_ticket(replace(context, row={"customer_id": customer_id}), evidence)

    context.services.show_dialog(Picker(context.services, "Attach the trace to a ticket", items, by_key=True), attach)


def trace_evidence(
    trace: Trace, names: Mapping[str, str], *, masked: bool, judgement: Diagnosis | None = None
) -> Evidence:
    """The trace as evidence: the text for the conversation, and a capture from which its ladder is drawn again."""
    shown = mask(trace) if masked else trace
    judged = judgement if judgement is not None and not masked else diagnose(shown)
    verdict = judged.verdict
    facts = {VERDICT: verdict.text, CODE: verdict.code.value, CONFIDENCE: verdict.confidence.value}
    if not masked and shown.own_call_ids:
        facts[CALL_ID] = shown.own_call_ids[0]
    return Evidence(
        EvidenceKind.TRACE,
        verdict.text,
        ticket_text(trace, names, masked=masked, judgement=judgement),
        "trace.pcap",
        build_pcap(shown.messages),
        PCAP,
        facts,
        masked,
        {**snapshot_of(shown, judged), "names": {} if masked else dict(names)},
    )


def ticket_text(trace: Trace, names: Mapping[str, str], *, masked: bool, judgement: Diagnosis | None = None) -> str:
    """Ladder, verdict and statistics as plain text; a masked trace is judged again, without names."""

    shown, names = (mask(trace), {}) if masked else (trace, names)
    judged = judgement if judgement is not None and not masked else diagnose(shown)
    figures = [f"{label:<20} {value}" for label, value, _ in statistics_rows(statistics_of(shown))]
    streams = [f"{'RTP':<20} {stream_label(stream)}" for stream in shown.streams]
    return "\n".join([ladder_text(shown, names, width=TEXT_WIDTH, judgement=judged), *figures, *streams])
