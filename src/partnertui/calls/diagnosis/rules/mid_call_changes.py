"""Rules for re-INVITEs, UPDATEs and session timers (RFC 3261, section 14; RFC 4028)."""

from __future__ import annotations

import re

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import change_name, quote, seconds_text
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.dropped_and_diverted_calls import END
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.reason_headers import causes_of
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.sip_transactions import Transaction
from partnertui.domain.sip_and_q850_codes import CHALLENGES

AFTER_REFUSAL = 15.0
"""A call that is ended so soon after a refused change was ended because of it."""


_NUMBER = re.compile(r"\s*(\d{1,7})")


def _changes(analysis: CallAnalysis) -> list[Transaction]:
    """Re-INVITE and UPDATE in the dialog."""
    found = []
    for one in analysis.transactions:
        if one.method in ("INVITE", "UPDATE") and one.request is not None:
            inside = analysis.message(one.request).reading.to_tag
            if inside:
                found.append(one)
    return found


def _refused_change(analysis: CallAnalysis) -> Transaction | None:
    """The last change that was refused for good: not challenged, not crossed by another (491), not tried again."""
    changes = _changes(analysis)
    for number, one in reversed(list(enumerate(changes))):
        later = changes[number + 1 :]
        # 491 and 422 are tried again (RFC 3261, section 14.1; RFC 4028); 408 and 481 have rules of their own.
        if one.code >= 300 and one.code not in (*CHALLENGES, 491, 422, 408, 481):
            if any(200 <= other.code < 300 and other.method == one.method for other in later):
                return None
            return one
    return None


def fax_refused(subject: Subject) -> Finding | None:
    """A change to T.38 that was refused (ITU-T T.38, annex D)."""
    analysis = subject.analysis
    advice = "Switch T.38 on at both ends, or off at both, so that the fax is sent as G.711."
    changes = _changes(analysis)
    for number, one in reversed(list(enumerate(changes))):
        if one.request is None or not _is_fax(subject, one.request) or one.code in (0, 491, *CHALLENGES):
            continue
        if one.code < 300:
            return None
        went_on = any(200 <= other.code < 300 for other in changes[number + 1 :])
        text = f"The change to fax (T.38) was refused with {quote(analysis, one.final)}" + (
            "; a later change was accepted, so the fax may still have been sent as audio (G.711)." if went_on else "."
        )
        return Finding(POSSIBLE if went_on else CERTAIN, text, advice, one.evidence)
    return None


def _is_fax(subject: Subject, index: int) -> bool:
    sdp = subject.analysis.message(index).sdp
    return sdp is not None and any(media.kind == "image" and media.port for media in sdp.media)


def change_refused(subject: Subject) -> Finding | None:
    """A re-INVITE or UPDATE that was refused, and the call was ended because of it."""
    analysis = subject.analysis
    one = _refused_change(analysis)
    if one is None or one.final is None or one.request is None or _is_fax(subject, one.request):
        return None
    byes = [index for index in analysis.byes if index > one.final]
    # the side that wanted the change and hung up had a reason; the other one may just have finished talking
    same = bool(byes) and analysis.host(analysis.message(byes[0]).source) == one.client
    soon = same and analysis.seconds(one.final, byes[0]) < AFTER_REFUSAL
    said = causes_of(analysis.message(index) for index in byes).quote
    ended = f", and the call was ended {seconds_text(analysis.seconds(one.final, byes[0]))} later" if soon else ""
    text = f"A mid-call change ({change_name(one.method)}) was refused with {quote(analysis, one.final)}{ended}" + (
        f" ({said})." if soon and said else "."
    )
    advice = "Check what the change asks for: video, codec, hold or encryption that the other side doesn't support."
    return Finding(LIKELY if soon else POSSIBLE, text, advice, (*one.evidence, *byes[:1]))


def session_timer(subject: Subject) -> Finding | None:
    """RFC 4028: the side that gets no refresh in time ends the call."""
    analysis = subject.analysis
    if not analysis.is_answered or analysis.final is None or not analysis.byes:
        return None
    bye = analysis.byes[0]
    advice = "Switch session timers off, or make sure that the refresher is reachable: check its re-INVITE or UPDATE."
    failed = _failed_refresh(analysis)
    # A refresh without an answer is given up after 32 s, and then the call ends (RFC 4028, section 10).
    if failed and analysis.seconds(failed[0], bye) < 40:
        text = (
            f"The session refresh after {analysis.seconds(analysis.final, failed[0]):.0f} s failed, and the call was"
            " ended."
        )
        return Finding(CERTAIN, text, advice, (*failed, bye))
    header = analysis.message(analysis.final).reading.headers.first("session-expires")
    expires = _NUMBER.match(header)
    found = subject.ending
    told = found is not None and found[0] == Code.SESSION_TIMER
    talked = analysis.seconds(analysis.final, bye)
    if told or (expires and not _changes(analysis) and _ran_out(subject, talked, int(expires[1]), header)):
        span = f" of {expires[1]} s" if expires else ""
        since = f"{talked:.0f} s after the answer" if _changes(analysis) else f"after {talked:.0f} s without a refresh"
        text = f"The session timer{span} ran out {since}, and the call was ended."
        return Finding(CERTAIN if told else LIKELY, text, advice, (analysis.final, bye))
    return None


def _ran_out(subject: Subject, talked: float, expires: int, header: str) -> bool:
    """RFC 4028, section 10: the side that waits for a refresh hangs up a third of the interval before, at most 32 s."""
    analysis = subject.analysis
    refresher = "caller" if "refresher=uac" in header.lower().replace(" ", "") else "other"
    by_caller = analysis.host(analysis.message(analysis.byes[0]).source) == analysis.caller
    if "refresher" in header.lower() and (refresher == "caller") == by_caller:
        return False  # the side that refreshes doesn't wait for it: it hung up
    return expires >= 30 and expires - max(min(expires / 3, 32), 2) - 2 <= talked <= expires + 35


def _failed_refresh(analysis: CallAnalysis) -> list[int]:
    """A re-INVITE or UPDATE with a session timer that got 408 or 481, or no answer at all."""
    for one in _changes(analysis):
        if one.request is None or not analysis.message(one.request).reading.headers.first("session-expires"):
            continue
        if one.code in (408, 481) or (not one.responses and analysis.retransmissions(one) > 1):
            return [index for index in one.evidence if index is not None]
    return []


def change_unanswered(subject: Subject) -> Finding | None:
    """A re-INVITE or UPDATE that nobody answered, and the end of the call after it."""
    analysis = subject.analysis
    for one in _changes(analysis):
        if one.responses or one.request is None or analysis.retransmissions(one) < 2:
            continue
        tries = analysis.retransmissions(one) + 1
        text = (
            f"A mid-call change ({change_name(one.method)}) was sent {tries} times to {one.server} and never answered"
        )
        byes = [index for index in analysis.byes if index > one.request]
        ended = ", and the call was ended." if byes else "."
        advice = "That side is no longer reachable for signalling: check its NAT binding, Contact and firewall."
        return Finding(LIKELY, text + ended, advice, (one.request, *byes[:1]))
    return None


CHANGES = (
    Rule(
        Code.SESSION_TIMER,
        "a session timer that ran out, or a refresh that failed",
        session_timer,
        END,
        "The call was ended because a session timer ran out (RFC 4028).",
        "A session timer ended the call.",
        "Check the session refresh, or switch session timers off.",
    ),
    Rule(
        Code.FAX_REFUSED,
        "a change to T.38 that is refused",
        fax_refused,
        (Evidence.FINAL,),
        "The change from audio to fax was refused.",
        "The other side doesn't support fax over IP.",
        "Switch T.38 on at both ends, or off at both.",
    ),
    Rule(
        Code.CALL_DROPPED,
        "a re-INVITE or UPDATE that is retransmitted and never answered",
        change_unanswered,
        (Evidence.FINAL,),
        "One side could no longer be reached during the call.",
        "The connection to one side was lost.",
        "Check the NAT, Contact and firewall of the side that doesn't respond.",
    ),
    Rule(
        Code.CHANGE_REFUSED,
        "a re-INVITE or UPDATE that is refused, followed by the end of the call",
        change_refused,
        END,
        "A mid-call change (hold, video, codec) was refused.",
        "The other side refused a change during the call.",
        "Check what the change asked for.",
    ),
)
