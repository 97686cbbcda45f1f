"""What a refusal of a call means: by its status, its causes (Q.850, RFC 3398) and its words, and whether it rang."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnertui.calls.diagnosis.verdict import Code, Confidence
from partnertui.calls.reason_headers import Causes, causes_of
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.domain.sip_and_q850_codes import CHALLENGES

CERTAIN, LIKELY, POSSIBLE = Confidence.CERTAIN, Confidence.LIKELY, Confidence.POSSIBLE
# A load balance is about servers, not about money.
MONEY = re.compile(
    r"\bcredits?\b|(?<!load )(?<!load-)\bbalance\b|\bfunds\b|prepaid|\btop.?up|payment required|quota exceeded|spending"
)
"""Words of money; load balancers and bandwidth (Warning 370) can be insufficient, too."""
PASSWORD = re.compile(r"(wrong|bad|invalid|incorrect).{0,12}(password|credential)|authentication fail|auth.{0,8}failed")
CHANNELS = re.compile(
    r"(max\w*|limit\w*|too many|concurrent|simultaneous|exceed\w*).{0,30}(calls?|channels?|sessions?|lines?)\b"
    r"|(calls?|channels?|sessions?|lines?).{0,20}(limit|exceed|maximum)"
)
ABSENT = re.compile(r"not regist|unregist|not online|offline|no contact|no binding|not logged in|signed out")
BLOCKED = re.compile(r"spam|black.?list|block.?list|network blocked|\bblocked\b|unwanted|analytics|robocall|reputation")
UNRESOLVED = re.compile(r"unresolvable|\bdns\b|(can.?t|cannot|could not|failed to|unable to) resolve|resolution fail")
DO_NOT_DISTURB = re.compile(r"do.not.disturb|\bdnd\b")
ANONYMOUS = re.compile(r"anonym|withheld|hidden caller|caller.?id.{0,12}(required|block)|private caller")
ENCRYPTION = re.compile(r"srtp|crypto|savp|encrypt|secure|dtls")
MEDIA_PROBLEM = re.compile(r"\bsdp\b|session description|media|\bbody\b")

BY_CAUSE: dict[int, Code] = {
    1: Code.UNKNOWN_USER,
    2: Code.NO_ROUTE,
    3: Code.NO_ROUTE,
    6: Code.CONGESTION,
    17: Code.BUSY,
    20: Code.UNREACHABLE,
    21: Code.REJECTED,
    22: Code.NUMBER_CHANGED,
    25: Code.NO_ROUTE,
    26: Code.ANSWERED_ELSEWHERE,
    27: Code.UNREACHABLE,
    28: Code.NUMBER_INCOMPLETE,
    34: Code.CONGESTION,
    38: Code.NETWORK_FAILURE,
    41: Code.CONGESTION,
    42: Code.CONGESTION,
    44: Code.CONGESTION,
    47: Code.CONGESTION,
    50: Code.FORBIDDEN,
    52: Code.FORBIDDEN,
    54: Code.FORBIDDEN,
    55: Code.FORBIDDEN,
    57: Code.FORBIDDEN,
    58: Code.MEDIA_REFUSED,
    65: Code.MEDIA_REFUSED,
    87: Code.FORBIDDEN,
    88: Code.MEDIA_REFUSED,
    95: Code.BAD_REQUEST,
    96: Code.BAD_REQUEST,
    97: Code.BAD_REQUEST,
    99: Code.BAD_REQUEST,
    100: Code.BAD_REQUEST,
    102: Code.TIMEOUT,
    111: Code.BAD_REQUEST,
    127: Code.SERVER_ERROR,
}
"""Causes that say more than the status; 16, 18, 19 and 31 depend on whether it rang."""
GENERIC = frozenset({400, 403, 404, 408, 410, 480, 484, 486, 487, 500, 502, 503, 504, 580, 603, 604})
"""Statuses of gateways that stand for many causes (RFC 3398, section 7.2.4.1)."""
BY_STATUS: dict[int, tuple[Code, Confidence]] = {
    400: (Code.BAD_REQUEST, CERTAIN),
    402: (Code.CREDIT_EXHAUSTED, CERTAIN),
    403: (Code.FORBIDDEN, CERTAIN),
    404: (Code.UNKNOWN_USER, CERTAIN),
    405: (Code.REJECTED, CERTAIN),
    406: (Code.MEDIA_REFUSED, LIKELY),
    410: (Code.NUMBER_CHANGED, CERTAIN),
    413: (Code.BAD_REQUEST, CERTAIN),
    414: (Code.BAD_REQUEST, CERTAIN),
    415: (Code.CODEC_MISMATCH, CERTAIN),
    416: (Code.NO_ROUTE, CERTAIN),
    420: (Code.EXTENSION_UNSUPPORTED, CERTAIN),
    421: (Code.EXTENSION_UNSUPPORTED, CERTAIN),
    422: (Code.SESSION_TIMER, LIKELY),
    423: (Code.INTERVAL_TOO_BRIEF, LIKELY),
    430: (Code.NOT_REGISTERED, LIKELY),
    433: (Code.ANONYMOUS_REFUSED, CERTAIN),
    481: (Code.DIALOG_LOST, CERTAIN),
    482: (Code.LOOP, CERTAIN),
    483: (Code.LOOP, CERTAIN),
    484: (Code.NUMBER_INCOMPLETE, CERTAIN),
    485: (Code.NO_ROUTE, LIKELY),
    486: (Code.BUSY, CERTAIN),
    488: (Code.CODEC_MISMATCH, CERTAIN),
    500: (Code.SERVER_ERROR, CERTAIN),
    501: (Code.REJECTED, CERTAIN),
    502: (Code.SERVER_ERROR, CERTAIN),
    503: (Code.CONGESTION, CERTAIN),
    505: (Code.SERVER_ERROR, CERTAIN),
    513: (Code.SERVER_ERROR, CERTAIN),
    600: (Code.BUSY, CERTAIN),
    603: (Code.REJECTED, CERTAIN),
    604: (Code.UNKNOWN_USER, CERTAIN),
    606: (Code.CODEC_MISMATCH, CERTAIN),
    607: (Code.REJECTED, CERTAIN),
    608: (Code.CALL_BLOCKED, CERTAIN),
}
BY_WORDS: tuple[tuple[re.Pattern[str], Code, range], ...] = (
    (MONEY, Code.CREDIT_EXHAUSTED, range(400, 700)),
    (PASSWORD, Code.WRONG_PASSWORD, range(403, 404)),
    (CHANNELS, Code.CHANNEL_LIMIT, range(400, 700)),
    (UNRESOLVED, Code.NO_ROUTE, range(400, 700)),
    (ABSENT, Code.NOT_REGISTERED, range(400, 700)),
    (ANONYMOUS, Code.ANONYMOUS_REFUSED, range(400, 700)),
    (BLOCKED, Code.CALL_BLOCKED, range(400, 700)),
    (DO_NOT_DISTURB, Code.REJECTED, range(400, 700)),
)
SILENCE = frozenset({408, 480, 487, 500, 503, 504})
"""What a server tells the caller when nobody behind it answers."""
NEAR_SECONDS = 1.0
"""A phone that rang for longer was not busy from the start, and somebody could press a key."""
LONG_RING_SECONDS = 5.0
"""A timer that ends it after so long is one that waits for an answer."""


@dataclass(frozen=True)
class Refusal:
    """What a refusal means, and how long it had rung before, in seconds; None where nothing rang."""

    code: Code
    confidence: Confidence
    causes: Causes
    rang: float | None
    played: float | None
    after: float | None


def refusal_of(analysis: CallAnalysis) -> Refusal | None:
    """The meaning of the final answer of a call that was not answered; None for a call that has none."""
    if analysis.final is None or analysis.is_answered or analysis.origin is None:
        return None
    if analysis.silent and analysis.code in SILENCE:
        return None  # the rules about silence say more
    origin, final = analysis.origin.final, analysis.final
    causes = causes_of(analysis.message(index) for index in (origin, final) if index is not None)
    rang = _since(analysis, analysis.ringing)
    played = _since(analysis, analysis.early_media)
    begun = analysis.asked
    code, confidence = _of_the_caller(analysis) or _meaning(analysis, causes, rang, played)
    return Refusal(code, confidence, causes, rang, played, _since(analysis, begun))


def _of_the_caller(analysis: CallAnalysis) -> tuple[Code, Confidence] | None:
    """What the caller's own side explains: it cancelled, or it wanted to pick up a call that was gone."""
    if analysis.cancels and analysis.code == 487:
        said = causes_of(analysis.message(index) for index in analysis.cancels)
        # A CANCEL says with cause 200 that another branch answered (RFC 3326, section 3.1).
        elsewhere = said.sip == 200 or said.q850 == 26 or "elsewhere" in said.reason.lower()
        return (Code.ANSWERED_ELSEWHERE if elsewhere else Code.CANCELLED), CERTAIN
    requests = [analysis.message(index).reading.headers for index in analysis.asked]
    if any(headers.first("replaces") for headers in requests):
        return Code.PICKUP_FAILED, CERTAIN
    return None


def _since(analysis: CallAnalysis, indexes: list[int]) -> float | None:
    return max(analysis.seconds(indexes[0], analysis.final), 0.0) if indexes and analysis.final is not None else None


def _meaning(
    analysis: CallAnalysis, causes: Causes, rang: float | None, played: float | None
) -> tuple[Code, Confidence]:
    assert analysis.origin is not None
    status = analysis.origin.code
    text = analysis.reason_text((analysis.refusal_origin, analysis.final))
    for pattern, code, statuses in BY_WORDS:
        # Unwanted (607, RFC 8197), or refused after it rang: that was a person and no filter.
        by_hand = code == Code.CALL_BLOCKED and (status == 607 or (rang or 0) > NEAR_SECONDS)
        if status in statuses and pattern.search(text) and not by_hand:
            return code, CERTAIN
    if status < 400:
        return Code.DIVERTED, CERTAIN
    # A proxy doesn't pass on a 503 as such (RFC 3261, section 16.7, step 6).
    if status == 503 and analysis.code != 503 and causes.q850 is None:
        return Code.CONGESTION, CERTAIN
    if status in GENERIC and causes.q850 in BY_CAUSE and not (status == 486 and causes.q850 != 21):
        return BY_CAUSE[causes.q850 or 0], CERTAIN
    if status in GENERIC and causes.sip != status and causes.sip in BY_STATUS:
        return BY_STATUS[causes.sip or 0][0], LIKELY  # a gateway passes on what it was told
    if status in CHALLENGES:
        return Code.NO_CREDENTIALS, POSSIBLE
    if status == 403 and _after_password(analysis):
        return Code.WRONG_PASSWORD, LIKELY
    if status in (408, 480, 487, 504):
        return _unanswered(analysis, causes, rang, played)
    return _by_status(analysis, status, text, rang)


def _unanswered(
    analysis: CallAnalysis, causes: Causes, rang: float | None, played: float | None
) -> tuple[Code, Confidence]:
    """408, 480, 487 and 504: a phone that nobody picked up, that isn't there, or a server that waited in vain."""
    assert analysis.origin is not None
    status = analysis.origin.code
    if rang is not None or causes.q850 == 19:
        waited = rang is None or rang > LONG_RING_SECONDS or causes.q850 == 19
        return Code.NO_ANSWER, CERTAIN if waited and status != 487 else LIKELY  # its CANCEL may be missing
    if causes.q850 == 18:
        return Code.UNREACHABLE, CERTAIN
    if status == 480:
        elsewhere = analysis.origin is not analysis.decisive or (
            analysis.has_both_hops and not analysis.refused_by_server
        )
        return (Code.REJECTED if elsewhere else Code.NOT_REGISTERED), LIKELY
    if status == 487:
        return Code.NO_ANSWER, LIKELY if played else POSSIBLE
    return Code.TIMEOUT, LIKELY


def _by_status(analysis: CallAnalysis, status: int, text: str, rang: float | None) -> tuple[Code, Confidence]:
    single = not analysis.has_both_hops
    if status in (488, 606, 415) and (ENCRYPTION.search(text) or _offered_encryption(analysis)):
        return Code.SRTP_MISMATCH, CERTAIN if ENCRYPTION.search(text) else LIKELY
    if status == 486 and rang is not None and rang > NEAR_SECONDS:
        return Code.BUSY, LIKELY
    if status == 404 and single and not analysis.refused_by_server:
        return Code.UNKNOWN_USER, LIKELY
    if status == 503 and single:
        return (Code.NO_ROUTE if analysis.refused_by_server else Code.CONGESTION), LIKELY
    if status in (603, 607) and single:
        return Code.REJECTED, CERTAIN if rang and rang > NEAR_SECONDS else LIKELY
    if status in BY_STATUS:
        return BY_STATUS[status]
    return (Code.SERVER_ERROR, CERTAIN) if 500 <= status < 600 else (Code.REJECTED, POSSIBLE)


def _after_password(analysis: CallAnalysis) -> bool:
    """True for a bare 403 of the server that got the password: some say it so that the password is wrong."""
    if (
        not analysis.credentials
        or analysis.final is None
        or (analysis.has_both_hops and not analysis.refused_by_server)
    ):
        return False
    bare = analysis.message(analysis.final).reading.reason.lower() in ("forbidden", "")
    return bare and analysis.credentials[-1] < analysis.final


def _offered_encryption(analysis: CallAnalysis) -> bool:
    for index in analysis.asked:
        sdp = analysis.message(index).sdp
        return sdp is not None and sdp.audio is not None and sdp.audio.secure
    return False
