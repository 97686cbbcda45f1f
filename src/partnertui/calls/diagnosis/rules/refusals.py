"""Calls that were not answered: what the refusal, the ringing before it, and the caller's own end of it mean."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.calls.coverage import Evidence
from partnertui.calls.diagnosis.refusal import NEAR_SECONDS, Refusal, refusal_of
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.diagnosis.wording import capital, dialled, quote, responder, seconds_text
from partnertui.sip.reading import user_of

Texts = Callable[[Subject, Refusal], tuple[str, str]]


def refused_as(code: Code, texts: Texts) -> Callable[[Subject], Finding | None]:
    """A rule's function for refusals that mean this code; `texts` gives sentence and advice."""

    def find(subject: Subject) -> Finding | None:
        analysis = subject.analysis
        refusal = refusal_of(analysis) if analysis.is_call else None
        if refusal is None or refusal.code != code:
            return None
        text, advice = texts(subject, refusal)
        return Finding(refusal.confidence, text, advice, chain(subject))

    return find


def chain(subject: Subject) -> tuple[int | None, ...]:
    """The request, the refusal where it was made, and as the caller got it."""
    analysis = subject.analysis
    return (*analysis.initial_requests[-1:], analysis.refusal_origin, analysis.final)


def _quote(subject: Subject) -> str:
    return quote(subject.analysis, subject.analysis.refusal_origin, subject.analysis.final)


def _who(subject: Subject) -> str:
    return responder(subject.analysis, subject.analysis.origin)


def _plain(template: str, advice: str) -> Texts:
    """Texts that only need the number, the responder and the quote."""

    def texts(subject: Subject, refusal: Refusal) -> tuple[str, str]:
        who = _who(subject)
        number = dialled(subject.analysis)
        return template.format(number=number, who=who, Who=capital(who), quote=_quote(subject)), advice

    return texts


MORE = "Capture longer, nearer to the platform, or on both sides of it; then open the call again."


def _busy(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    number, who = dialled(subject.analysis), _who(subject)
    if refusal.confidence != CERTAIN and refusal.rang is not None:
        return (
            f"{number} rang for {seconds_text(refusal.rang)}, then {who} answered {_quote(subject)}: busy, or the call"
            " was turned away by hand.",
            "Nothing is wrong with the call. Call waiting, a ring group or voicemail on busy would take it.",
        )
    return (
        f"{number} is busy: {who} answered {_quote(subject)}.",
        "Nothing is wrong. Call waiting, a ring group or voicemail on busy would take the call.",
    )


def _rejected(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, said = subject.analysis, _quote(subject)
    status = analysis.origin.code if analysis.origin is not None else 0
    if status in (405, 501):
        return (
            f"{capital(_who(subject))} doesn't support this kind of request: {said}.",
            "Switch the feature off on the side that asked, or have it configured on the other.",
        )
    if status == 480 and refusal.causes.q850 is None:
        return (
            f"The called phone refused the call and did not ring: {said}. Do-not-disturb is on, or it is signed out.",
            "Check do-not-disturb on the phone.",
        )
    if refusal.rang is not None and refusal.rang > NEAR_SECONDS:
        return (
            f"The call was declined after ringing for {seconds_text(refusal.rang)}: {_who(subject)} answered {said}.",
            "Somebody pressed reject, or a rule of the phone did. Ask the called side.",
        )
    if status not in (403, 603, 607) or refusal.causes.q850 is not None:
        return f"The call was refused: {_who(subject)} answered {said}.", "Check the answer's Reason and Warning."
    after = f" after {seconds_text(refusal.after)}" if refusal.after is not None else ""
    where = "A block list, do-not-disturb or the called phone's settings did that"
    if not analysis.has_both_hops:
        where = "Nothing rang, so a block list, do-not-disturb or the server itself is more likely than a person"
    return f"The call was declined{after}: {_who(subject)} answered {said}. {where}.", "Ask the called side."


def _cancelled(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    end = analysis.cancels[0]
    if analysis.ringing and analysis.ringing[0] < end:
        after = seconds_text(analysis.seconds(analysis.ringing[0], end))
        return f"The caller hung up after {after} of ringing.", "Nothing is wrong: the caller gave up."
    if not analysis.initial_requests and not analysis.responses:
        return "The call was cancelled by the side that made it; nothing before that was captured.", MORE
    begun = analysis.initial_requests[:1] or analysis.responses[:1]
    after = seconds_text(analysis.seconds(begun[0], end))
    tone = "; there was early media, such as an announcement" if analysis.early_media else ""
    return (
        f"The caller hung up after {after}, before anything rang{tone}.",
        "Callers hang up when nothing rings: check why it took so long.",
    )


def cancelled(subject: Subject) -> Finding | None:
    """RFC 3261, section 9; its 487 need not have been captured."""
    analysis = subject.analysis
    if not analysis.is_call or not analysis.cancels or analysis.code not in (0, 487) or analysis.was_established:
        return None
    refusal = refusal_of(analysis)
    if refusal is not None and refusal.code != Code.CANCELLED:
        return None
    text, advice = _cancelled(subject, refusal or Refusal(Code.CANCELLED, CERTAIN, analysis.causes, None, None, None))
    rang = [index for index in analysis.ringing if index < analysis.cancels[0]]
    evidence = (*analysis.initial_requests[:1], *rang[:1], analysis.cancels[0], analysis.final)
    return Finding(CERTAIN if analysis.initial_requests else LIKELY, text, advice, evidence)


def _no_answer(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    number, said = dialled(subject.analysis), _quote(subject)
    advice = "Nothing is wrong with the call. Voicemail or a ring group would take it."
    if refusal.rang is not None:
        return f"{number} rang for {seconds_text(refusal.rang)} and nobody answered ({said}).", advice
    if refusal.played is not None:
        played = seconds_text(refusal.played)
        return (
            f"Nobody answered: early media (an announcement or a tone) was open for {played}, then the call was ended"
            f" without a CANCEL of the caller ({said}).",
            "Listen to what was played, if its sound was captured: an announcement may say why.",
        )
    return (
        f"Nobody answered, and nothing shows that a phone was alerted ({said}).",
        "Check the trace of the other leg: whether a phone was reached at all.",
    )


def no_answer_evidence(subject: Subject) -> Finding | None:
    """Nobody picked up, and a timer ended it (RFC 3261, section 21.4.19; Q.850, cause 19)."""
    found = refused_as(Code.NO_ANSWER, _no_answer)(subject)
    if found is None:
        return None
    analysis = subject.analysis
    shown = analysis.ringing[:1] or analysis.early_media[:1]
    return Finding(
        found.confidence, found.text, found.advice, (*analysis.initial_requests[-1:], *shown, analysis.final)
    )


def _unknown_user(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, number = subject.analysis, dialled(subject.analysis)
    ours = not analysis.has_both_hops or analysis.refused_by_server
    said = _quote(subject)
    maybe = ", or no phone of it is registered" if ours and refusal.causes.q850 is None else ""
    return (
        f"{capital(_who(subject))} doesn't know {number} ({said}): no such number or user{maybe}.",
        "Compare the number that was dialled with the customer's numbers, and check SIP locations."
        if ours
        else "Compare the number that was dialled, digit by digit; if it is right, ask the carrier.",
    )


def _congestion(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    passed = analysis.origin is not analysis.decisive and analysis.code != (
        analysis.origin.code if analysis.origin else 0
    )
    turned = f", which the caller got as {analysis.code}" if passed else ""
    alone = not analysis.has_both_hops and refusal.causes.q850 is None
    why = " It is overloaded, being restarted, or has no carrier for the number." if alone else ""
    return (
        f"{capital(_who(subject))} can't take the call now: {_quote(subject)}{turned}.{why}",
        "Try again, or another route or carrier; check whether other calls there fail, too.",
    )


def _no_route(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis, said = subject.analysis, _quote(subject)
    status = analysis.origin.code if analysis.origin is not None else 0
    if status == 416:
        return f"The address is of a kind that isn't routed here ({said}).", "Dial a number, or user@domain."
    if status == 485:
        return f"The number fits several destinations ({said}).", "Dial it in full."
    if refusal.causes.q850 is None:
        return (
            f"The platform had no route to {dialled(analysis)}, or is overloaded: it refused the call itself ({said}) and"
            " asked nobody.",
            "Its carrier for this number is down or missing: check the prefix's routing, and whether other calls fail.",
        )
    return (
        f"There is no route to {dialled(analysis)}: {_who(subject)} answered {said}.",
        "Ask routing: the prefix has no carrier, or its carrier is down.",
    )


def _diverted_to(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    contact = analysis.message(analysis.final).reading.headers.first("contact") if analysis.final is not None else ""
    to = user_of(contact)[:80] or "another address"
    return (
        f"{dialled(analysis)} diverts calls to {to} ({_quote(subject)}), and the call was not tried there.",
        "Check the call forwarding of the called user.",
    )


def _codec(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    offers = [index for index in (*analysis.forwarded_requests, *analysis.initial_requests) if _speech(subject, index)]
    names = " ".join(_speech(subject, offers[0])) if offers else ""
    offered = f" Offered: {names}." if names else ""
    return (
        f"{capital(_who(subject))} supports none of the offered codecs ({_quote(subject)}).{offered}",
        "Give both ends a codec in common: nearly every device supports G.711 (PCMA, PCMU).",
    )


def _speech(subject: Subject, index: int) -> tuple[str, ...]:
    sdp = subject.analysis.message(index).sdp
    return sdp.audio.speech if sdp is not None and sdp.audio is not None else ()


def _encryption(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    offers = [index for index in analysis.initial_requests if _speech(subject, index)]
    sdp = analysis.message(offers[-1]).sdp if offers else None
    secure = sdp is not None and sdp.audio is not None and sdp.audio.secure
    return (
        f"Sound {'with' if secure else 'without'} encryption (SRTP) was refused: {_quote(subject)}.",
        "Switch SRTP on at both ends or off at both: phone, trunk and platform must agree.",
    )


def _offer_chain(find: Callable[[Subject], Finding | None]) -> Callable[[Subject], Finding | None]:
    """The same with the offer as evidence instead of the caller's request."""

    def found(subject: Subject) -> Finding | None:
        finding = find(subject)
        analysis = subject.analysis
        if finding is None:
            return None
        offers = [
            index for index in (*analysis.initial_requests, *analysis.forwarded_requests) if _speech(subject, index)
        ]
        last = max(offers, default=None)
        return Finding(finding.confidence, finding.text, finding.advice, (last, *chain(subject)[-2:]))

    return found


def _extension(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    headers = analysis.message(analysis.final).reading.headers if analysis.final is not None else None
    named = (headers.first("unsupported") or headers.first("require")) if headers is not None else ""
    which = f" {named[:60]}" if named else ""
    return (
        f"{capital(_who(subject))} doesn't support a required SIP extension{which} ({_quote(subject)}).",
        "Switch the extension off on the side that requires it, for example reliable provisional responses (100rel).",
    )


def _pickup(subject: Subject, refusal: Refusal) -> tuple[str, str]:
    analysis = subject.analysis
    return (
        f"The call that {analysis.trace.first.reading.from_user or 'the caller'} wanted to pick up or take over"
        f" is no longer there ({_quote(subject)}).",
        "It was answered by another, or ended. If it happens with every pick-up, check the phone's pick-up settings.",
    )


CALL = (Evidence.REQUEST, Evidence.FINAL)


def _rule(code: Code, looks_for: str, texts: Texts, meaning: str, customer: str, steps: str) -> Rule:
    return Rule(code, looks_for, refused_as(code, texts), CALL, meaning, customer, steps)


REFUSALS = (
    _rule(
        Code.CREDIT_EXHAUSTED,
        "402, or a refusal whose words speak of credit",
        _plain(
            "The call was refused because credit ran out: {quote}.",
            "Check the customer's credit and top-up; a call begun before can end for the same reason.",
        ),
        "The account had no credit for this call (RFC 3261, section 21.4.3).",
        "Your credit is used up; calls work again after a top-up.",
        "Check credit, credit limit and top-ups of the customer.",
    ),
    _rule(
        Code.CHANNEL_LIMIT,
        "a refusal whose words speak of a limit of calls, channels or sessions",
        _plain(
            "{Who} refused the call because the limit of simultaneous calls is reached: {quote}.",
            "Check how many calls the user or trunk may have, and how many are up.",
        ),
        "The user or trunk had as many calls as it may.",
        "All your lines were in use at that moment.",
        "Compare calls in progress with the limit; look for calls that were never ended.",
    ),
    Rule(
        Code.BUSY,
        "486 or 600, or Q.850 cause 17",
        refused_as(Code.BUSY, _busy),
        (Evidence.FINAL,),
        "The called side is busy (RFC 3261, sections 21.4.24 and 21.6.1). After ringing it may have been turned away by"
        " hand.",
        "The number you called was busy.",
        "Nothing, or offer call waiting, a ring group or voicemail on busy.",
    ),
    _rule(
        Code.CALL_BLOCKED,
        "608, or words of a block list or analytics",
        _plain(
            "The call was blocked by the network, not by a person: {who} answered {quote}.",
            "Ask the carrier why; have the caller's number checked for a bad reputation.",
        ),
        "A network or its analytics declined the call (RFC 8688).",
        "The other network blocked the call; we ask it why.",
        "Check the caller's number, its attestation, and complaints about it.",
    ),
    _rule(
        Code.ANONYMOUS_REFUSED,
        "433, or words about anonymous callers",
        _plain(
            "The called side takes no calls without a caller's number: {who} answered {quote}.",
            "Show the caller's number, at least for this call.",
        ),
        "Anonymous calls are refused (RFC 5079).",
        "The number you called accepts no calls with a withheld number.",
        "Switch caller ID restriction off for the user or the call.",
    ),
    _rule(
        Code.REJECTED,
        "603 or 607, a phone that says 480 without ringing, Q.850 cause 21, or a method that isn't supported",
        _rejected,
        "The called side, or a rule of it, declined (RFC 3261, section 21.6.2; RFC 8197). A person can only have done it"
        " where a phone rang.",
        "The called side declined the call.",
        "Ask the called side: do-not-disturb, block list, or a person.",
    ),
    Rule(
        Code.CANCELLED,
        "CANCEL of the caller before the answer",
        cancelled,
        (Evidence.REQUEST,),
        "The caller gave up before anybody answered (RFC 3261, section 9).",
        "The call was ended on the caller's side before it was answered.",
        "Nothing; where nothing rang, check why it took so long.",
    ),
    _rule(
        Code.ANSWERED_ELSEWHERE,
        "a CANCEL that says so, or Q.850 cause 26",
        _plain(
            "This phone stopped ringing because another device took the call.",
            "Nothing is wrong: open the leg that was answered.",
        ),
        "Several devices rang and another one answered (RFC 3326).",
        "Another of your phones took the call.",
        "Nothing.",
    ),
    Rule(
        Code.NO_ANSWER,
        "it rang, or early media was open, until a timer ended it",
        no_answer_evidence,
        (Evidence.FINAL,),
        "Nobody picked up in time (RFC 3261, section 21.4.19; Q.850, cause 19).",
        "Nobody answered.",
        "Nothing, or offer voicemail or a ring group.",
    ),
    _rule(
        Code.NOT_REGISTERED,
        "the platform says that no phone is registered, or 480 of the platform without ringing",
        _plain(
            "No phone seems to be registered for {number}: {who} answered {quote}.",
            "Check SIP locations for the user; restarting the phone makes it register again.",
        ),
        "The called user has no phone that is signed in.",
        "The phone you called was not connected.",
        "Check SIP locations and the phone's registrations.",
    ),
    _rule(
        Code.NUMBER_CHANGED,
        "410, or Q.850 cause 22",
        _plain("{number} is no longer in use or has changed: {who} answered {quote}.", "Ask for the new number."),
        "The number has changed or is gone (RFC 3261, section 21.4.11).",
        "The number is no longer in use.",
        "Look the new number up.",
    ),
    _rule(
        Code.NUMBER_INCOMPLETE,
        "484, or Q.850 cause 28",
        _plain(
            "{number} is incomplete or in a wrong format: {who} answered {quote}.",
            "Dial it with country and area code; check the platform's number rewriting.",
        ),
        "The number is too short or not in the format that the other side wants (RFC 3261, section 21.4.22).",
        "Please dial the number in full.",
        "Compare the number as it was dialled and as it was passed on.",
    ),
    _rule(
        Code.UNKNOWN_USER,
        "404 or 604, or Q.850 cause 1",
        _unknown_user,
        "The number or user doesn't exist where it was looked for (RFC 3261, sections 21.4.5 and 21.6.3).",
        "The number you dialled does not exist.",
        "Compare the number with the customer's numbers, and check SIP locations.",
    ),
    _rule(
        Code.LOOP,
        "482 or 483",
        _plain(
            "The call went round in a loop until it was stopped: {who} answered {quote}.",
            "Look for a call forwarding that leads back to itself.",
        ),
        "The call came back to where it had been, or used up its hops (RFC 3261, sections 21.4.19 and 21.4.20).",
        "A call forwarding leads back to itself.",
        "Follow the forwardings of all numbers in the trace.",
    ),
    _rule(
        Code.NO_ROUTE,
        "416, 485, Q.850 causes 2, 3 and 25, or 503 of the platform itself",
        _no_route,
        "No way to the number was found (Q.850, causes 2 and 3).",
        "The number cannot be reached from our network at the moment.",
        "Check the routing of the prefix and the state of its carriers.",
    ),
    _rule(
        Code.UNREACHABLE,
        "Q.850 causes 18, 20 and 27",
        _plain(
            "{number} can't be reached: {who} answered {quote}.",
            "The network says that the destination is not there: try later, or another carrier.",
        ),
        "The network's cause says that the destination is absent, out of order or not responding.",
        "The number you called could not be reached.",
        "Try later, or by another carrier.",
    ),
    _rule(
        Code.NETWORK_FAILURE,
        "a refusal with Q.850 cause 38",
        _plain(
            "A network on the way failed: {who} answered {quote}.",
            "Try again, or another carrier; report it to the carrier.",
        ),
        "A network between the two is out of order.",
        "A network on the way had a fault.",
        "Try another carrier and report the fault.",
    ),
    _rule(
        Code.CONGESTION,
        "503, or Q.850 causes 6, 34, 41, 42, 44 and 47",
        _congestion,
        "A server or carrier can't take the call now (RFC 3261, section 21.5.4; a proxy passes a 503 on as 500).",
        "The network was overloaded; please try again.",
        "Try again or use another carrier; check whether other calls fail.",
    ),
    Rule(
        Code.SRTP_MISMATCH,
        "488, 606 or 415 about encryption",
        _offer_chain(refused_as(Code.SRTP_MISMATCH, _encryption)),
        CALL,
        "One side requires encrypted sound and the other doesn't (RFC 4568, RFC 5764).",
        "Encryption is set differently on the two sides.",
        "Switch SRTP on at both ends, or off at both.",
    ),
    Rule(
        Code.CODEC_MISMATCH,
        "488, 606 or 415 without words about encryption",
        _offer_chain(refused_as(Code.CODEC_MISMATCH, _codec)),
        CALL,
        "The called side supports none of the offered codecs (RFC 3261, sections 21.4.26 and 21.6.4).",
        "The two phones have no codec in common.",
        "Enable G.711 (PCMA, PCMU) at both ends.",
    ),
    _rule(
        Code.MEDIA_REFUSED,
        "Q.850 causes 58, 65 and 88, or 406",
        _plain(
            "The kind of connection that was asked for is refused: {who} answered {quote}.",
            "Compare the offered media with what the called side supports.",
        ),
        "The offered media can't be used, for another reason than codecs or encryption.",
        "The other side doesn't support this kind of call.",
        "Compare offer and refusal: video, fax or data where only speech works.",
    ),
    _rule(
        Code.EXTENSION_UNSUPPORTED,
        "420 or 421",
        _extension,
        "A SIP extension that one side requires is not there (RFC 3261, sections 21.4.15 and 21.4.16).",
        "A setting of the phone asks for something that we don't offer.",
        "Switch the named extension off.",
    ),
    _rule(
        Code.PICKUP_FAILED,
        "an INVITE with Replaces that is refused",
        _pickup,
        "The call that was to be picked up or replaced is gone (RFC 3891).",
        "The call had been answered or ended already.",
        "Check pick-up groups, and whether every pick-up fails.",
    ),
    _rule(
        Code.DIALOG_LOST,
        "481",
        _plain(
            "{Who} doesn't know the call that this request belongs to: {quote}.",
            "It was restarted or ended the call before: check its log at that time.",
        ),
        "One side no longer knows a call that the other still has (RFC 3261, section 21.4.19).",
        "The call was lost on one side.",
        "Check for a restart at that time.",
    ),
    _rule(
        Code.BAD_REQUEST,
        "400, 413, 414, or Q.850 causes 95 to 111",
        _plain(
            "{Who} refused the message as malformed: {quote}.",
            "Look at the message that was refused; compare it with one that works.",
        ),
        "The message itself, or its body (SDP), was refused as malformed.",
        "Your device sends something that the other side doesn't understand.",
        "Update the device's firmware; escalate to development with this trace.",
    ),
    _rule(
        Code.SESSION_TIMER,
        "422",
        _plain(
            "The requested session timer is too short, and no longer one was tried: {quote}.",
            "Set the phone's session timer to 1800 s.",
        ),
        "The session timer that was asked for is shorter than the other side accepts (RFC 4028).",
        "A timer in your phone is set too short.",
        "Set the session timer to 1800 s.",
    ),
    _rule(
        Code.FORBIDDEN,
        "403, or Q.850 causes 50 to 57 and 87",
        _plain(
            "The call is not allowed: {who} answered {quote}.",
            "Check whether this user may call that number (barring, countries, emergency address), and from which network.",
        ),
        "The request was understood and is not allowed (RFC 3261, section 21.4.4).",
        "Calls to this number are not allowed for your account.",
        "Check barring, allowed countries, and the network it came from.",
    ),
    _rule(
        Code.SERVER_ERROR,
        "5xx, but for those that mean something else",
        _plain(
            "{Who} failed: {quote}.",
            "A fault of that server or phone, not of the caller: try again, then escalate to development with this trace.",
        ),
        "A server or device on the way failed (RFC 3261, section 21.5).",
        "There was a fault on our side or at a carrier.",
        "Try again; escalate with the trace.",
    ),
    Rule(
        Code.DIVERTED,
        "30x that nobody followed",
        refused_as(Code.DIVERTED, _diverted_to),
        CALL,
        "The called side diverts calls elsewhere (RFC 3261, section 21.3).",
        "The called side has a call forwarding.",
        "Check the call forwarding of the called user.",
    ),
)
"""By what they mean; the order decides only among those that are equally sure."""
