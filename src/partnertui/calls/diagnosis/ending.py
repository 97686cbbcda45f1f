"""What the end of an answered call says: which side or timer ended it, and whether that was an ordinary end."""

from __future__ import annotations

import re

from partnertui.calls.diagnosis.refusal_meaning import MONEY
from partnertui.calls.diagnosis.verdict import Code, Confidence
from partnertui.calls.reason_headers import causes_of
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.domain.sip_and_q850_codes import NETWORK_CAUSES, NORMAL_CLEARING

NORMAL_CAUSES = frozenset({None, 16, 17, 18, 19, 31})
MEDIA_TIMEOUT = re.compile(
    r"(media|rtp|sound|audio|stream)[ _-]?(time|inactiv|lost|loss)|no (rtp|media|audio)|rtp.?timeout|inactivity"
)
DURATION = re.compile(r"(max\w*|duration|length|time).{0,20}(duration|limit|exceed|length)|too long|allotted")
CLEARED = re.compile(r"admin|operator|cleared|management|kicked|manager")
SESSION = re.compile(r"session.{0,20}(expire|timer|timeout)")
ELSEWHERE = re.compile(r"elsewhere|replaced|transfer|attended|pick")


def ending_of(analysis: CallAnalysis) -> tuple[Code, Confidence] | None:
    """What the BYE says about the end of an answered call; None for an ordinary end."""
    if not analysis.was_established or not analysis.byes:
        return None
    causes = causes_of(analysis.message(index) for index in analysis.byes)
    text = f"{causes.reason} {causes.warning}".lower()
    for pattern, code in (
        (MONEY, Code.CREDIT_EXHAUSTED),
        (MEDIA_TIMEOUT, Code.RTP_TIMEOUT),
        (SESSION, Code.SESSION_TIMER),
        (DURATION, Code.DURATION_LIMIT),
        (CLEARED, Code.ADMIN_CLEARED),
    ):
        if pattern.search(text):
            return code, Confidence.CERTAIN
    if causes.sip == 402:
        return Code.CREDIT_EXHAUSTED, Confidence.CERTAIN
    if causes.q850 in NETWORK_CAUSES:
        return Code.NETWORK_FAILURE, Confidence.CERTAIN
    if causes.q850 not in NORMAL_CAUSES or (causes.sip or 200) >= 400:
        return Code.CALL_DROPPED, Confidence.LIKELY
    ordered = causes.q850 == NORMAL_CLEARING or ELSEWHERE.search(text)
    return (Code.CALL_DROPPED, Confidence.LIKELY) if analysis.ended_by_server and not ordered else None
