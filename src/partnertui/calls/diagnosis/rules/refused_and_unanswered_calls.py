"""Rules for calls that were refused, cancelled by the caller, or rang without an answer."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.refusal_meaning import Refusal
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.refusal_texts import (
    Texts,
    busy_text,
    cancelled_text,
    chain,
    codec_text,
    congestion_text,
    diverted_text,
    encryption_text,
    extension_text,
    no_answer_text,
    no_route_text,
    pickup_text,
    plain_text,
    rejected_text,
    speech_of,
    unknown_user_text,
)
from partnertui.calls.diagnosis.verdict import Code


def refused_as(code: Code, texts: Texts) -> Callable[[Subject], Finding | None]:
    """A rule's function for refusals that mean this code; `texts` gives sentence and advice."""

    def find(subject: Subject) -> Finding | None:
        refusal = subject.refusal
        if refusal is None or refusal.code != code:
            return None
        text, advice = texts(subject, refusal)
        return Finding(refusal.confidence, text, advice, chain(subject))

    return find


def cancelled(subject: Subject) -> Finding | None:
    """RFC 3261, section 9; its 487 need not have been captured."""
    analysis = subject.analysis
    if not analysis.is_call or not analysis.cancels or analysis.code not in (0, 487) or analysis.was_established:
        return None
    refusal = subject.refusal
    if refusal is not None and refusal.code != Code.CANCELLED:
        return None
    text, advice = cancelled_text(
        subject, refusal or Refusal(Code.CANCELLED, CERTAIN, analysis.causes, None, None, None)
    )
    rang = [index for index in analysis.ringing if index < analysis.cancels[0]]
    evidence = (*analysis.initial_requests[:1], *rang[:1], analysis.cancels[0], analysis.final)
    sure = CERTAIN if analysis.initial_requests and not analysis.caller_is_server else LIKELY
    return Finding(sure, text, advice, evidence)


def no_answer_evidence(subject: Subject) -> Finding | None:
    """Nobody picked up, and a timer ended it (RFC 3261, section 21.4.18; Q.850, cause 19)."""
    found = refused_as(Code.NO_ANSWER, no_answer_text)(subject)
    if found is None:
        return None
    analysis = subject.analysis
    shown = analysis.ringing[:1] or analysis.early_media[:1]
    return Finding(found.confidence, found.text, found.advice, (*analysis.asked, *shown, analysis.final))


def _offer_chain(find: Callable[[Subject], Finding | None]) -> Callable[[Subject], Finding | None]:
    """The same with the offer as evidence instead of the caller's request."""

    def found(subject: Subject) -> Finding | None:
        finding = find(subject)
        analysis = subject.analysis
        if finding is None:
            return None
        offers = [
            index for index in (*analysis.initial_requests, *analysis.forwarded_requests) if speech_of(subject, index)
        ]
        last = max(offers, default=None)
        return Finding(finding.confidence, finding.text, finding.advice, (last, *chain(subject)[-2:]))

    return found


CALL = (Evidence.REQUEST, Evidence.FINAL, Evidence.OWN_REQUEST)


def _rule(code: Code, looks_for: str, texts: Texts, meaning: str, customer: str, steps: str) -> Rule:
    return Rule(code, looks_for, refused_as(code, texts), CALL, meaning, customer, steps, calls=True)


REFUSALS = (
    _rule(
        Code.CREDIT_EXHAUSTED,
        "402, or a refusal whose text mentions credit",
        plain_text(
            "The call was refused because the credit had run out: {quote}.",
            "Check the customer's credit and top-up; calls in progress may end for the same reason.",
        ),
        "The account had no credit for this call (RFC 3261, section 21.4.3).",
        "Your credit is used up; calls will work again after a top-up.",
        "Check the customer's credit, credit limit and top-ups.",
    ),
    _rule(
        Code.CHANNEL_LIMIT,
        "a refusal whose text mentions a limit on calls, channels or sessions",
        plain_text(
            "{Who} refused the call because the limit on concurrent calls was reached: {quote}.",
            "Check how many calls the user or trunk is allowed, and how many are in progress.",
        ),
        "The user or trunk already had as many calls as allowed.",
        "All your lines were in use at that moment.",
        "Compare calls in progress with the limit; look for calls that never ended.",
    ),
    Rule(
        Code.BUSY,
        "486 or 600, or Q.850 cause 17",
        refused_as(Code.BUSY, busy_text),
        (Evidence.FINAL,),
        "The called party is busy (RFC 3261, sections 21.4.24 and 21.6.1). If it rang first, somebody may have declined"
        " it.",
        "The number you called was busy.",
        "No action needed; you could offer call waiting, a ring group or voicemail on busy.",
    ),
    _rule(
        Code.CALL_BLOCKED,
        "608, or text that mentions a block list or analytics",
        plain_text(
            "The call was blocked by the network, not by a person: {who} answered {quote}.",
            "Ask the carrier why; check the reputation of the caller's number.",
        ),
        "A network or its analytics declined the call (RFC 8688).",
        "The other network blocked the call; we are asking why.",
        "Check the caller's number, its attestation, and complaints about it.",
    ),
    _rule(
        Code.ANONYMOUS_REFUSED,
        "433, or text about anonymous callers",
        plain_text(
            "The called party doesn't accept calls without a caller number: {who} answered {quote}.",
            "Send the caller's number, at least for this call.",
        ),
        "Anonymous calls are refused (RFC 5079).",
        "The number you called doesn't accept calls from withheld numbers.",
        "Switch caller ID restriction off for the user or for the call.",
    ),
    _rule(
        Code.REJECTED,
        "603 or 607, a phone that says 480 without ringing, Q.850 cause 21, or a method that isn't supported",
        rejected_text,
        "The called party, or one of their rules, declined (RFC 3261, section 21.6.2; RFC 8197). It can only have been"
        " a person if a phone rang.",
        "The called party declined the call.",
        "Ask the called party whether it was do-not-disturb, a block list or a person.",
    ),
    Rule(
        Code.CANCELLED,
        "a CANCEL from the caller before the call was answered",
        cancelled,
        (Evidence.REQUEST,),
        "The caller gave up before anybody answered (RFC 3261, section 9).",
        "The call was ended on the caller's side before it was answered.",
        "No action needed; if nothing rang, check why call set-up took so long.",
    ),
    _rule(
        Code.ANSWERED_ELSEWHERE,
        "a CANCEL that says that the call was answered elsewhere, or Q.850 cause 26",
        plain_text(
            "This phone stopped ringing because another device took the call.",
            "Nothing is wrong: open the leg that was answered.",
        ),
        "Several devices rang and another one answered (RFC 3326).",
        "Another of your phones took the call.",
        "No action needed.",
    ),
    Rule(
        Code.NO_ANSWER,
        "it rang, or early media was open, until a timer ended it",
        no_answer_evidence,
        (Evidence.FINAL,),
        "Nobody picked up in time (RFC 3261, section 21.4.18; Q.850, cause 19).",
        "Nobody answered.",
        "No action needed; you could offer voicemail or a ring group.",
    ),
    _rule(
        Code.NOT_REGISTERED,
        "the platform says that no phone is registered, or the platform sends 480 without ringing",
        plain_text(
            "No phone seems to be registered for {number}: {who} answered {quote}.",
            "Check SIP locations for the user; restarting the phone makes it register again.",
        ),
        "The called user has no registered phone.",
        "The phone you called wasn't connected.",
        "Check SIP locations and the phone's registrations.",
    ),
    _rule(
        Code.NUMBER_CHANGED,
        "410, or Q.850 cause 22",
        plain_text("{number} is no longer in use or has changed: {who} answered {quote}.", "Ask for the new number."),
        "The number has changed or is no longer in use (RFC 3261, section 21.4.10).",
        "The number has changed or is no longer in use.",
        "Look up the new number.",
    ),
    _rule(
        Code.NUMBER_INCOMPLETE,
        "484, or Q.850 cause 28",
        plain_text(
            "{number} is incomplete or in the wrong format: {who} answered {quote}.",
            "Dial it with the country and area codes; check the platform's number rewriting.",
        ),
        "The number is too short or not in the format that the other side expects (RFC 3261, section 21.4.22).",
        "Please dial the number in full.",
        "Compare the number that was dialled with the number that was passed on.",
    ),
    _rule(
        Code.UNKNOWN_USER,
        "404 or 604, or Q.850 cause 1",
        unknown_user_text,
        "The number or user doesn't exist on the server that was asked (RFC 3261, sections 21.4.5 and 21.6.3).",
        "The number you dialled doesn't exist.",
        "Compare the number with the customer's numbers, and check SIP locations.",
    ),
    _rule(
        Code.LOOP,
        "482 or 483",
        plain_text(
            "The call looped until it was stopped: {who} answered {quote}.",
            "Look for call forwarding that leads back to the same number.",
        ),
        "The call came back to a server that it had already passed through, or ran out of hops (RFC 3261,"
        " sections 21.4.20 and 21.4.21).",
        "Call forwarding leads back to the same number.",
        "Check call forwarding for every number in the trace.",
    ),
    _rule(
        Code.NO_ROUTE,
        "416, 485, Q.850 causes 2, 3 and 25, or 503 from the platform itself",
        no_route_text,
        "No route to the number was found (Q.850, causes 2 and 3).",
        "The number can't be reached from our network at the moment.",
        "Check the prefix's routing and the state of its carriers.",
    ),
    _rule(
        Code.UNREACHABLE,
        "Q.850 causes 18, 20 and 27",
        plain_text(
            "{number} can't be reached: {who} answered {quote}.",
            "The network reports that the destination can't be reached: try again later, or use another carrier.",
        ),
        "The network's Q.850 cause says that the destination is absent, out of order or not responding.",
        "The number you called couldn't be reached.",
        "Try again later, or use another carrier.",
    ),
    _rule(
        Code.NETWORK_FAILURE,
        "a refusal with Q.850 cause 38",
        plain_text(
            "A network along the route failed: {who} answered {quote}.",
            "Try again or use another carrier, and report the fault to the carrier that was used.",
        ),
        "A network between the two sides is out of order.",
        "There was a fault in a network along the route.",
        "Try another carrier and report the fault.",
    ),
    _rule(
        Code.CONGESTION,
        "503, or Q.850 causes 6, 34, 41, 42, 44 and 47",
        congestion_text,
        "A server or carrier can't take the call now (RFC 3261, section 21.5.4; a proxy passes a 503 on as 500).",
        "The network was overloaded; please try again.",
        "Try again or use another carrier; check whether other calls fail.",
    ),
    Rule(
        Code.SRTP_MISMATCH,
        "488, 606 or 415 with text about encryption",
        _offer_chain(refused_as(Code.SRTP_MISMATCH, encryption_text)),
        CALL,
        "One side requires encrypted audio and the other doesn't (RFC 4568, RFC 5764).",
        "Encryption is set differently on the two sides.",
        "Switch SRTP on at both ends, or off at both.",
    ),
    Rule(
        Code.CODEC_MISMATCH,
        "488, 606 or 415 without text about encryption",
        _offer_chain(refused_as(Code.CODEC_MISMATCH, codec_text)),
        CALL,
        "The called party accepted none of the offered codecs (RFC 3261, sections 21.4.26 and 21.6.4).",
        "The two phones have no codec in common.",
        "Enable G.711 (PCMA, PCMU) at both ends.",
    ),
    _rule(
        Code.MEDIA_REFUSED,
        "Q.850 causes 58, 65 and 88, or 406",
        plain_text(
            "The requested kind of connection was refused: {who} answered {quote}.",
            "Compare the offered media with what the called party supports.",
        ),
        "The offered media was refused, but not because of codecs or encryption.",
        "The other side doesn't support this kind of call.",
        "Compare the offer with the refusal: video, fax or data may have been offered where only voice is supported.",
    ),
    _rule(
        Code.EXTENSION_UNSUPPORTED,
        "420 or 421",
        extension_text,
        "A SIP extension that one side requires isn't supported (RFC 3261, sections 21.4.15 and 21.4.16).",
        "A setting on the phone requires something that we don't support.",
        "Switch off the SIP extension that the response names.",
    ),
    _rule(
        Code.PICKUP_FAILED,
        "an INVITE with Replaces that is refused",
        pickup_text,
        "The call to be picked up or replaced no longer exists (RFC 3891).",
        "The call had already been answered or had ended.",
        "Check pick-up groups, and whether every pick-up fails.",
    ),
    _rule(
        Code.DIALOG_LOST,
        "481",
        plain_text(
            "{Who} doesn't know the call that this request belongs to: {quote}.",
            "It was restarted, or had already ended the call: check its log for that time.",
        ),
        "One side no longer has a call that the other still has (RFC 3261, section 21.4.19).",
        "The call was lost on one side.",
        "Check for a restart at that time.",
    ),
    _rule(
        Code.BAD_REQUEST,
        "400, 413, 414, or Q.850 causes 95 to 111",
        plain_text(
            "{Who} refused the message as malformed: {quote}.",
            "Compare the message that was refused with one that works.",
        ),
        "The message itself, or its body (SDP), was refused as malformed.",
        "Your device sends something that the other side doesn't understand.",
        "Update the device's firmware; escalate to development with this trace.",
    ),
    _rule(
        Code.SESSION_TIMER,
        "422",
        plain_text(
            "The requested session timer is too short, and a longer one wasn't tried: {quote}.",
            "Set the phone's session timer to 1800 s.",
        ),
        "The requested session timer is shorter than the other side accepts (RFC 4028).",
        "A timer in your phone is set too short.",
        "Set the session timer to 1800 s.",
    ),
    _rule(
        Code.FORBIDDEN,
        "403, or Q.850 causes 50 to 57 and 87",
        plain_text(
            "The call isn't allowed: {who} answered {quote}.",
            "Check whether this user may call that number (call barring, countries, emergency address), and from which"
            " network.",
        ),
        "The request was understood but isn't allowed (RFC 3261, section 21.4.4).",
        "Your account isn't allowed to call this number.",
        "Check call barring, allowed countries, and the network that the call came from.",
    ),
    _rule(
        Code.SERVER_ERROR,
        "5xx responses without a more specific meaning",
        plain_text(
            "{Who} failed: {quote}.",
            "The fault lies with that server or phone, not the caller: try again, then escalate to development with"
            " this"
            " trace.",
        ),
        "A server or device along the route failed (RFC 3261, section 21.5).",
        "There was a fault on our side or at a carrier.",
        "Try again; escalate with the trace.",
    ),
    Rule(
        Code.DIVERTED,
        "a 30x redirect that wasn't followed",
        refused_as(Code.DIVERTED, diverted_text),
        CALL,
        "The called party diverts calls elsewhere (RFC 3261, section 21.3).",
        "The called party has call forwarding switched on.",
        "Check the called user's call forwarding.",
    ),
)
"""By what they mean; the order decides only among those that are equally sure."""
