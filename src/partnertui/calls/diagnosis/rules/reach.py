"""Nobody says a word: a phone or server that is off, a lost NAT binding, requests into the void."""

from __future__ import annotations

from ipaddress import ip_address

from partnertui.calls.analysis import Facts
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, rule, said
from partnertui.calls.diagnosis.verdict import Code
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.uri import parse_uri

TRIES = 2
"""Retransmissions after which silence is no accident (RFC 3261, section 17.1.1.2: Timer A)."""


def silent(facts: Facts) -> list[int]:
    """Requests passed on that were sent again and that nobody answered, not even with a 100."""
    again = [place for place in (*facts.onward, *facts.asked) if facts.trace.sent_again.get(place, 0) >= TRIES]
    return [place for place in again if not facts.heard(facts.at(place))]


def behind_nat(facts: Facts, place: int) -> bool:
    """True where the phone's own address is not where the request went."""
    message = facts.at(place)
    try:
        uri = parse_uri(message.reading.uri)
        return "alias" in dict(uri.parameters) or ip_address(uri.host) != ip_address(message.destination.address)
    except (SipSyntaxError, ValueError):
        return False


def _times(facts: Facts, place: int) -> str:
    return f"{facts.trace.sent_again.get(place, 0) + 1} times in {_span(facts, place):.0f} s"


def _span(facts: Facts, place: int) -> float:
    last = max((later for later, first in facts.trace.repeats.items() if first == place), default=place)
    return facts.seconds(place, last)


@rule(Code.NAT_BINDING_LOST, "a phone behind NAT that no longer hears the platform")
def nat_binding_lost(facts: Facts) -> Finding | None:
    """The request goes to the address that the router once gave; nothing comes back (RFC 5626, section 3)."""
    for place in silent(facts):
        if facts.answered or not behind_nat(facts, place):
            continue
        message = facts.at(place)
        return Finding(
            LIKELY,
            f"The phone was asked {_times(facts, place)} at {message.destination} and said nothing. It is behind NAT,"
            " and its router has forgotten the way to it, or it is off.",
            "Restart the phone: it registers and opens the way anew. If it happens again, shorten its registration or"
            " switch keep-alives on.",
            (*facts.asked[-1:], place, facts.final),
        )
    return None


@rule(Code.TIMEOUT, "a request that was sent again and again and never answered, or 408 and 504")
def timeout(facts: Facts) -> Finding | None:
    """RFC 3261, section 17.1.1.2, timer B; sections 21.4.9 and 21.5.5."""
    if facts.answered or (facts.ringing and facts.code in (408, 480, 487, 504)):
        return None
    quiet = silent(facts)
    if quiet and facts.code in (0, 408, 480, 487, 500, 503, 504):
        place = quiet[0]
        whom = "The called phone" if place in facts.onward else "Whoever should be"
        return Finding(
            LIKELY if behind_nat(facts, place) else CERTAIN,
            f"{whom} at {facts.at(place).destination} was asked {_times(facts, place)} and said nothing.",
            "It is off, unplugged, or a firewall is between. Test it: SIP test, then MTR.",
            (*facts.asked[-1:], place, facts.final),
        )
    if facts.code in (408, 504) and facts.final is not None:
        return Finding(
            LIKELY,
            f"Somebody further on did not answer in time ({said(facts, facts.final)}).",
            "Test the called phone, and look at the trace of the other leg.",
            (*facts.asked[-1:], facts.spoken, facts.final),
        )
    return None
