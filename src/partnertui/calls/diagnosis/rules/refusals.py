"""What became of a call that somebody heard of: busy, rejected, cancelled, diverted, no answer, no way there."""

from __future__ import annotations

import re

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, rule, said, who
from partnertui.calls.diagnosis.verdict import Code
from partnertui.sip.headers import Headers

BUSY, REJECTED, DIVERTED = (486, 600), (603, 607, 608), (300, 301, 302, 305)
_CAUSE = re.compile(r"cause(?:=|%3D)(?:302|404|408|480|486|487|503)\b", re.IGNORECASE)
CONGESTED_Q850, NO_ROUTE_Q850, UNKNOWN_Q850 = (34, 42, 43, 44, 47), (2, 3, 27, 28, 38), (1, 22)


def called(analysis: CallAnalysis) -> str:
    """The number that was called."""
    return analysis.trace.first.reading.to_user or "the number"


def _chain(analysis: CallAnalysis) -> tuple[int | None, ...]:
    return (*analysis.initial_requests[-1:], analysis.refusal_origin, analysis.final)


@rule(Code.BUSY, "486 or 600, or Q.850 cause 17")
def busy(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, sections 21.4.24 and 21.6.1."""
    if analysis.method != "INVITE" or analysis.final is None or analysis.is_answered:
        return None
    if analysis.code not in BUSY and not (analysis.causes.q850 == 17 and analysis.code >= 400):
        return None
    return Finding(
        CERTAIN,
        f"{called(analysis)} is busy: {who(analysis, analysis.refusal_origin or analysis.final)} said {said(analysis, analysis.final)}.",
        "Nothing is wrong. Call waiting, a ring group or voicemail on busy would take the call.",
        _chain(analysis),
    )


@rule(Code.REJECTED, "603, 607 or 608, or a phone that says 480 without ringing")
def rejected(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.6.2; RFC 8197; RFC 8688."""
    if analysis.final is None or analysis.is_answered:
        return None
    if analysis.method != "INVITE":
        if analysis.code in (405, 420, 421, 489, 501):
            return Finding(
                CERTAIN,
                f"The server does not do this: {said(analysis, analysis.final)}.",
                "Harmless in most cases: switch the feature off on the phone (presence, message lamp).",
                _chain(analysis),
            )
        return None
    if analysis.code in REJECTED:
        return Finding(
            CERTAIN,
            f"{called(analysis)} rejected the call: {said(analysis, analysis.final)}.",
            "Somebody pressed reject, or do-not-disturb or a block list did. Ask the called side.",
            _chain(analysis),
        )
    said_by_phone = analysis.has_both_hops and not analysis.refused_by_server
    if analysis.code == 480 and said_by_phone and not analysis.ringing:
        return Finding(
            LIKELY,
            f"The phone of {called(analysis)} took no call (480) and did not ring: do-not-disturb, or signed out.",
            "Look at do-not-disturb on the phone.",
            _chain(analysis),
        )
    if analysis.causes.q850 == 21 and analysis.code >= 400:
        return Finding(
            LIKELY,
            f"{called(analysis)} rejected the call: {said(analysis, analysis.final)}, cause 21.",
            "Ask the called side: reject, do-not-disturb or a block list.",
            _chain(analysis),
        )
    return None


@rule(Code.CANCELLED, "CANCEL of the caller before the answer")
def cancelled(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 9."""
    if (
        analysis.method != "INVITE"
        or not analysis.cancels
        or not analysis.initial_requests
        or analysis.code not in (0, 487)
    ):
        return None
    begun, ended = analysis.initial_requests[0], analysis.cancels[0]
    rang = analysis.ringing[0] if analysis.ringing else None
    after = f"{analysis.seconds(rang if rang is not None else begun, ended):.0f} s"
    how = f"after {after} of ringing" if rang is not None else f"after {after}, before anything rang"
    advice = (
        "Nothing is wrong: the caller gave up."
        if rang is not None
        else "Callers hang up where nothing rings: look why it took so long."
    )
    return Finding(CERTAIN, f"The caller hung up {how}.", advice, (begun, rang, ended, analysis.final))


@rule(Code.DIVERTED, "30x, 181, or a Diversion or History-Info header on the way")
def diverted(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.3; RFC 5806; RFC 7044; causes as in RFC 4458."""
    if analysis.method != "INVITE":
        return None
    advice = "Look at the call forwarding of the called user."
    if analysis.code in DIVERTED and analysis.final is not None:
        to = analysis.message(analysis.final).reading.headers.first("contact")[:80]
        return Finding(
            CERTAIN,
            f"{called(analysis)} diverts calls to {to} ({said(analysis, analysis.final)}).",
            advice,
            _chain(analysis),
        )
    passing = analysis.find(lambda m: m.is_answer("INVITE", 181))
    marked = [index for index in analysis.forwarded_requests if _redirected(analysis.message(index).reading.headers)]
    moved = analysis.find(lambda m: m.is_answer("INVITE", 300, 305))
    found = passing or moved or marked
    if not found:
        return None
    return Finding(LIKELY, f"The call was diverted on its way to {called(analysis)}.", advice, tuple(found[:3]))


def _redirected(headers: Headers) -> bool:
    """A Diversion, or a History-Info whose entries name a cause: plain ones stand in calls that went straight, too."""
    return bool(headers.first("diversion") or any(_CAUSE.search(value) for value in headers.all("history-info")))


@rule(Code.NO_ANSWER, "it rang, and nobody took it until a timer ended it")
def no_answer(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.4.19; Q.850 cause 19."""
    if analysis.method != "INVITE" or analysis.is_answered or analysis.final is None or analysis.cancels:
        return None
    timed = analysis.code in (408, 480, 487, 504) or analysis.causes.q850 in (18, 19)
    if not analysis.ringing or not timed:
        return None
    rang = analysis.seconds(analysis.ringing[0], analysis.final)
    return Finding(
        CERTAIN if rang > 5 or analysis.causes.q850 == 19 else LIKELY,
        f"{called(analysis)} rang for {rang:.0f} s and nobody took the call ({said(analysis, analysis.final)}).",
        "Nothing is wrong with the call. Voicemail or a ring group would take it.",
        (*analysis.initial_requests[-1:], analysis.ringing[0], analysis.final),
    )


@rule(Code.NOT_REGISTERED, "the platform says that the phone is not there")
def not_registered(analysis: CallAnalysis) -> Finding | None:
    """480, 404 or 410 of the platform itself, with words for it."""
    if analysis.final is None or analysis.is_answered or (analysis.has_both_hops and not analysis.refused_by_server):
        return None
    words = analysis.reason_text([analysis.final])
    told = any(
        word in words for word in ("not regist", "unregist", "not online", "offline", "no contact", "no binding")
    )
    if not told and not (analysis.code in (480, 430) and not analysis.has_both_hops and not analysis.ringing):
        return None
    return Finding(
        CERTAIN if told else LIKELY,
        f"No phone is registered for {called(analysis)}: the platform said {said(analysis, analysis.final)}.",
        "Look at SIP locations for the user; a restart of the phone registers it anew.",
        _chain(analysis),
    )


@rule(Code.UNKNOWN_USER, "404, 604 or 410, or Q.850 cause 1 or 22")
def unknown_user(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, sections 21.4.5 and 21.6.3."""
    if analysis.final is None or analysis.is_answered:
        return None
    if analysis.code not in (404, 604, 410) and not (analysis.causes.q850 in UNKNOWN_Q850 and analysis.code >= 400):
        return None
    sure = CERTAIN if analysis.refused_by_server or analysis.has_both_hops or analysis.code == 604 else LIKELY
    ours = analysis.refused_by_server or not analysis.has_both_hops
    there = (
        "The platform"
        if analysis.refused_by_server
        else who(analysis, analysis.refusal_origin or analysis.final).capitalize()
    )
    return Finding(
        sure,
        f"{there} knows no {called(analysis)} ({said(analysis, analysis.final)}): no such number or user"
        f"{', or no phone of it is registered' if ours else ''}.",
        "Compare the number that was dialled with the customer's numbers, and look at SIP locations."
        if ours
        else "Compare the number that was dialled, digit by digit; if it is right, ask the carrier that was tried.",
        _chain(analysis),
    )


@rule(Code.CONGESTION, "503, or Q.850 causes 34, 42, 44, 47")
def congestion(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.5.4: a proxy passes a 503 on as 500 (section 16.7)."""
    if analysis.final is None or analysis.is_answered or analysis.refusal_origin is None:
        return None
    crowded = analysis.causes.q850 in CONGESTED_Q850
    if analysis.message(analysis.refusal_origin).status != 503 and analysis.code != 503 and not crowded:
        return None
    if analysis.refused_by_server and not analysis.has_both_hops and not crowded:
        return Finding(
            POSSIBLE,
            "The platform may be overloaded: it refused by itself (503).",
            "See whether other calls fail, too.",
            _chain(analysis),
        )
    turned = f", which the caller got as {analysis.code}" if analysis.code != 503 else ""
    return Finding(
        CERTAIN,
        f"{who(analysis, analysis.refusal_origin).capitalize()} cannot take calls now: {said(analysis, analysis.refusal_origin)}{turned}.",
        "It is overloaded, out of lines or being restarted: try again, another route or carrier.",
        _chain(analysis),
    )


@rule(Code.NO_ROUTE, "the platform found no way to the number: incomplete, a loop, no carrier")
def no_route(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, sections 21.4.20 to 21.4.22; Q.850 causes 2, 3 and 27."""
    if analysis.final is None or analysis.is_answered:
        return None
    by_code = {
        484: (CERTAIN, f"The number {called(analysis)} is incomplete.", "Dial it with country and area code."),
        482: (CERTAIN, "The call came back to where it had been.", "Look for a forwarding in a circle."),
        483: (CERTAIN, "The call went round until its hops were used up.", "Look for a forwarding in a circle."),
        416: (CERTAIN, "The address is of a kind that the server does not route.", "Dial a number, or user@domain."),
        485: (LIKELY, "The number fits several destinations.", "Dial it in full."),
    }
    if analysis.code in by_code:
        sure, text, advice = by_code[analysis.code]
        return Finding(sure, f"{text[:-1]} ({said(analysis, analysis.final)}).", advice, _chain(analysis))
    if analysis.causes.q850 in NO_ROUTE_Q850:
        return Finding(
            CERTAIN,
            f"There is no route to {called(analysis)}: {said(analysis, analysis.final)}, cause {analysis.causes.q850}.",
            "Ask routing: the prefix has no carrier, or its carrier is down.",
            _chain(analysis),
        )
    if analysis.code in (503, 502) and analysis.refused_by_server and not analysis.has_both_hops:
        return Finding(
            LIKELY,
            f"The platform had no way to {called(analysis)}: it refused by itself ({said(analysis, analysis.final)}) and asked"
            " nobody.",
            "Its carrier for this number is down or missing: look at the prefix's routing, and at other calls there.",
            _chain(analysis),
        )
    return None


@rule(Code.SERVER_ERROR, "5xx, but for those that mean something else")
def server_error(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.5."""
    if (
        analysis.final is None
        or analysis.refusal_origin is None
        or analysis.code < 500
        or analysis.code in (503, 504)
        or analysis.code >= 600
    ):
        return None
    if analysis.message(analysis.refusal_origin).status == 503:
        return None
    return Finding(
        CERTAIN,
        f"{who(analysis, analysis.refusal_origin).capitalize()} could not do it: {said(analysis, analysis.refusal_origin)}.",
        "A fault of that server or phone, not of the caller: try again, then tell development with this trace.",
        _chain(analysis),
    )


@rule(Code.REJECTED, "any other refusal")
def refused(analysis: CallAnalysis) -> Finding | None:
    """A final answer that no other rule explains (RFC 3261, section 8.1.3.2)."""
    known = (401, 402, 403, 404, 405, 407, 408, 410, 415, 480, 482, 483, 484, 486, 487, 488, 606)
    if analysis.final is None or analysis.code < 400 or 500 <= analysis.code < 600 or analysis.code in known:
        return None
    return Finding(
        POSSIBLE,
        f"It was refused: {said(analysis, analysis.final)}.",
        "Look at the answer's Warning and Reason.",
        _chain(analysis),
    )
