"""Rules for requests outside calls: registrations, subscriptions and others."""

from __future__ import annotations

import re

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import quote, responder, seconds_text
from partnertui.calls.diagnosis.refusal_meaning import CHANNELS, MONEY, PASSWORD
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.rules.authentication import account, is_stale
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.registration_outcome import Registration, registration_of, removes
from partnertui.domain.capital_letter import capital
from partnertui.domain.sip_and_q850_codes import CHALLENGES

REGISTRATIONS = re.compile(
    r"too many|(max\w*|limit\w*|exceed\w*).{0,30}(contact|device|registration|binding)"
    r"|(contact|device|registration|binding)s?.{0,20}(limit|exceed|maximum)"
)
LATE_SECONDS = 32.0
"""So much later than its end a registration may still be renewed by a phone that is slow."""
SUBSCRIBING = ("SUBSCRIBE", "PUBLISH")
LAMPS = {
    "message-summary": "the message-waiting lamp (MWI)",
    "dialog": "the busy lamp field (BLF)",
    "presence": "presence",
    "reg": "the registration state",
    "call-completion": "call completion",
    "as-feature-event": "feature synchronisation",
    "ua-profile": "provisioning",
}
"""What event packages are for (RFC 3842, RFC 4235, RFC 3856 …)."""


def _chain(subject: Subject) -> tuple[int | None, ...]:
    analysis = subject.analysis
    return (*analysis.asked, analysis.final)


def _event(subject: Subject) -> str:
    first = subject.trace.first.reading.headers.first("event").partition(";")[0].strip().lower()
    return LAMPS.get(first) or (f"“{first[:40]}”" if first else "an event")


# Registrations


def registration_lost(subject: Subject) -> Finding | None:
    """It was registered, and what came afterwards failed: what happened last counts."""
    analysis = subject.analysis
    if analysis.method != "REGISTER":
        return None
    state = registration_of(analysis)
    if state.granted is None or state.removed:
        return None
    if not state.failed:
        return _ran_out(subject, state)
    last = state.failed[-1]
    begun = analysis.seconds(state.granted.first, state.failed[0].first)
    tries = len(state.failed)
    removals = [one for one in state.failed if removes(analysis, one)]
    if len(removals) == tries:
        return None  # it wanted to sign out, and still has its registration
    purpose = "renew or remove" if removals else "renew"
    times = f"{tries} attempts" if tries > 1 else "the attempt"
    if last.final is None:
        how = f"{times} to {purpose} the registration got no response"
        advice = "Check the phone's network and the NAT in front of it; test the registrar from outside."
    elif last.code in CHALLENGES and last.request in analysis.credentials:
        stale = is_stale(analysis.message(last.final))
        why = "an expired nonce" if stale else "the password"
        how = f"{why} wasn't accepted in {times} to {purpose} the registration ({quote(analysis, last.final)})"
        advice = (
            "The phone responds to challenges too late: restart it, check its network and firmware."
            if stale
            else "The password may have been changed in the meantime: reset it in the portal and on the phone."
        )
    else:
        how = f"{times} to {purpose} the registration failed ({quote(analysis, last.final)})"
        advice = "Check the registrar's response and the account."
    text = f"{account(analysis)} was registered, but {how}, {seconds_text(begun)} after it was granted."
    left = (state.seconds or 0) - analysis.seconds(state.granted.first, last.first)
    if left > 0:
        text += (
            f" The server had granted {state.seconds} s: the registration expires {seconds_text(left)} after the last"
            " attempt."
        )
    evidence = (state.granted.final, *(one.first for one in state.failed[:3]), last.final)
    return Finding(CERTAIN if tries > 1 or last.final is not None else LIKELY, text, advice, evidence)


def _ran_out(subject: Subject, state: Registration) -> Finding | None:
    """A registration that the phone did not renew, though the capture goes on for long after its end."""
    analysis, until = subject.analysis, subject.trace.watched_until_us
    if not until or not state.seconds or state.granted is None or state.granted.final is None:
        return None
    over = (until - analysis.message(state.granted.final).time_us) / 1e6 - state.seconds
    if over < LATE_SECONDS:
        return None
    text = (
        f"{account(analysis)} registered for {state.seconds} s and didn't renew the registration: it ran out"
        f" {seconds_text(over)} before the end of the capture."
    )
    advice = "Check whether the phone was switched off or changed networks, and what it did afterwards."
    return Finding(LIKELY, text, advice, (state.granted.request, state.granted.final))


def unregistered(subject: Subject) -> Finding | None:
    """Expires: 0, or Contact: * (RFC 3261, section 10.2.2)."""
    analysis = subject.analysis
    if analysis.method != "REGISTER" or not analysis.is_answered:
        return None
    state = registration_of(analysis)
    if state.granted is None or not state.removed or state.failed:
        return None
    text = f"{account(analysis)} unregistered: the phone removed its registration."
    if not state.asked_for_removal:
        text = f"{account(analysis)} isn't registered: the server granted 0 seconds."
    return Finding(
        CERTAIN, text, "Nothing is wrong, unless the phone should be reachable: if so, restart it.", _chain(subject)
    )


def registered(subject: Subject) -> Finding | None:
    """A registration that is valid at the end of the capture, for the server's seconds."""
    analysis = subject.analysis
    if analysis.method != "REGISTER" or not analysis.is_answered:
        return None
    state = registration_of(analysis)
    if state.granted is None or state.removed or state.failed:
        return None
    span = f" for {state.seconds} s" if state.seconds is not None else ""
    text = f"Nothing wrong: the phone is registered{span}."
    later = [one for one in analysis.initial if one.first > state.granted.first and not one.responses]
    if later:
        text += " No response to a later REGISTER was captured."
    return Finding(LIKELY if later else CERTAIN, text, "", (state.granted.request, state.granted.final))


# Refusals of other requests


def _refusal_code(subject: Subject) -> Code | None:
    """What the refusal of a request outside of a call means."""
    analysis = subject.analysis
    if analysis.is_call or analysis.final is None or analysis.is_answered or analysis.code in CHALLENGES:
        return None
    text, code = analysis.reason_text([analysis.final]), analysis.code
    if MONEY.search(text):
        return Code.CREDIT_EXHAUSTED
    if code == 403 and PASSWORD.search(text):
        return None
    if analysis.method == "REGISTER":
        return _registration_code(subject, code, text)
    if analysis.method in SUBSCRIBING:
        return _subscription_code(subject, code)
    # The phone says by it that it has no such subscription any more (RFC 6665, section 4.2.2).
    if analysis.method == "NOTIFY" and code == 481:
        return Code.SUBSCRIPTION_LOST
    return _general_code(code)


def _registration_code(subject: Subject, code: int, text: str) -> Code | None:
    if CHANNELS.search(text) or REGISTRATIONS.search(text):
        return Code.TOO_MANY_REGISTRATIONS
    if code == 423:
        return Code.INTERVAL_TOO_BRIEF
    if code == 403 and subject.analysis.credentials and text.strip() in ("forbidden", ""):
        return None  # the rules about passwords say more
    return _general_code(code)


def _subscription_code(subject: Subject, code: int) -> Code:
    first = subject.trace.first.reading
    if code in (408, 500, 502, 503, 504):
        return _general_code(code) or Code.SUBSCRIPTION_REFUSED
    if code == 481 and first.to_tag:
        return Code.SUBSCRIPTION_LOST
    if code in (404, 604) and first.headers.first("event").lower().startswith("message-summary"):
        return Code.MAILBOX_UNKNOWN
    return Code.SUBSCRIPTION_REFUSED


GENERAL = {
    400: Code.BAD_REQUEST,
    402: Code.CREDIT_EXHAUSTED,
    403: Code.FORBIDDEN,
    404: Code.UNKNOWN_USER,
    604: Code.UNKNOWN_USER,
    410: Code.NUMBER_CHANGED,
    420: Code.EXTENSION_UNSUPPORTED,
    421: Code.EXTENSION_UNSUPPORTED,
    480: Code.NOT_REGISTERED,
    481: Code.DIALOG_LOST,
    482: Code.LOOP,
    483: Code.LOOP,
    503: Code.CONGESTION,
}


def _general_code(code: int) -> Code | None:
    if code in (408, 504):
        return None  # a server that waited in vain: see the rules about silence
    if code in GENERAL:
        return GENERAL[code]
    if 300 <= code < 400:
        return Code.DIVERTED
    return Code.SERVER_ERROR if 500 <= code < 600 and code != 501 else Code.REJECTED


DOUBTFUL = (Code.UNKNOWN_USER, Code.NOT_REGISTERED, Code.MAILBOX_UNKNOWN, Code.INTERVAL_TOO_BRIEF)
"""Codes that may have another reason, or that are tried again a moment later."""
TEXTS: dict[Code, tuple[str, str]] = {
    Code.CREDIT_EXHAUSTED: (
        "The request was refused because the credit had run out: {quote}.",
        "Check the customer's credit.",
    ),
    Code.FORBIDDEN: (
        "{Who} refused the {method}: {quote}.",
        "Check whether this user may do that, and from which network; the response may give the reason.",
    ),
    Code.UNKNOWN_USER: (
        "{Who} doesn't know the user {user} ({quote}).",
        "Compare the user name on the phone with the portal, and check the domain.",
    ),
    Code.NOT_REGISTERED: (
        "{user} isn't available: {who} answered the {method} with {quote}.",
        "Check SIP locations for the user.",
    ),
    Code.TOO_MANY_REGISTRATIONS: (
        "{user} already has the maximum number of devices registered: {who} answered {quote}.",
        "Remove the user's old registrations, or raise the limit.",
    ),
    Code.INTERVAL_TOO_BRIEF: (
        "The requested registration interval is too short, and a longer one wasn't tried: {quote}{least}.",
        "Set the phone's registration interval to at least the server's minimum (Min-Expires).",
    ),
    Code.SUBSCRIPTION_REFUSED: (
        "The {request} {event} for {user} was refused: {who} answered {quote}.",
        "Harmless for calls. Correct the watched extension, or switch the feature off on the phone.",
    ),
    Code.SUBSCRIPTION_LOST: (
        "The subscription to {event} no longer exists: the {method} was answered with {quote}.",
        "The phone has to subscribe again: restart it, and check why it lost the subscription.",
    ),
    Code.MAILBOX_UNKNOWN: (
        "The message-waiting subscription for {user} was refused, as if there were no mailbox: {quote}.",
        "Set up a mailbox for the user, or switch message waiting (MWI) off on the phone.",
    ),
    Code.REJECTED: (
        "{Who} doesn't accept the {method}: {quote}.",
        "Harmless in most cases: switch the feature off on the side that asks.",
    ),
    Code.BAD_REQUEST: ("{Who} refused the {method} as malformed: {quote}.", "Compare it with a request that works."),
    Code.EXTENSION_UNSUPPORTED: (
        "A required SIP extension isn't supported: {who} answered {quote}.",
        "Switch the extension off on the side that requires it.",
    ),
    Code.NUMBER_CHANGED: ("{user} no longer exists: {who} answered {quote}.", "Check the user name on the phone."),
    Code.DIALOG_LOST: ("{Who} doesn't know the dialog that this {method} belongs to: {quote}.", "Restart the phone."),
    Code.LOOP: ("The {method} looped: {quote}.", "Check how it is routed."),
    Code.CONGESTION: ("{Who} can't take the {method} now: {quote}.", "It is overloaded or restarting: try again."),
    Code.SERVER_ERROR: ("{Who} failed: {quote}.", "Try again, then escalate to development with this trace."),
    Code.DIVERTED: (
        "The {method} was redirected, and the new address wasn't tried: {quote}.",
        "Check the server's address.",
    ),
}


def request_refused(code: Code) -> Rule:
    """The rule for requests outside of calls that were refused for this reason."""

    def find(subject: Subject) -> Finding | None:
        analysis = subject.analysis
        if _refusal_code(subject) != code:
            return None
        who = responder(analysis, analysis.decisive)
        first = subject.trace.first.reading
        # What a 423 has to say (RFC 3261, section 21.4.17).
        least = (
            analysis.message(analysis.final).reading.headers.first("min-expires") if analysis.final is not None else ""
        )
        template, advice = TEXTS[code]
        text = template.format(
            who=who,
            Who=capital(who),
            quote=quote(analysis, analysis.final),
            method=analysis.method,
            user=_watched(subject) if analysis.method in SUBSCRIBING else first.to_user or "the user",
            event=_event(subject),
            request="publication of" if analysis.method == "PUBLISH" else "subscription to",
            least=f", at least {least[:10]} s" if least else "",
        )
        # which event it was about decides between two verdicts, and may be in the part that was cut off
        vague = analysis.method in SUBSCRIBING and not first.headers.first("event") and first.is_truncated
        sure = LIKELY if code in DOUBTFUL or vague else CERTAIN
        return Finding(sure, text, advice, _chain(subject))

    words = {"who": "the server", "Who": "The server", "method": "request", "user": "A user", "event": "an event"}
    template = TEXTS[code][0].split(":")[0].replace(" ({quote})", "").replace("the user {user}", "the user")
    meaning = template.replace("for {user}", "for a user").format(**words, request="subscription to")
    return Rule(
        code,
        "a REGISTER, SUBSCRIBE, MESSAGE, OPTIONS … refused for this reason",
        find,
        (Evidence.REQUEST, Evidence.FINAL),
        meaning,
        "Your phone's registration, or one of its features, was refused.",
        TEXTS[code][1],
        calls=False,
    )


def _watched(subject: Subject) -> str:
    first = subject.trace.first.reading
    return first.uri_user or first.to_user or "the user"


def subscription_lost(subject: Subject) -> Finding | None:
    """A subscription that was granted, and whose NOTIFY or refresh is answered with 481, or not at all (RFC 6665)."""
    analysis = subject.analysis
    if analysis.method != "SUBSCRIBE" or not any(200 <= one.code < 300 for one in analysis.initial):
        return None
    for one in reversed(analysis.transactions):
        gone = one.code == 481 or (not one.responses and analysis.retransmissions(one) > 1)
        if one.method not in ("NOTIFY", "SUBSCRIBE"):
            continue
        if not gone:
            return None
        said = quote(analysis, one.final) if one.final is not None else "no response at all"
        text = f"The subscription to {_event(subject)} was lost: {one.method} got {said}."
        advice = "The phone has to subscribe again: restart it, and check why it lost the subscription."
        return Finding(CERTAIN if one.final is not None else LIKELY, text, advice, one.evidence)
    return None


def answered(subject: Subject) -> Finding | None:
    """A question that was answered; OPTIONS is also answered by a refusal: the other side is there."""
    analysis = subject.analysis
    if analysis.is_call or analysis.method == "REGISTER" or not analysis.is_answered:
        return None
    text = f"Nothing wrong: {analysis.method} was answered with {analysis.code}."
    evidence = analysis.decisive.evidence if analysis.decisive is not None else ()
    return Finding(CERTAIN if analysis.initial_requests else LIKELY, text, "", evidence)


REFUSED_REQUESTS = tuple(request_refused(code) for code in TEXTS)

REGISTRATION = (
    Rule(
        Code.REGISTRATION_LOST,
        "a registration that was granted, followed by failed attempts, or by none at all although the capture"
        " continues",
        registration_lost,
        (Evidence.REQUEST,),
        "The phone was registered, but it didn't renew the registration, or its attempts to do so failed.",
        "Your phone lost its connection to us.",
        "Check the responses to the last attempts: password, network, NAT.",
    ),
    Rule(
        Code.SUBSCRIPTION_LOST,
        "a subscription whose NOTIFY or refresh gets 481 or no response",
        subscription_lost,
        (Evidence.REQUEST,),
        "A subscription that was granted no longer exists on one side.",
        "A lamp on your phone may be wrong until you restart the phone.",
        "Restart the phone; check why it lost the subscription.",
    ),
)
REQUESTS_FINE = (
    Rule(
        Code.UNREGISTERED,
        "a REGISTER with Expires: 0 or Contact: * that was granted, and nothing after it",
        unregistered,
        (Evidence.REQUEST, Evidence.FINAL),
        "The phone removed its registration itself.",
        "Your phone unregistered itself.",
        "No action needed, unless the phone should be reachable.",
    ),
    Rule(
        Code.OK,
        "a registration that is still valid at the end of the capture",
        registered,
        (Evidence.REQUEST, Evidence.FINAL),
        "The registration was granted, and nothing failed afterwards.",
        "Your phone is connected.",
        "No action needed.",
    ),
    Rule(
        Code.OK,
        "any other request that was answered with 2xx",
        answered,
        (Evidence.REQUEST, Evidence.FINAL),
        "The request was answered.",
        "Nothing is wrong.",
        "No action needed.",
    ),
)
