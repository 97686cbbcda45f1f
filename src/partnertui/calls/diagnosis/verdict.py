"""Verdicts: what went wrong, in words an agent can pass on, how sure that is, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How sure a verdict is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Code(StrEnum):
    """What became of a call."""

    OK = "ok"
    WRONG_PASSWORD = "wrong_password"
    UNKNOWN_USER = "unknown_user"
    NOT_REGISTERED = "not_registered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CONGESTION = "congestion"
    NO_ROUTE = "no_route"
    CODEC_MISMATCH = "codec_mismatch"
    ONE_WAY_AUDIO = "one_way_audio"
    NAT_BINDING_LOST = "nat_binding_lost"
    SRTP_MISMATCH = "srtp_mismatch"
    ACK_LOST = "ack_lost"
    SESSION_TIMER = "session_timer"
    DIVERTED = "diverted"
    CREDIT_EXHAUSTED = "credit_exhausted"
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """One finding. `evidence`: places of messages in `Trace.messages`, in the order in which they tell the story."""

    code: Code
    confidence: Confidence
    text: str
    advice: str
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """The verdict, and what else was found."""

    verdict: Verdict
    also: tuple[Verdict, ...] = ()
