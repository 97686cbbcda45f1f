"""Rules for passwords: challenges not answered, or answered in vain (RFC 3261, section 22; RFC 7616)."""

from __future__ import annotations

import re

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import quote
from partnertui.calls.diagnosis.refusal_meaning import PASSWORD
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.signalling_analysis import CHALLENGE_HEADERS, CREDENTIALS, CallAnalysis
from partnertui.calls.trace_model import Message
from partnertui.domain.sip_and_q850_codes import CHALLENGES

_STALE = re.compile(r"stale\s*=\s*\"?true", re.IGNORECASE)
_REALM = re.compile(r'realm\s*=\s*"([^"]*)"', re.IGNORECASE)
_NONCE = re.compile(r'nonce\s*=\s*"([^"]+)"', re.IGNORECASE)
_USER = re.compile(r'username\s*=\s*"([^"]*)"', re.IGNORECASE)
RETYPE = "Reset the password in the portal and on the phone; check for a stray space or an old saved password."


def account(analysis: CallAnalysis) -> str:
    """The account that was used: the digest's user, else that of From."""
    for index in reversed(analysis.credentials):
        found = _values(_USER, analysis.message(index), CREDENTIALS)
        if found:
            return found[0]
    return analysis.trace.first.reading.from_user or "the caller"


def _values(pattern: re.Pattern[str], message: Message, names: tuple[str, ...]) -> list[str]:
    headers = message.reading.headers
    return [match for name in names for value in headers.all(name) for match in pattern.findall(value)]


def _evidence(analysis: CallAnalysis) -> tuple[int | None, ...]:
    return (*analysis.challenges[:1], *analysis.credentials[-1:], analysis.final)


def is_stale(message: Message) -> bool:
    """True for a challenge that is only about the nonce: stale=TRUE, or a reason phrase that says so."""
    headers = message.reading.headers
    return "nonce" in message.reading.reason.lower() or any(_STALE.search(headers.first(n)) for n in CHALLENGE_HEADERS)


def _refused_credentials(analysis: CallAnalysis) -> list[int]:
    """Requests with credentials that were followed by another challenge, of the same realm."""
    granted = [number for number, one in enumerate(analysis.initial) if 200 <= one.code < 300]
    found = []
    for one in analysis.initial[granted[-1] + 1 if granted else 0 :]:
        if one.request is None or one.final is None or one.code not in CHALLENGES:
            continue
        given = _values(_REALM, analysis.message(one.request), CREDENTIALS)
        asked = _values(_REALM, analysis.message(one.final), CHALLENGE_HEADERS)
        stale = is_stale(analysis.message(one.final))
        # A challenge of another realm asks for another password (RFC 3261, section 22.3).
        if one.request in analysis.credentials and not stale and (not asked or not given or {*asked} & {*given}):
            found.append(one.request)
    return found


def wrong_password(subject: Subject) -> Finding | None:
    """A challenge that is answered is no error; a second one for the same realm is."""
    analysis = subject.analysis
    if analysis.final is None or analysis.is_answered:
        return None
    if analysis.code in CHALLENGES:
        return _challenged_again(analysis)
    user, said = account(analysis), quote(analysis, analysis.final)
    if PASSWORD.search(analysis.reason_text([analysis.final])) and analysis.code == 403:
        text = f"The server says that the password for {user} is wrong: {said}."
        return Finding(CERTAIN, text, RETYPE, _evidence(analysis))
    refusal = subject.refusal
    after = analysis.method == "REGISTER" and analysis.code == 403 and _bare(analysis) and bool(analysis.credentials)
    if after or (refusal is not None and refusal.code == Code.WRONG_PASSWORD):
        text = (
            f"{user} sent a password and was refused ({said}): the password is wrong, or {user} isn't allowed to do"
            " this."
        )
        return Finding(LIKELY, text, RETYPE, _evidence(analysis))
    return None


def _bare(analysis: CallAnalysis) -> bool:
    return analysis.final is not None and analysis.message(analysis.final).reading.reason.lower() in ("forbidden", "")


def _challenged_again(analysis: CallAnalysis) -> Finding | None:
    refused = _refused_credentials(analysis)
    last = analysis.initial_requests[-1] if analysis.initial_requests else None
    if not refused or last is None or refused[-1] != last:
        return None
    user = account(analysis)
    times = f"{len(refused)} times " if len(refused) > 1 else ""
    text = f"{user} sent a password {times}and was challenged again: the password is wrong."
    sure = CERTAIN if len(refused) > 1 or _answered_the_challenge(analysis) else LIKELY
    return Finding(sure, text, RETYPE, _evidence(analysis))


def _answered_the_challenge(analysis: CallAnalysis) -> bool:
    """True where the refused password was for the very challenge before: it has the nonce that was given."""
    given = {n for index in analysis.challenges for n in _values(_NONCE, analysis.message(index), CHALLENGE_HEADERS)}
    used = {n for index in analysis.credentials for n in _values(_NONCE, analysis.message(index), CREDENTIALS)}
    return bool(given & used)


def stale_nonce(subject: Subject) -> Finding | None:
    """A password that was refused only because its nonce is too old (RFC 7616, section 3.3)."""
    analysis = subject.analysis
    if analysis.code not in CHALLENGES or analysis.final is None or not analysis.credentials:
        return None
    if not is_stale(analysis.message(analysis.final)):
        return None
    said = quote(analysis, analysis.final)
    text = f"The nonce that {account(analysis)} used had expired ({said}), and the phone didn't try the new one."
    advice = "Restart the phone; if it keeps happening, update its firmware."
    return Finding(LIKELY, text, advice, _evidence(analysis))


def no_credentials(subject: Subject) -> Finding | None:
    """A challenge that was never answered with a password for its realm."""
    analysis = subject.analysis
    if analysis.code not in CHALLENGES or analysis.final is None or not analysis.initial_requests:
        return None
    asked = _values(_REALM, analysis.message(analysis.final), CHALLENGE_HEADERS)
    given = {realm for index in analysis.credentials for realm in _values(_REALM, analysis.message(index), CREDENTIALS)}
    if analysis.credentials and (not asked or not given or {*asked} & given):
        return None
    user = account(analysis)
    if analysis.credentials:
        text = (
            f"A second server asked {user} for another password (realm {asked[0]}), but none was sent;"
            f" the one for realm {', '.join(sorted(given))} had already been accepted."
        )
        advice = "Enter the user name and password for that realm on the phone, or have the platform ask only once."
        return Finding(LIKELY, text, advice, (analysis.credentials[-1], analysis.final))
    tries = len([one for one in analysis.initial if one.code in CHALLENGES])
    times = f"{tries} times " if tries > 1 else ""
    text = f"{user} was asked for a password {times}and sent none."
    advice = "Enter the user name and password on the phone; if they're already set, capture for longer."
    # Its ACK shows that the phone got the last challenge.
    confirmed = any(analysis.message(index).reading.cseq == analysis.initial[-1].cseq for index in analysis.acks)
    sure = CERTAIN if tries > 2 else LIKELY if tries > 1 or confirmed else POSSIBLE
    return Finding(sure, text, advice, (*analysis.asked, analysis.final))


AUTHENTICATION = (
    Rule(
        Code.WRONG_PASSWORD,
        "a password was sent, and the response asks for it again or refuses it",
        wrong_password,
        (Evidence.CREDENTIALS, Evidence.FINAL),
        "The password, or the user name that goes with it, is wrong.",
        "The password in your phone is wrong.",
        "Reset it in the portal and on the phone.",
    ),
    Rule(
        Code.NO_CREDENTIALS,
        "a challenge that was never answered with a password for its realm",
        no_credentials,
        (Evidence.REQUEST, Evidence.FINAL),
        "The server asked for a password and didn't get one.",
        "Your phone has no password set.",
        "Enter the user name and password on the phone.",
    ),
    Rule(
        Code.STALE_NONCE,
        "stale=TRUE, and no further attempt",
        stale_nonce,
        (Evidence.CREDENTIALS, Evidence.FINAL),
        "The password wasn't refused: the nonce had expired, and the phone didn't try again with the new nonce.",
        "Please restart your phone.",
        "Restart the phone and update its firmware.",
    ),
)
