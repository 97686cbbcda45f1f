"""A registration followed to its end: what was granted, for how long, and what came last (RFC 3261, section 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnertui.calls.signalling_analysis import CallAnalysis, has_credentials
from partnertui.calls.sip_transactions import Transaction
from partnertui.calls.trace_model import Message
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.sip.lenient_parser import uri_of

_EXPIRES = re.compile(r";\s*expires\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_CONTACTS = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<>])+')


@dataclass(frozen=True)
class Registration:
    """`granted`: the last success. `seconds`: for how long the server granted it, None where it doesn't say.

    `removed`: the phone took it back, or the server answered with 0. `failed`: what came after the last success and was
    refused or never answered; empty for a registration that is valid at the end.
    """

    granted: Transaction | None
    seconds: int | None
    removed: bool
    asked_for_removal: bool
    failed: tuple[Transaction, ...]
    attempts: int


def registration_of(analysis: CallAnalysis) -> Registration:
    """Follows all REGISTER requests of the exchange."""
    granted: Transaction | None = None
    failed: list[Transaction] = []
    attempts = 0
    answered = set(analysis.challenges)
    for one in analysis.initial:
        if 200 <= one.code < 300:
            granted, failed, attempts = one, [], attempts + 1
        elif (_has_failed(analysis, one) and one.final not in answered) or _refused_password(analysis, one):
            failed.append(one)
            attempts += 1
    seconds = granted_seconds(analysis, granted) if granted is not None else None
    asked = granted is not None and removes(analysis, granted)
    return Registration(granted, seconds, asked or seconds == 0, asked, tuple(failed), attempts)


def _has_failed(analysis: CallAnalysis, transaction: Transaction) -> bool:
    if transaction.code >= 300:
        return True
    # a single request without an answer may be where the capture ends
    return not transaction.responses and analysis.retransmissions(transaction) > 1


def _refused_password(analysis: CallAnalysis, transaction: Transaction) -> bool:
    """A challenge that came though a password was sent; a later attempt with success makes it harmless again."""
    if transaction.code not in CHALLENGES or transaction.request is None:
        return False
    return has_credentials(analysis.message(transaction.request))


def contacts(message: Message) -> list[str]:
    """The values of all Contact headers, one by one."""
    values = message.reading.headers.all("contact")[:50]
    return [part.strip() for value in values for part in _CONTACTS.findall(value[:4_000]) if part.strip()]


def registered_contact(request: Message) -> str:
    """The first contact of a REGISTER request: user, host and port, without parameters."""
    return next((_plain(value) for value in contacts(request)), "")


def removes(analysis: CallAnalysis, transaction: Transaction) -> bool:
    """True for a request that takes a registration back: `expires=0`, for one contact or all (`*`)."""
    if transaction.request is None:
        return False
    message = analysis.message(transaction.request)
    own = contacts(message)
    # Contact: * with Expires: 0 removes all bindings (RFC 3261, section 10.2.2)
    if own == ["*"]:
        return True
    spans = [_EXPIRES.search(value) for value in own]
    # the expires parameter of a contact overrides the header (RFC 3261, section 10.2.1.1)
    if own and all(spans):
        return all(match is not None and int(match[1]) == 0 for match in spans)
    return message.reading.headers.first("expires").strip() == "0"


def granted_seconds(analysis: CallAnalysis, transaction: Transaction) -> int | None:
    """What the server granted to the contact that was registered; else what it or the phone says for all."""
    assert transaction.final is not None
    answer = analysis.message(transaction.final)
    asked = analysis.message(transaction.request) if transaction.request is not None else None
    wanted = {_plain(value) for value in contacts(asked)} if asked is not None else set()
    for value in contacts(answer):
        match = _EXPIRES.search(value)
        # the 200 lists every binding of the AOR, those of other phones too (RFC 3261, section 10.3)
        if match and (_plain(value) in wanted or len(contacts(answer)) == 1):
            return int(match[1])
    for message in (answer, asked):
        text = message.reading.headers.first("expires").strip() if message is not None else ""
        if text.isdecimal() and len(text) < 10:
            return int(text)
    return None


def _plain(contact: str) -> str:
    """User, host and port of a contact, without parameters."""
    return uri_of(contact).partition(";")[0].lower()
