"""Calls that end by a timer: an ACK that is lost, a session that nobody refreshes."""

from __future__ import annotations

import re

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule
from partnertui.calls.diagnosis.verdict import Code

TIMER_H = 32.0
"""64 × T1: for so long a 2xx is sent again (RFC 3261, section 13.3.1.4)."""
_NUMBER = re.compile(r"\s*(\d{1,7})")


@rule(Code.ACK_LOST, "a 200 OK that is sent again and again, because no ACK comes back")
def ack_lost(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 13.3.1.4: after 64 × T1 the callee gives up with a BYE."""
    if analysis.method != "INVITE":
        return None
    for index in analysis.find(lambda m: m.is_answer("INVITE", 200, 299)):
        again = analysis.trace.retransmissions.get(index, 0)
        message = analysis.message(index)
        if again < 2:
            continue
        acks = analysis.find(
            lambda m, sent=message: (
                m.is_request("ACK")
                and m.reading.cseq == sent.reading.cseq  # type: ignore[misc]
                and m.destination.address == sent.source.address
                and m.call_id == sent.call_id
            )
        )
        if acks and not _repeated_after(analysis, index, acks[0]):
            continue
        ends = [bye for bye in analysis.byes if analysis.message(bye).source.address == message.source.address]
        seconds = analysis.seconds(index, ends[0]) if ends else None
        ended = f", and ended the call after {seconds:.0f} s" if seconds is not None else ""
        stuck = _stuck(analysis, message.reading.cseq)
        return Finding(
            CERTAIN if not acks and (seconds is None or seconds > TIMER_H / 2) else LIKELY,
            f"{message.source.address} sent its 200 OK {again + 1} times and never got the ACK{ended}."
            + (f" The ACK came as far as {analysis.message(stuck).destination.address}." if stuck is not None else ""),
            "The way of the ACK is wrong: look at Contact and Record-Route in the 200 OK (a private address, SIP ALG),"
            " and at the firewall.",
            (index, stuck, *ends[:1]),
        )
    return None


def _repeated_after(analysis: CallAnalysis, index: int, ack: int) -> bool:
    """True where the answer was sent again long after an ACK went: that ACK did not arrive."""
    return any(
        first == index and analysis.seconds(ack, later) > 1.0
        for later, first in analysis.trace.repeats.items()
        if later > ack
    )


def _stuck(analysis: CallAnalysis, cseq: int) -> int | None:
    found = analysis.find(lambda m: m.is_request("ACK") and m.reading.cseq == cseq)
    return found[-1] if found else None


@rule(Code.SESSION_TIMER, "a session timer that ran out, or a refresh that failed")
def session_timer(analysis: CallAnalysis) -> Finding | None:
    """RFC 4028: who does not get a refresh in time ends the call."""
    if analysis.method != "INVITE":
        return None
    if analysis.code == 422 and analysis.final is not None:
        return Finding(
            CERTAIN,
            "The session timer that was asked for is too short (422), and no longer one was tried.",
            "Set the phone's session timer to 1800 s.",
            (*analysis.initial_requests[-1:], analysis.final),
        )
    if not analysis.is_answered or analysis.final is None or not analysis.byes:
        return None
    bye = analysis.byes[0]
    advice = "Switch session timers off, or let the end that refreshes be reachable: look at its re-INVITE or UPDATE."
    failed = _failed_refresh(analysis)
    if failed and analysis.seconds(failed[0], bye) < 40:
        return Finding(
            CERTAIN,
            f"The session was to be refreshed after {analysis.seconds(analysis.final, failed[0]):.0f} s; that"
            " failed, and the call was ended.",
            advice,
            (*failed, bye),
        )
    expires = _NUMBER.match(analysis.message(analysis.final).reading.headers.first("session-expires"))
    talked = analysis.seconds(analysis.final, bye)
    words = analysis.reason_text([bye])
    told = "session" in words and ("expire" in words or "timer" in words)
    if told or (expires and not _refreshes(analysis) and _ran_out(talked, int(expires[1]))):
        span = f" of {expires[1]} s" if expires else ""
        return Finding(
            CERTAIN if told else LIKELY,
            f"The session timer{span} ran out after {talked:.0f} s without a refresh, and the call was ended.",
            advice,
            (analysis.final, bye),
        )
    return None


def _ran_out(talked: float, expires: int) -> bool:
    """RFC 4028, section 10: BYE a third of the interval, at most 32 s, before it ends."""
    return expires >= 30 and expires - max(min(expires / 3, 32), 2) - 2 <= talked <= expires + 35


def _refreshes(analysis: CallAnalysis) -> list[int]:
    return analysis.find(lambda m: m.is_request("INVITE", "UPDATE") and bool(m.reading.to_tag))


def _failed_refresh(analysis: CallAnalysis) -> list[int]:
    """A re-INVITE or UPDATE with a session timer that got 408 or 481, or no answer at all."""
    for index in _refreshes(analysis):
        sent = analysis.message(index)
        if not sent.reading.headers.first("session-expires"):
            continue
        answers = analysis.find(
            lambda m, sent=sent: (
                m.status >= 200
                and m.method == sent.method  # type: ignore[misc]
                and m.reading.branch == sent.reading.branch
            )
        )
        if any(analysis.message(one).status in (408, 481) for one in answers) or (
            not answers and analysis.trace.retransmissions.get(index, 0) > 1
        ):
            return [index, *answers[:1]]
    return []
