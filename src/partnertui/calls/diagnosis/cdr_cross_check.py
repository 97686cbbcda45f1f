"""Adds to a verdict what the CDR or live table says, and notes where it contradicts the capture, which has priority."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from partnertui.calls.call_statistics import hung_up_by
from partnertui.calls.diagnosis.verdict import Code, Confidence, Verdict
from partnertui.calls.platform_record import PARTIES, PlatformRecord
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.domain.call_enums import Disposition, HungUpBy
from partnertui.domain.sip_and_q850_codes import q850_words

BY_DISPOSITION = {
    Disposition.BUSY: Code.BUSY,
    Disposition.NO_ANSWER: Code.NO_ANSWER,
    Disposition.CANCELLED: Code.CANCELLED,
    Disposition.REJECTED: Code.REJECTED,
    Disposition.CONGESTION: Code.CONGESTION,
}
"""What a call probably was whose end only the CDR has. That it was answered says nothing about how it went."""
OPEN = (Code.INCOMPLETE, Code.UNKNOWN)


def with_record(verdict: Verdict, analysis: CallAnalysis) -> Verdict:
    """The verdict with what the platform noted about the call: never surer than the capture, less sure against it."""
    record = analysis.trace.record
    # with a Call-ID that was used again nobody knows which of the attempts the record is about
    if record is None or not analysis.is_call or analysis.earlier_attempts:
        return verdict
    against = list(contradictions(record, analysis))
    if not against:
        return verdict if _end_is_captured(analysis) else _completed(verdict, record)
    text = " ".join((verdict.text, *against))
    if verdict.confidence == Confidence.CERTAIN and _disagree(record, analysis):
        settle = f"why the {_source(record)} and the capture differ"
        return replace(verdict, text=text, confidence=Confidence.LIKELY, would_settle=settle)
    return replace(verdict, text=text)


def _source(record: PlatformRecord) -> str:
    return "live table" if record.state is not None else "CDR"


def _disagree(record: PlatformRecord, analysis: CallAnalysis) -> bool:
    """True where one says that the call was answered, and the other that it wasn't."""
    captured, noted = _answered(analysis), record.answered
    return captured is not None and noted is not None and captured != noted


def contradictions(record: PlatformRecord, analysis: CallAnalysis) -> Iterator[str]:
    """Sentences about what the record says and the capture shows otherwise; what is missing contradicts nothing."""
    captured = _answered(analysis)
    source = _source(record)
    if _disagree(record, analysis):
        shown = "was answered" if captured else f"ended with {analysis.code}"
        said = "was answered" if record.answered else f"ended as “{record.disposition}”"
        yield (
            f"The {source} contradicts the capture: according to the {source}, the call {said}, but in the capture it"
            f" {shown}."
        )
        return
    if record.state is not None:
        return
    if captured is False and record.sip_code is not None and record.sip_code not in _final_codes(analysis):
        yield f"The CDR contradicts the capture: it has SIP {record.sip_code}, but the capture has {analysis.code}."
    cause = analysis.causes.q850
    if captured is not None and None not in (cause, record.q850_cause) and cause != record.q850_cause:
        noted_cause, own = (f"{one} ({q850_words(one)})" for one in (record.q850_cause, cause))
        yield f"The CDR contradicts the capture: it has Q.850 cause {noted_cause}, but the messages have {own}."
    ended = _ended_by(analysis)
    if ended and record.hung_up_by is not None and ended != record.hung_up_by:
        said = f"it says that the {PARTIES[record.hung_up_by]} ended the call"
        shown = PARTIES[HungUpBy(ended)]
        yield f"The CDR contradicts the capture: {said}, but the messages show that it was the {shown}."


def _completed(verdict: Verdict, record: PlatformRecord) -> Verdict:
    """A verdict that the capture leaves open, with what the record says about the end."""
    if verdict.code not in OPEN or not record.sentence:
        return verdict
    text = f"{verdict.text} {record.sentence}"
    code = BY_DISPOSITION.get(record.disposition) if record.disposition is not None else None
    if code is None:
        return replace(verdict, text=text)
    settle = verdict.would_settle or "its final response"
    return replace(verdict, code=code, confidence=Confidence.POSSIBLE, text=text, would_settle=settle)


def _end_is_captured(analysis: CallAnalysis) -> bool:
    return analysis.final is not None or analysis.was_established or bool(analysis.byes)


def _answered(analysis: CallAnalysis) -> bool | None:
    """Whether the capture shows that the call was answered; None where it doesn't show how it went."""
    if analysis.was_established:
        return True
    return False if analysis.code >= 400 else None


def _final_codes(analysis: CallAnalysis) -> set[int]:
    """Final answers to the INVITE, on whatever hop: a server may pass on another one than it got."""
    return {one.code for one in analysis.transactions if one.method == "INVITE" and one.final is not None}


def _ended_by(analysis: CallAnalysis) -> str:
    """Who hung up: caller, callee or server; empty for refusals, and for a single hop, whose ends may be servers."""
    if not analysis.was_established or not analysis.has_both_hops or analysis.caller_is_server:
        return ""
    return hung_up_by(analysis)
