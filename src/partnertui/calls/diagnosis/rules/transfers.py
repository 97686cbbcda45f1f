"""Rules for transfers: REFER and its NOTIFYs (RFC 3515, RFC 5589)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from partnertui.calls.diagnosis.parties_and_quotes import quote
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.sip_transactions import Transaction
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.sip.lenient_parser import user_of

# The body of a transfer's NOTIFY begins with the new call's status line (RFC 3515, section 2.4.5).
_FRAGMENT = re.compile(rb"SIP/2\.0 +(\d{3}) *([^\r\n]{0,80})")


@dataclass(frozen=True)
class Transfer:
    """A REFER, and the last NOTIFY about it with the status that it tells; 0 and -1 where none came."""

    refer: Transaction
    notify: int
    status: int
    text: str


def transfers_of(subject: Subject) -> list[Transfer]:
    """All REFER requests of the call, with what was told of their outcome."""
    analysis = subject.analysis
    refers = [one for one in analysis.transactions if one.method == "REFER"]
    refers = [one for one in refers if one.code not in CHALLENGES]
    found = []
    for number, one in enumerate(refers):
        until = refers[number + 1].first if number + 1 < len(refers) else len(subject.trace.messages)
        news = (-1, 0, "")
        for index in analysis.find(lambda m: m.is_request("NOTIFY")):
            match = _FRAGMENT.search(analysis.message(index).reading.body)
            if one.first < index < until and match is not None:
                news = (
                    index,
                    int(match[1]),
                    f"{match[1].decode()} {match[2].decode('utf-8', 'replace').strip()}".strip(),
                )
        found.append(Transfer(one, *news))
    return found


def _target(subject: Subject, transfer: Transfer) -> str:
    if transfer.refer.request is None:
        return "another party"
    header = subject.analysis.message(transfer.refer.request).reading.headers.first("refer-to")
    return user_of(header)[:60] or "another party"


def transfer_failed(subject: Subject) -> Finding | None:
    """A REFER that was refused or never answered, or whose NOTIFY reports a failure."""
    analysis = subject.analysis
    for one in reversed(transfers_of(subject)):
        to = _target(subject, one)
        evidence = (*one.refer.evidence, one.notify if one.notify >= 0 else None)
        if one.refer.code >= 300:
            said = quote(analysis, one.refer.final)
            text = f"The transfer to {to} was refused: {one.refer.server} answered REFER with {said}."
        elif not one.refer.responses and analysis.retransmissions(one.refer) > 1:
            tries = analysis.retransmissions(one.refer) + 1
            text = (
                f"The transfer to {to} failed: REFER was sent {tries} times to {one.refer.server} and never answered."
            )
        elif one.status >= 300:
            text = f"The transfer to {to} failed: the new call got {one.text}, as the NOTIFY reports."
        elif 200 <= one.status < 300:
            return None
        else:
            continue
        advice = "Check the transfer target, and whether transfers are allowed for this user."
        return Finding(CERTAIN, text, advice, evidence)
    return None


def transferred(subject: Subject) -> Finding | None:
    """A transfer whose NOTIFY reports success."""
    for one in reversed(transfers_of(subject)):
        if 200 <= one.status < 300 and one.refer.code < 300:
            text = f"The call was transferred to {_target(subject, one)} successfully."
            return Finding(
                CERTAIN if one.refer.request is not None else LIKELY,
                text,
                "Open the new call to see how it ended.",
                (*one.refer.evidence, one.notify),
            )
    return None


TRANSFER_FAILED = Rule(
    Code.TRANSFER_FAILED,
    "a REFER that is refused or unanswered, or whose NOTIFY reports a failure",
    transfer_failed,
    (),
    "A transfer failed (RFC 3515).",
    "The call couldn't be transferred.",
    "Check the target number, and whether the user may transfer calls.",
)
TRANSFERRED = Rule(
    Code.TRANSFERRED,
    "a REFER whose NOTIFY reports success",
    transferred,
    (),
    "The call was transferred, and the new call was answered.",
    "The call was transferred.",
    "No action needed; open the new call.",
)
