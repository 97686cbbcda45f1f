"""Figures of a call, computed from its messages: set-up, ringing, talk, codecs, causes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
    `final_code`: of the INVITE (of the first request, where there is none) as its sender saw it. `q850`: cause and words of
    a Reason header (RFC 3326), `warning` of a Warning. `hung_up_by`: caller, callee or server.
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
