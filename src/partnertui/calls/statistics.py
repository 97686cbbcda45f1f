"""Figures of a call, computed from its messages: set-up, ringing, talk, codecs, causes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from partnertui.calls.analysis import Facts
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
    return figures_of(Facts(trace))


def figures_of(facts: Facts) -> Statistics:
    """The same of a call whose turning points are known."""
    trace, times, causes = facts.trace, _times(facts), facts.causes
    offered, chosen = _codecs(facts)
    scores = [stream.mos for stream in trace.streams if stream.mos]
    return Statistics(
        outcome=outcome_of(facts),
        final_code=facts.code or None,
        final_reason=facts.at(facts.final).reading.reason if facts.final is not None else "",
        **times,
        duration_ms=(trace.messages[-1].time_us - trace.messages[0].time_us) / 1000,
        hung_up_by=_hung_up_by(facts),
        q850=causes.q850,
        reason=causes.reason,
        warning=causes.warning,
        offered=offered,
        chosen=chosen,
        source_agent=_agent(facts, facts.asked[:1]),
        destination_agent=_agent(facts, _far_answers(facts)),
        retransmissions=sum(trace.sent_again.values()),
        mos=min(scores) if scores else None,
    )


def outcome_of(facts: Facts) -> Outcome:
    """How it ended, as CDRs have it."""
    if facts.method != "INVITE":
        return Outcome.OK if facts.answered else Outcome.FAILED if facts.code else Outcome.INCOMPLETE
    if facts.answered:
        return Outcome.ANSWERED
    if facts.cancels and facts.code in (0, 487):
        return Outcome.CANCELLED
    if facts.code:
        said = facts.at(facts.spoken).status if facts.spoken is not None else facts.code
        return BY_CODE.get(facts.code) or BY_CODE.get(said, Outcome.FAILED)
    unheard = not facts.answers and any(facts.trace.sent_again.get(place, 0) > 1 for place in facts.asked)
    return Outcome.IN_PROGRESS if facts.ringing else Outcome.NO_ANSWER if unheard else Outcome.INCOMPLETE


def _times(facts: Facts) -> dict[str, float | None]:
    if facts.method != "INVITE" or not facts.asked:
        return {"setup_ms": None, "pdd_ms": None, "ring_ms": None, "talk_ms": None}

    def between(one: int | None, other: int | None) -> float | None:
        return None if one is None or other is None else facts.seconds(one, other) * 1000

    begun, rang = facts.asked[0], next(iter(facts.ringing), None)
    taken = facts.final if facts.answered else None
    end = taken if taken is not None else next(iter(facts.cancels), facts.final)
    return {
        "setup_ms": between(begun, taken),
        "pdd_ms": between(begun, rang if rang is not None else facts.final),
        "ring_ms": between(rang, end),
        "talk_ms": between(taken, next(iter(facts.byes), None)),
    }


def _hung_up_by(facts: Facts) -> str:
    """Who sent the first BYE or CANCEL; the server where it was neither end."""
    first = next(iter(facts.byes if facts.answered else facts.cancels), None)
    if first is None:
        return "" if facts.final is None or facts.answered else "server" if facts.by_server else "callee"
    message, begun = facts.at(first), facts.trace.first
    if message.call_id != begun.call_id:
        return "callee" if message.source.address != facts.server else "server"
    if message.source == begun.source:
        return "caller"
    ends = [facts.at(place).source for place in _far_answers(facts)]
    if message.source in ends:
        return "callee"
    if message.source.address == facts.caller:
        return "caller"
    return "callee" if not facts.whole or message.source.address in {end.address for end in ends} else "server"


def _far_answers(facts: Facts) -> list[int]:
    """The first answer of whom was called, nearest to the phone: 2xx, else 18x, else the refusal."""
    first, last = facts.asked[:1], facts.final
    for low, high in ((200, 299), (180, 189)):
        found = facts.places(lambda m, low=low, high=high: m.is_answer(facts.method, low, high))  # type: ignore[misc]
        if found and (not first or found[0] > first[0]):
            return found[:1]
    return [place for place in (facts.spoken, last) if place is not None][:1]


def _agent(facts: Facts, places: list[int]) -> str:
    for place in places:
        headers = facts.at(place).reading.headers
        return headers.first("user-agent") or headers.first("server")
    return ""


def _codecs(facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def speech(sdp: Sdp | None) -> tuple[str, ...]:
        return sdp.audio.speech if sdp is not None and sdp.audio is not None and sdp.audio.port else ()

    offered = next((speech(facts.at(place).sdp) for place in facts.asked if facts.at(place).sdp), ())
    wanted = [place for place in (facts.final, *facts.ringing) if place is not None]
    answer = next((speech(facts.at(place).sdp) for place in wanted if facts.at(place).sdp), ())
    return offered, answer[:1] if offered and answer else answer
