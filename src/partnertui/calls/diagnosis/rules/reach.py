"""Nobody says a word: a phone or server that is off, a lost NAT binding, requests into the void."""

from __future__ import annotations

from ipaddress import ip_address

from partnertui.calls.analysis import CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule, said
from partnertui.calls.diagnosis.verdict import Code
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.uri import parse_uri

TRIES = 2
"""Retransmissions after which silence is no accident (RFC 3261, section 17.1.1.2: Timer A)."""


def silent(analysis: CallAnalysis) -> list[int]:
    """Requests passed on that were sent again and that nobody answered, not even with a 100."""
    again = [
        index
        for index in (*analysis.forwarded_requests, *analysis.initial_requests)
        if analysis.trace.retransmissions.get(index, 0) >= TRIES
    ]
    return [index for index in again if not analysis.was_answered(analysis.message(index))]


def behind_nat(analysis: CallAnalysis, index: int) -> bool:
    """True where the phone's own address is not where the request went."""
    message = analysis.message(index)
    try:
        uri = parse_uri(message.reading.uri)
        return "alias" in dict(uri.parameters) or ip_address(uri.host) != ip_address(message.destination.address)
    except (SipSyntaxError, ValueError):
        return False


def _times(analysis: CallAnalysis, index: int) -> str:
    return f"{analysis.trace.retransmissions.get(index, 0) + 1} times in {_span(analysis, index):.0f} s"


def _span(analysis: CallAnalysis, index: int) -> float:
    last = max((later for later, first in analysis.trace.repeats.items() if first == index), default=index)
    return analysis.seconds(index, last)


@rule(Code.NAT_BINDING_LOST, "a phone behind NAT that no longer hears the platform")
def nat_binding_lost(analysis: CallAnalysis) -> Finding | None:
    """The request goes to the address that the router once gave; nothing comes back (RFC 5626, section 3)."""
    for index in silent(analysis):
        if analysis.is_answered or not behind_nat(analysis, index):
            continue
        message = analysis.message(index)
        return Finding(
            LIKELY,
            f"The phone was asked {_times(analysis, index)} at {message.destination} and said nothing. It is behind NAT,"
            " and its router has forgotten the way to it, or it is off.",
            "Restart the phone: it registers and opens the way anew. If it happens again, shorten its registration or"
            " switch keep-alives on.",
            (*analysis.initial_requests[-1:], index, analysis.final),
        )
    return None


@rule(Code.TIMEOUT, "a request that was sent again and again and never answered, or 408 and 504")
def timeout(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 17.1.1.2, timer B; sections 21.4.9 and 21.5.5."""
    if analysis.is_answered or (analysis.ringing and analysis.code in (408, 480, 487, 504)):
        return None
    quiet = silent(analysis)
    if quiet and analysis.code in (0, 408, 480, 487, 500, 503, 504):
        index = quiet[0]
        whom = "The called phone" if index in analysis.forwarded_requests else "Whoever should be"
        return Finding(
            LIKELY if behind_nat(analysis, index) else CERTAIN,
            f"{whom} at {analysis.message(index).destination} was asked {_times(analysis, index)} and said nothing.",
            "It is off, unplugged, or a firewall is between. Test it: SIP test, then MTR.",
            (*analysis.initial_requests[-1:], index, analysis.final),
        )
    if analysis.code in (408, 504) and analysis.final is not None:
        return Finding(
            LIKELY,
            f"Somebody further on did not answer in time ({said(analysis, analysis.final)}).",
            "Test the called phone, and look at the trace of the other leg.",
            (*analysis.initial_requests[-1:], analysis.refusal_origin, analysis.final),
        )
    return None
