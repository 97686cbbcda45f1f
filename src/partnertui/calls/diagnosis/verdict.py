"""Verdict: what went wrong, how certain that is, the evidence, and what to tell the customer; and all codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from partnertui.calls.capture_coverage import Coverage


class Confidence(StrEnum):
    """How sure a verdict is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Code(StrEnum):
    """What became of a call, a registration or another request."""

    OK = "ok"
    TRANSFERRED = "transferred"
    UNREGISTERED = "unregistered"
    WRONG_PASSWORD = "wrong_password"
    NO_CREDENTIALS = "no_credentials"
    STALE_NONCE = "stale_nonce"
    UNKNOWN_USER = "unknown_user"
    NUMBER_CHANGED = "number_changed"
    NUMBER_INCOMPLETE = "number_incomplete"
    NOT_REGISTERED = "not_registered"
    REGISTRATION_LOST = "registration_lost"
    TOO_MANY_REGISTRATIONS = "too_many_registrations"
    INTERVAL_TOO_BRIEF = "interval_too_brief"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CALL_BLOCKED = "call_blocked"
    ANONYMOUS_REFUSED = "anonymous_refused"
    CHANNEL_LIMIT = "channel_limit"
    CONGESTION = "congestion"
    NO_ROUTE = "no_route"
    LOOP = "loop"
    UNREACHABLE = "unreachable"
    CODEC_MISMATCH = "codec_mismatch"
    SRTP_MISMATCH = "srtp_mismatch"
    MEDIA_REFUSED = "media_refused"
    ONE_WAY_AUDIO = "one_way_audio"
    NO_AUDIO = "no_audio"
    ICE_FAILED = "ice_failed"
    SOUND_STOPPED = "sound_stopped"
    RELAY_FAILED = "relay_failed"
    DTMF_MISMATCH = "dtmf_mismatch"
    PACKET_LOSS = "packet_loss"
    JITTER = "jitter"
    NAT_BINDING_LOST = "nat_binding_lost"
    REPLIES_LOST = "replies_lost"
    ACK_LOST = "ack_lost"
    PRACK_MISSING = "prack_missing"
    BYE_UNANSWERED = "bye_unanswered"
    DIALOG_LOST = "dialog_lost"
    CHANGE_REFUSED = "change_refused"
    FAX_REFUSED = "fax_refused"
    SESSION_TIMER = "session_timer"
    RTP_TIMEOUT = "rtp_timeout"
    NETWORK_FAILURE = "network_failure"
    CALL_DROPPED = "call_dropped"
    ADMIN_CLEARED = "admin_cleared"
    DURATION_LIMIT = "duration_limit"
    TRANSFER_FAILED = "transfer_failed"
    PICKUP_FAILED = "pickup_failed"
    SUBSCRIPTION_REFUSED = "subscription_refused"
    SUBSCRIPTION_LOST = "subscription_lost"
    MAILBOX_UNKNOWN = "mailbox_unknown"
    EXTENSION_UNSUPPORTED = "extension_unsupported"
    BAD_REQUEST = "bad_request"
    DIVERTED = "diverted"
    CREDIT_EXHAUSTED = "credit_exhausted"
    FORBIDDEN = "forbidden"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


FINE = frozenset({Code.OK, Code.TRANSFERRED, Code.UNREGISTERED})
"""Verdicts that say that nothing went wrong."""


@dataclass(frozen=True)
class Verdict:
    """One finding. `evidence`: indexes into `Trace.messages`, in the order of the story.

    `would_settle`: what the capture lacks for certainty; empty for a verdict that is certain or lacks nothing.
    """

    code: Code
    confidence: Confidence
    text: str
    advice: str
    evidence: tuple[int, ...] = ()
    would_settle: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """The verdict, what else was found, what of the call was captured, and what is known of it from elsewhere."""

    verdict: Verdict
    also: tuple[Verdict, ...] = ()
    coverage: Coverage | None = field(default=None)
    known: tuple[str, ...] = ()
