"""Interpret the outcome of an OPTIONS in words an agent can pass on, with advice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from partnertui.domain.capital_letter import capital
from partnertui.domain.safe_text import one_line
from partnertui.domain.sip_and_q850_codes import SIP_WORDS, sip_words
from partnertui.probes.allowed_addresses import is_inside
from partnertui.probes.sip_options.events import Answered, BadAnswer, Final, Refused, TimedOut
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.series_statistics import SeriesStatistics
from partnertui.probes.sip_options.status_meanings import CLASS_MEANINGS, FINE, RESTART, ROLES, STATUS_MEANINGS

JITTER, SLOW = 30, 500
"""Milliseconds of jitter and delay above which calls suffer (ITU-T G.114, Y.1541)."""


@dataclass(frozen=True)
class Interpretation:
    """An outcome in words; `role` is its colour: good, warn or bad."""

    headline: str
    meaning: str
    advice: str
    role: str


def interpret(event: Final, target: Target, statistics: SeriesStatistics | None = None) -> Interpretation:
    """Interpret the final event of an OPTIONS, or of a series with its statistics."""
    found = _one(event, target)
    if isinstance(event, Answered) and event.untrusted:
        found = _untrusted(event, found)
    return _series(statistics, found) if statistics is not None and len(statistics.results) > 1 else found


def _one(event: Final, target: Target) -> Interpretation:
    if isinstance(event, Answered):
        return _answered(event, target)
    if isinstance(event, TimedOut):
        return _timed_out(event, target)
    if isinstance(event, Refused):
        return _refused(event, target)
    return _bad(event)


def _answered(event: Answered, target: Target) -> Interpretation:
    known = SIP_WORDS.get(event.status) or one_line(event.reason, 40) or sip_words(event.status)
    said = f"{event.status} {known}"
    took = f"after {event.milliseconds:.0f} ms"
    again = f", on the {event.sent}{_ordinal(event.sent)} attempt" if event.sent > 1 else ""
    if event.status < 300:
        who = event.phone or "The phone"
        slow = event.milliseconds > SLOW or event.sent > 1
        advice = "Packets are lost or delayed along the path: run an MTR test." if slow else FINE
        return Interpretation(f"alive: {said}", f"{who} answered {took}{again}.", advice, "warn" if slow else "good")
    head, meaning, advice = STATUS_MEANINGS.get(event.status) or CLASS_MEANINGS[event.status // 100]
    if event.status == 408 and not target.through_proxy:
        meaning = "the answering side gave up waiting for a downstream server"
    return Interpretation(f"{head}: {said}", f"{capital(meaning)} ({took}{again}).", advice, ROLES.get(head, "warn"))


def _untrusted(event: Answered, found: Interpretation) -> Interpretation:
    """A response over a connection with an invalid certificate: a client that verifies would not have connected."""
    return Interpretation(
        f"{found.headline}, but the certificate isn't valid",
        f"{found.meaning} But {event.untrusted}.",
        "Phones that verify certificates won't connect there. Renew or correct the certificate; to trust your own CA,"
        " set sip_test.tls_ca.",
        "warn",
    )


def _series(statistics: SeriesStatistics, found: Interpretation) -> Interpretation:
    """Interpret a series: loss and jitter say more than the last response."""
    results, lost = len(statistics.results), len(statistics.results) - len(statistics.times)
    if not statistics.times:
        return replace(found, meaning=f"{found.meaning} None of the {results} requests was answered.")
    low, high = min(statistics.times), max(statistics.times)
    shown = " / ".join(_short(time) for time in (low, statistics.average, high))
    times = f"min / avg / max {shown} ms; jitter {_short(statistics.jitter)} ms"
    if lost:
        return Interpretation(
            f"{found.headline}; {lost} of {results} lost",
            f"{statistics.loss:.0f}% of the requests weren't answered. {times}.",
            "Packets are lost along the path: run an MTR test. Calls may have gaps.",
            "warn",
        )
    uneven = statistics.jitter > JITTER or high > SLOW
    advice = "The path is slow or uneven: run an MTR test. Calls may stutter." if uneven else found.advice
    role = "warn" if uneven and found.role == "good" else found.role
    return Interpretation(f"{found.headline}; all {results} answered", f"{times}.", advice, role)


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"


def _ordinal(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number, "th")


def _timed_out(event: TimedOut, target: Target) -> Interpretation:
    if not event.sent:
        return _never_connected(event, target)
    waited = f"{event.sent} requests in {event.after:.2g} s" if event.sent > 1 else f"one request, {event.after:.2g} s"
    if target.through_proxy and event.trying:
        return Interpretation(
            "no answer: the phone is silent",
            f"The proxy is trying, but the phone doesn't respond ({waited}).",
            f"It's off or has moved, or its NAT binding has expired. {RESTART}",
            "bad",
        )
    if target.through_proxy:
        return Interpretation(
            "no answer from phone or proxy",
            f"Nothing came back through the proxy ({waited}).",
            "If other phones answer, this one is off, has moved or lost its NAT binding: restart it. If none does, the"
            " proxy doesn't accept OPTIONS from this host.",
            "bad",
        )
    if is_inside(target.server.host):
        return _inside("no answer", target)
    if target.behind_nat:
        return Interpretation(
            "inconclusive: no answer, as is usual behind NAT",
            f"The phone is behind a router that only lets the proxy's packets in ({waited}).",
            "This says nothing about the phone: test through the proxy that holds the NAT binding.",
            "warn",
        )
    return Interpretation(
        "inconclusive: no answer",
        f"The phone is off, or a firewall in front of it only lets the proxy's packets in ({waited}).",
        "Test through the proxy before concluding that the phone is off.",
        "warn",
    )


def _never_connected(event: TimedOut, target: Target) -> Interpretation:
    """Over TCP or TLS, the connection was never established."""
    waited = f"no connection in {event.after:.2g} s"
    if target.through_proxy:
        return Interpretation(
            f"the proxy can't be reached: {waited}",
            "Nothing answers at the proxy's address.",
            "Check the proxy (sip_test.proxy or --via), whether Kamailio is running, and any firewall in front of it.",
            "bad",
        )
    return Interpretation(
        f"inconclusive: {waited}",
        "The phone is off, or a firewall in front of it blocks incoming connections.",
        "Test through the proxy before concluding that the phone is off.",
        "warn",
    )


def _refused(event: Refused, target: Target) -> Interpretation:
    if event.kind == "local":
        return Interpretation(f"not sent: {event.words}", "The packet never left this host.", "Ask an admin.", "warn")
    if event.kind in {"tls", "closed"}:
        return _half_open(event, target)
    if target.through_proxy:
        return Interpretation(
            f"the proxy can't be reached: {event.words}",
            "The proxy's host, or a router in front of it, rejected the packet.",
            "Check the proxy (sip_test.proxy or --via), and whether Kamailio is running.",
            "bad",
        )
    if event.kind in {"host", "network"} and is_inside(target.server.host):
        return _inside(event.words, target)
    if target.behind_nat:
        return Interpretation(
            f"inconclusive: {event.words}",
            "The router in front of the phone rejected the packet; it never reached the phone.",
            "Test through the proxy that holds the NAT binding.",
            "warn",
        )
    if target.by != "udp":
        return Interpretation(
            f"inconclusive: {event.words}",
            f"The phone registered over {target.by.upper()}; many phones only accept requests over their own"
            " connections.",
            "Test through the proxy that holds that connection.",
            "warn",
        )
    return Interpretation(
        f"no answer: {event.words}",
        "The phone's host, or a router in front of it, reports that nothing accepts SIP there.",
        f"The phone is off, has changed its port after a restart, or has moved. {RESTART}",
        "bad",
    )


def _inside(words: str, target: Target) -> Interpretation:
    """A private address was silent: that proves nothing unless the phone is in our own network."""
    return Interpretation(
        f"inconclusive: {words}",
        f"{target.server.host} is a private address: if this host is in that network, the phone is off; otherwise the"
        " address leads nowhere, or to another device.",
        "Test through the proxy, which knows the phone's public address.",
        "warn",
    )


def _half_open(event: Refused, target: Target) -> Interpretation:
    """The connection was accepted, but nothing more."""
    who = "the proxy" if target.through_proxy else "the listener there"
    if event.kind == "tls":
        return Interpretation(
            f"no TLS: {event.words}",
            f"{capital(who)} accepts connections, but TLS couldn't be negotiated.",
            "Check the port and transport: SIP over TLS is usually on 5061.",
            "bad",
        )
    return Interpretation(
        f"no answer: {event.words}",
        f"{capital(who)} accepted the connection and closed it.",
        "It may only accept known hosts, or use another protocol on that port.",
        "bad",
    )


def _bad(event: BadAnswer) -> Interpretation:
    return Interpretation(
        "answered, but not in SIP",
        f"Whatever is listening there doesn't speak SIP ({event.why}).",
        "Another program uses the port, or a router (SIP ALG) rewrites the messages: switch the ALG off.",
        "bad",
    )
