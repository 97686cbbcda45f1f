"""Statistics of a call for people to read: set-up, ringing and talk time, codecs, causes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from partnertui.calls.replaced_calls import own_part
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import Message, Trace


class Outcome(StrEnum):
    """How a call ended; for other requests whether they were answered."""

    ANSWERED = "answered"
    NO_ANSWER = "no answer"
    BUSY = "busy"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    CONGESTION = "congestion"
    FAILED = "failed"
    DIVERTED = "diverted"
    IN_PROGRESS = "in progress"
    OK = "ok"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class Statistics:
    """Times in milliseconds, None where that did not happen or wasn't captured.

    `setup_ms`: first INVITE to its 2xx. `pdd_ms`: first INVITE to the first 18x, or to the answer or refusal where
    none rang (post-dial delay). `ring_ms`: first 180 or 183 to 2xx or the end. `talk_ms`: 2xx to the first BYE.
    `final_code`: of the INVITE (of the first request, where there is none) as its sender saw it. `q850`: the cause of a
    Reason header (RFC 3326), `reason` its words, `warning` those of a Warning. `hung_up_by`: caller, callee or server.
    """

    outcome: Outcome
    final_code: int | None
    final_reason: str
    setup_ms: float | None
    pdd_ms: float | None
    ring_ms: float | None
    talk_ms: float | None
    duration_ms: float
    hung_up_by: str
    q850: int | None
    reason: str
    warning: str
    offered: tuple[str, ...]
    chosen: tuple[str, ...]
    source_agent: str
    destination_agent: str
    retransmissions: int
    mos: float | None
    is_call: bool = True
    """False for a registration or another request: it has no set-up, ringing or talk time."""


BY_CODE = {
    408: Outcome.NO_ANSWER,
    480: Outcome.NO_ANSWER,
    486: Outcome.BUSY,
    600: Outcome.BUSY,
    487: Outcome.CANCELLED,
    403: Outcome.REJECTED,
    603: Outcome.REJECTED,
    # 607 Unwanted (RFC 8197) and 608 Rejected by an analytics engine (RFC 8688).
    607: Outcome.REJECTED,
    608: Outcome.REJECTED,
    503: Outcome.CONGESTION,
    301: Outcome.DIVERTED,
    302: Outcome.DIVERTED,
}


def statistics_of(trace: Trace) -> Statistics:
    """Computes the figures of a call."""
    return analysis_statistics(CallAnalysis(own_part(trace)[0]))


def analysis_statistics(analysis: CallAnalysis) -> Statistics:
    """The same from an analysis that was made before."""
    trace, causes = analysis.trace, analysis.causes
    setup, pdd, ring, talk = _times(analysis)
    offered, chosen = _codecs(analysis)
    scores = [stream.mos for stream in trace.streams if stream.mos]
    return Statistics(
        outcome=outcome_of(analysis),
        final_code=analysis.code or None,
        final_reason=analysis.message(analysis.final).reading.reason if analysis.final is not None else "",
        setup_ms=setup,
        pdd_ms=pdd,
        ring_ms=ring,
        talk_ms=talk,
        duration_ms=(trace.messages[-1].time_us - trace.messages[0].time_us) / 1000,
        hung_up_by=hung_up_by(analysis),
        q850=causes.q850,
        reason=causes.reason,
        warning=causes.warning,
        offered=offered,
        chosen=chosen,
        source_agent=_agent(analysis, analysis.initial_requests[:1]),
        destination_agent=_agent(analysis, _far_answers(analysis)),
        retransmissions=sum(trace.retransmissions.values()),
        mos=min(scores) if scores else None,
        is_call=analysis.is_call,
    )


def outcome_of(analysis: CallAnalysis) -> Outcome:
    """How it ended, as CDRs have it."""
    if not analysis.is_call:
        return Outcome.OK if analysis.is_answered else Outcome.FAILED if analysis.code else Outcome.INCOMPLETE
    if analysis.was_established:
        return Outcome.ANSWERED
    # A CANCEL that crossed with another refusal had no effect (RFC 3261, section 9.2).
    if analysis.cancels and analysis.code in (0, 487):
        return Outcome.CANCELLED
    if analysis.code:
        origin = analysis.origin.code if analysis.origin is not None else analysis.code
        return BY_CODE.get(analysis.code) or BY_CODE.get(origin, Outcome.FAILED)
    repeated = any(analysis.retransmissions(one) > 1 for one in analysis.initial)
    if analysis.provisional or analysis.ringing:
        return Outcome.IN_PROGRESS
    return Outcome.NO_ANSWER if repeated and not analysis.responses else Outcome.INCOMPLETE


def _times(analysis: CallAnalysis) -> tuple[float | None, float | None, float | None, float | None]:
    """Set-up, post-dial delay, ringing and talk time."""
    if not analysis.is_call:
        return None, None, None, None

    def between(one: int | None, other: int | None) -> float | None:
        # Never negative, though the two may be from captures with two clocks.
        return None if one is None or other is None else max(analysis.seconds(one, other) * 1000, 0.0)

    begun, rang = next(iter(analysis.initial_requests), None), next(iter(analysis.provisional), None)
    answered = analysis.answer_index
    end = answered if answered is not None else next(iter(analysis.cancels), analysis.final)
    return (
        between(begun, answered),
        between(begun, rang if rang is not None else analysis.final),
        between(rang, end),
        between(answered, next(iter(analysis.byes), None)),
    )


def hung_up_by(analysis: CallAnalysis) -> str:
    """The side that sent the first BYE or CANCEL: caller, callee, or server where it was neither."""
    if not analysis.is_call:
        return ""
    established = analysis.was_established
    first = next(iter(analysis.byes if established else analysis.cancels), None)
    if first is None:
        if analysis.final is None or established:
            return ""
        return "server" if analysis.refused_by_server else "callee"
    if established and analysis.ended_by_server:
        return "server"
    message, begun = analysis.message(first), analysis.trace.first
    source = analysis.host(message.source)
    if message.call_id != begun.call_id:
        return "callee" if source != analysis.server else "server"
    if source == analysis.caller:
        return "caller"
    ends = {analysis.host(analysis.message(index).source) for index in _far_answers(analysis)}
    return "callee" if not analysis.has_both_hops or source in ends else "server"


def _far_answers(analysis: CallAnalysis) -> list[int]:
    """The first answer of the called side, nearest to the phone: 2xx, else 18x, else the refusal."""
    first = analysis.initial_requests[:1]
    for low, high in ((200, 299), (180, 189)):
        found = [
            index for index in analysis.find(_answers(analysis.method, low, high)) if not first or index > first[0]
        ]
        if found:
            return found[:1]
    return [index for index in (analysis.refusal_origin, analysis.final) if index is not None][:1]


def _answers(method: str, low: int, high: int) -> Callable[[Message], bool]:
    return lambda message: message.is_answer(method, low, high)


def _agent(analysis: CallAnalysis, indexes: list[int]) -> str:
    for index in indexes:
        headers = analysis.message(index).reading.headers
        return headers.first("user-agent") or headers.first("server")
    return ""


def _codecs(analysis: CallAnalysis) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codecs that were offered, and the one that was chosen: in the answer, which for a late offer is in the ACK."""

    def speech(index: int) -> tuple[str, ...]:
        sdp = analysis.message(index).sdp
        return sdp.audio.speech if sdp is not None and sdp.audio is not None and sdp.audio.port else ()

    def first_with_sdp(indexes: Iterable[int | None]) -> tuple[str, ...]:
        return next((speech(index) for index in indexes if index is not None and analysis.message(index).sdp), ())

    offered = first_with_sdp(analysis.initial_requests)
    # The answer may have come in an 18x already (RFC 3261, section 13.2.1).
    answer = first_with_sdp((analysis.final, *analysis.provisional))
    if not offered and answer:
        taken = first_with_sdp(analysis.acks)
        return (answer, taken[:1]) if taken else ((), answer)
    return offered, answer[:1] if offered and answer else answer
