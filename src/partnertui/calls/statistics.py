"""Figures of a call, computed from its messages: set-up, ringing, talk, codecs, causes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.model import Trace
from partnertui.sip.sdp import Sdp


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
    """Times in milliseconds, None where that did not happen or was not captured.

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


BY_CODE = {
    408: Outcome.NO_ANSWER,
    480: Outcome.NO_ANSWER,
    486: Outcome.BUSY,
    600: Outcome.BUSY,
    487: Outcome.CANCELLED,
    403: Outcome.REJECTED,
    603: Outcome.REJECTED,
    607: Outcome.REJECTED,
    608: Outcome.REJECTED,
    503: Outcome.CONGESTION,
    301: Outcome.DIVERTED,
    302: Outcome.DIVERTED,
}


def statistics_of(trace: Trace) -> Statistics:
    """Computes the figures of a call."""
    return analysis_statistics(CallAnalysis(trace))


def analysis_statistics(analysis: CallAnalysis) -> Statistics:
    """The same of a call whose turning points are known."""
    trace, times, causes = analysis.trace, _times(analysis), analysis.causes
    offered, chosen = _codecs(analysis)
    scores = [stream.mos for stream in trace.streams if stream.mos]
    return Statistics(
        outcome=outcome_of(analysis),
        final_code=analysis.code or None,
        final_reason=analysis.message(analysis.final).reading.reason if analysis.final is not None else "",
        **times,
        duration_ms=(trace.messages[-1].time_us - trace.messages[0].time_us) / 1000,
        hung_up_by=_hung_up_by(analysis),
        q850=causes.q850,
        reason=causes.reason,
        warning=causes.warning,
        offered=offered,
        chosen=chosen,
        source_agent=_agent(analysis, analysis.initial_requests[:1]),
        destination_agent=_agent(analysis, _far_answers(analysis)),
        retransmissions=sum(trace.retransmissions.values()),
        mos=min(scores) if scores else None,
    )


def outcome_of(analysis: CallAnalysis) -> Outcome:
    """How it ended, as CDRs have it."""
    if analysis.method != "INVITE":
        return Outcome.OK if analysis.is_answered else Outcome.FAILED if analysis.code else Outcome.INCOMPLETE
    if analysis.is_answered:
        return Outcome.ANSWERED
    if analysis.cancels and analysis.code in (0, 487):
        return Outcome.CANCELLED
    if analysis.code:
        said = (
            analysis.message(analysis.refusal_origin).status if analysis.refusal_origin is not None else analysis.code
        )
        return BY_CODE.get(analysis.code) or BY_CODE.get(said, Outcome.FAILED)
    unheard = not analysis.responses and any(
        analysis.trace.retransmissions.get(index, 0) > 1 for index in analysis.initial_requests
    )
    return Outcome.IN_PROGRESS if analysis.ringing else Outcome.NO_ANSWER if unheard else Outcome.INCOMPLETE


def _times(analysis: CallAnalysis) -> dict[str, float | None]:
    if analysis.method != "INVITE" or not analysis.initial_requests:
        return {"setup_ms": None, "pdd_ms": None, "ring_ms": None, "talk_ms": None}

    def between(one: int | None, other: int | None) -> float | None:
        return None if one is None or other is None else analysis.seconds(one, other) * 1000

    begun, rang = analysis.initial_requests[0], next(iter(analysis.ringing), None)
    taken = analysis.final if analysis.is_answered else None
    end = taken if taken is not None else next(iter(analysis.cancels), analysis.final)
    return {
        "setup_ms": between(begun, taken),
        "pdd_ms": between(begun, rang if rang is not None else analysis.final),
        "ring_ms": between(rang, end),
        "talk_ms": between(taken, next(iter(analysis.byes), None)),
    }


def _hung_up_by(analysis: CallAnalysis) -> str:
    """Who sent the first BYE or CANCEL; the server where it was neither end."""
    first = next(iter(analysis.byes if analysis.is_answered else analysis.cancels), None)
    if first is None:
        return (
            ""
            if analysis.final is None or analysis.is_answered
            else "server"
            if analysis.refused_by_server
            else "callee"
        )
    message, begun = analysis.message(first), analysis.trace.first
    if message.call_id != begun.call_id:
        return "callee" if message.source.address != analysis.server else "server"
    if message.source == begun.source:
        return "caller"
    ends = [analysis.message(index).source for index in _far_answers(analysis)]
    if message.source in ends:
        return "callee"
    if message.source.address == analysis.caller:
        return "caller"
    return (
        "callee" if not analysis.has_both_hops or message.source.address in {end.address for end in ends} else "server"
    )


def _far_answers(analysis: CallAnalysis) -> list[int]:
    """The first answer of whom was called, nearest to the phone: 2xx, else 18x, else the refusal."""
    first, last = analysis.initial_requests[:1], analysis.final
    for low, high in ((200, 299), (180, 189)):
        found = analysis.find(lambda m, low=low, high=high: m.is_answer(analysis.method, low, high))  # type: ignore[misc]
        if found and (not first or found[0] > first[0]):
            return found[:1]
    return [index for index in (analysis.refusal_origin, last) if index is not None][:1]


def _agent(analysis: CallAnalysis, indexes: list[int]) -> str:
    for index in indexes:
        headers = analysis.message(index).reading.headers
        return headers.first("user-agent") or headers.first("server")
    return ""


def _codecs(analysis: CallAnalysis) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def speech(sdp: Sdp | None) -> tuple[str, ...]:
        return sdp.audio.speech if sdp is not None and sdp.audio is not None and sdp.audio.port else ()

    offered = next(
        (speech(analysis.message(index).sdp) for index in analysis.initial_requests if analysis.message(index).sdp), ()
    )
    wanted = [index for index in (analysis.final, *analysis.ringing) if index is not None]
    answer = next((speech(analysis.message(index).sdp) for index in wanted if analysis.message(index).sdp), ())
    return offered, answer[:1] if offered and answer else answer
