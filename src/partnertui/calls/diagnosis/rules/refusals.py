"""What became of a call that somebody heard of: busy, rejected, cancelled, diverted, no answer, no way there."""

from __future__ import annotations

import re

from partnertui.calls.analysis import Facts
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, rule, said, who
from partnertui.calls.diagnosis.verdict import Code
from partnertui.sip.headers import Headers

BUSY, REJECTED, DIVERTED = (486, 600), (603, 607, 608), (300, 301, 302, 305)
_CAUSE = re.compile(r"cause(?:=|%3D)(?:302|404|408|480|486|487|503)\b", re.IGNORECASE)
CONGESTED_Q850, NO_ROUTE_Q850, UNKNOWN_Q850 = (34, 42, 43, 44, 47), (2, 3, 27, 28, 38), (1, 22)


def called(facts: Facts) -> str:
    """The number that was called."""
    return facts.trace.first.reading.to_user or "the number"


def _chain(facts: Facts) -> tuple[int | None, ...]:
    return (*facts.asked[-1:], facts.spoken, facts.final)


@rule(Code.BUSY, "486 or 600, or Q.850 cause 17")
def busy(facts: Facts) -> Finding | None:
    """RFC 3261, sections 21.4.24 and 21.6.1."""
    if facts.method != "INVITE" or facts.final is None or facts.answered:
        return None
    if facts.code not in BUSY and not (facts.causes.q850 == 17 and facts.code >= 400):
        return None
    return Finding(
        CERTAIN,
        f"{called(facts)} is busy: {who(facts, facts.spoken or facts.final)} said {said(facts, facts.final)}.",
        "Nothing is wrong. Call waiting, a ring group or voicemail on busy would take the call.",
        _chain(facts),
    )


@rule(Code.REJECTED, "603, 607 or 608, or a phone that says 480 without ringing")
def rejected(facts: Facts) -> Finding | None:
    """RFC 3261, section 21.6.2; RFC 8197; RFC 8688."""
    if facts.final is None or facts.answered:
        return None
    if facts.method != "INVITE":
        if facts.code in (405, 420, 421, 489, 501):
            return Finding(
                CERTAIN,
                f"The server does not do this: {said(facts, facts.final)}.",
                "Harmless in most cases: switch the feature off on the phone (presence, message lamp).",
                _chain(facts),
            )
        return None
    if facts.code in REJECTED:
        return Finding(
            CERTAIN,
            f"{called(facts)} rejected the call: {said(facts, facts.final)}.",
            "Somebody pressed reject, or do-not-disturb or a block list did. Ask the called side.",
            _chain(facts),
        )
    said_by_phone = facts.whole and not facts.by_server
    if facts.code == 480 and said_by_phone and not facts.ringing:
        return Finding(
            LIKELY,
            f"The phone of {called(facts)} took no call (480) and did not ring: do-not-disturb, or signed out.",
            "Look at do-not-disturb on the phone.",
            _chain(facts),
        )
    if facts.causes.q850 == 21 and facts.code >= 400:
        return Finding(
            LIKELY,
            f"{called(facts)} rejected the call: {said(facts, facts.final)}, cause 21.",
            "Ask the called side: reject, do-not-disturb or a block list.",
            _chain(facts),
        )
    return None


@rule(Code.CANCELLED, "CANCEL of the caller before the answer")
def cancelled(facts: Facts) -> Finding | None:
    """RFC 3261, section 9."""
    if facts.method != "INVITE" or not facts.cancels or not facts.asked or facts.code not in (0, 487):
        return None
    begun, ended = facts.asked[0], facts.cancels[0]
    rang = facts.ringing[0] if facts.ringing else None
    after = f"{facts.seconds(rang if rang is not None else begun, ended):.0f} s"
    how = f"after {after} of ringing" if rang is not None else f"after {after}, before anything rang"
    advice = (
        "Nothing is wrong: the caller gave up."
        if rang is not None
        else "Callers hang up where nothing rings: look why it took so long."
    )
    return Finding(CERTAIN, f"The caller hung up {how}.", advice, (begun, rang, ended, facts.final))


@rule(Code.DIVERTED, "30x, 181, or a Diversion or History-Info header on the way")
def diverted(facts: Facts) -> Finding | None:
    """RFC 3261, section 21.3; RFC 5806; RFC 7044; causes as in RFC 4458."""
    if facts.method != "INVITE":
        return None
    advice = "Look at the call forwarding of the called user."
    if facts.code in DIVERTED and facts.final is not None:
        to = facts.at(facts.final).reading.headers.first("contact")[:80]
        return Finding(
            CERTAIN, f"{called(facts)} diverts calls to {to} ({said(facts, facts.final)}).", advice, _chain(facts)
        )
    passing = facts.places(lambda m: m.is_answer("INVITE", 181))
    marked = [place for place in facts.onward if _redirected(facts.at(place).reading.headers)]
    moved = facts.places(lambda m: m.is_answer("INVITE", 300, 305))
    found = passing or moved or marked
    if not found:
        return None
    return Finding(LIKELY, f"The call was diverted on its way to {called(facts)}.", advice, tuple(found[:3]))


def _redirected(headers: Headers) -> bool:
    """A Diversion, or a History-Info whose entries name a cause: plain ones stand in calls that went straight, too."""
    return bool(headers.first("diversion") or any(_CAUSE.search(value) for value in headers.all("history-info")))


@rule(Code.NO_ANSWER, "it rang, and nobody took it until a timer ended it")
def no_answer(facts: Facts) -> Finding | None:
    """RFC 3261, section 21.4.19; Q.850 cause 19."""
    if facts.method != "INVITE" or facts.answered or facts.final is None or facts.cancels:
        return None
    timed = facts.code in (408, 480, 487, 504) or facts.causes.q850 in (18, 19)
    if not facts.ringing or not timed:
        return None
    rang = facts.seconds(facts.ringing[0], facts.final)
    return Finding(
        CERTAIN if rang > 5 or facts.causes.q850 == 19 else LIKELY,
        f"{called(facts)} rang for {rang:.0f} s and nobody took the call ({said(facts, facts.final)}).",
        "Nothing is wrong with the call. Voicemail or a ring group would take it.",
        (*facts.asked[-1:], facts.ringing[0], facts.final),
    )


@rule(Code.NOT_REGISTERED, "the platform says that the phone is not there")
def not_registered(facts: Facts) -> Finding | None:
    """480, 404 or 410 of the platform itself, with words for it."""
    if facts.final is None or facts.answered or (facts.whole and not facts.by_server):
        return None
    words = facts.words([facts.final])
    told = any(
        word in words for word in ("not regist", "unregist", "not online", "offline", "no contact", "no binding")
    )
    if not told and not (facts.code in (480, 430) and not facts.whole and not facts.ringing):
        return None
    return Finding(
        CERTAIN if told else LIKELY,
        f"No phone is registered for {called(facts)}: the platform said {said(facts, facts.final)}.",
        "Look at SIP locations for the user; a restart of the phone registers it anew.",
        _chain(facts),
    )


@rule(Code.UNKNOWN_USER, "404, 604 or 410, or Q.850 cause 1 or 22")
def unknown_user(facts: Facts) -> Finding | None:
    """RFC 3261, sections 21.4.5 and 21.6.3."""
    if facts.final is None or facts.answered:
        return None
    if facts.code not in (404, 604, 410) and not (facts.causes.q850 in UNKNOWN_Q850 and facts.code >= 400):
        return None
    sure = CERTAIN if facts.by_server or facts.whole or facts.code == 604 else LIKELY
    ours = facts.by_server or not facts.whole
    there = "The platform" if facts.by_server else who(facts, facts.spoken or facts.final).capitalize()
    return Finding(
        sure,
        f"{there} knows no {called(facts)} ({said(facts, facts.final)}): no such number or user"
        f"{', or no phone of it is registered' if ours else ''}.",
        "Compare the number that was dialled with the customer's numbers, and look at SIP locations."
        if ours
        else "Compare the number that was dialled, digit by digit; if it is right, ask the carrier that was tried.",
        _chain(facts),
    )


@rule(Code.CONGESTION, "503, or Q.850 causes 34, 42, 44, 47")
def congestion(facts: Facts) -> Finding | None:
    """RFC 3261, section 21.5.4: a proxy passes a 503 on as 500 (section 16.7)."""
    if facts.final is None or facts.answered or facts.spoken is None:
        return None
    crowded = facts.causes.q850 in CONGESTED_Q850
    if facts.at(facts.spoken).status != 503 and facts.code != 503 and not crowded:
        return None
    if facts.by_server and not facts.whole and not crowded:
        return Finding(
            POSSIBLE,
            "The platform may be overloaded: it refused by itself (503).",
            "See whether other calls fail, too.",
            _chain(facts),
        )
    turned = f", which the caller got as {facts.code}" if facts.code != 503 else ""
    return Finding(
        CERTAIN,
        f"{who(facts, facts.spoken).capitalize()} cannot take calls now: {said(facts, facts.spoken)}{turned}.",
        "It is overloaded, out of lines or being restarted: try again, another route or carrier.",
        _chain(facts),
    )


@rule(Code.NO_ROUTE, "the platform found no way to the number: incomplete, a loop, no carrier")
def no_route(facts: Facts) -> Finding | None:
    """RFC 3261, sections 21.4.20 to 21.4.22; Q.850 causes 2, 3 and 27."""
    if facts.final is None or facts.answered:
        return None
    by_code = {
        484: (CERTAIN, f"The number {called(facts)} is incomplete.", "Dial it with country and area code."),
        482: (CERTAIN, "The call came back to where it had been.", "Look for a forwarding in a circle."),
        483: (CERTAIN, "The call went round until its hops were used up.", "Look for a forwarding in a circle."),
        416: (CERTAIN, "The address is of a kind that the server does not route.", "Dial a number, or user@domain."),
        485: (LIKELY, "The number fits several destinations.", "Dial it in full."),
    }
    if facts.code in by_code:
        sure, text, advice = by_code[facts.code]
        return Finding(sure, f"{text[:-1]} ({said(facts, facts.final)}).", advice, _chain(facts))
    if facts.causes.q850 in NO_ROUTE_Q850:
        return Finding(
            CERTAIN,
            f"There is no route to {called(facts)}: {said(facts, facts.final)}, cause {facts.causes.q850}.",
            "Ask routing: the prefix has no carrier, or its carrier is down.",
            _chain(facts),
        )
    if facts.code in (503, 502) and facts.by_server and not facts.whole:
        return Finding(
            LIKELY,
            f"The platform had no way to {called(facts)}: it refused by itself ({said(facts, facts.final)}) and asked"
            " nobody.",
            "Its carrier for this number is down or missing: look at the prefix's routing, and at other calls there.",
            _chain(facts),
        )
    return None


@rule(Code.SERVER_ERROR, "5xx, but for those that mean something else")
def server_error(facts: Facts) -> Finding | None:
    """RFC 3261, section 21.5."""
    if facts.final is None or facts.spoken is None or facts.code < 500 or facts.code in (503, 504) or facts.code >= 600:
        return None
    if facts.at(facts.spoken).status == 503:
        return None
    return Finding(
        CERTAIN,
        f"{who(facts, facts.spoken).capitalize()} could not do it: {said(facts, facts.spoken)}.",
        "A fault of that server or phone, not of the caller: try again, then tell development with this trace.",
        _chain(facts),
    )


@rule(Code.REJECTED, "any other refusal")
def refused(facts: Facts) -> Finding | None:
    """A final answer that no other rule explains (RFC 3261, section 8.1.3.2)."""
    known = (401, 402, 403, 404, 405, 407, 408, 410, 415, 480, 482, 483, 484, 486, 487, 488, 606)
    if facts.final is None or facts.code < 400 or 500 <= facts.code < 600 or facts.code in known:
        return None
    return Finding(
        POSSIBLE,
        f"It was refused: {said(facts, facts.final)}.",
        "Look at the answer's Warning and Reason.",
        _chain(facts),
    )
