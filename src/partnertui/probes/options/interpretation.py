"""What an answer to OPTIONS means, in words that an agent can pass on, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from partnertui.domain.calls import SIP_WORDS, sip_words
from partnertui.domain.safe_text import one_line
from partnertui.probes.addresses import is_inside
from partnertui.probes.options.events import Answered, BadAnswer, Final, Refused, TimedOut
from partnertui.probes.options.statistics import SeriesStatistics
from partnertui.probes.options.status_meanings import ANSWERS, CLASSES, FINE, RESTART, ROLES
from partnertui.probes.options.targets import Target

JITTER, SLOW = 30, 500
"""Milliseconds from which calls suffer (ITU-T G.114, Y.1541)."""


@dataclass(frozen=True)
class Interpretation:
    """`role` is how it is coloured: good, warn or bad."""

    headline: str
    meaning: str
    advice: str
    role: str


def interpret(event: Final, target: Target, statistics: SeriesStatistics | None = None) -> Interpretation:
    """The meaning of the end of an OPTIONS, or of a series with its figures."""
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
    again = f", at the {event.sent}{_ordinal(event.sent)} attempt" if event.sent > 1 else ""
    if event.status < 300:
        who = event.phone or "The phone"
        slow = event.milliseconds > 500 or event.sent > 1
        advice = "Packets are lost or late on the way: run an MTR test." if slow else FINE
        return Interpretation(f"alive: {said}", f"{who} answered {took}{again}.", advice, "warn" if slow else "good")
    head, meaning, advice = ANSWERS.get(event.status) or CLASSES[event.status // 100]
    if event.status == 408 and not target.through_proxy:
        meaning = "who answers gave up waiting for somebody behind it"
    return Interpretation(
        f"{head}: {said}", f"{meaning[0].upper()}{meaning[1:]} ({took}{again}).", advice, ROLES.get(head, "warn")
    )


def _untrusted(event: Answered, found: Interpretation) -> Interpretation:
    """An answer over a connection whose certificate is wrong: who checks it would not have connected."""
    return Interpretation(
        f"{found.headline}, but the certificate is wrong",
        f"{found.meaning} But {event.untrusted}.",
        "Phones that verify certificates do not connect there. Renew or correct it; sip_test.tls_ca names an authority"
        " of your own.",
        "warn",
    )


def _series(statistics: SeriesStatistics, found: Interpretation) -> Interpretation:
    """The same for several in a row: what is lost and how the times vary says more than the last answer."""
    results, lost = len(statistics.results), len(statistics.results) - len(statistics.times)
    if not statistics.times:
        return replace(found, meaning=f"{found.meaning} None of {results} requests was answered.")
    low, high = min(statistics.times), max(statistics.times)
    shown = " / ".join(_short(time) for time in (low, statistics.average, high))
    times = f"{shown} ms at least, on average, at most; jitter {_short(statistics.jitter)} ms"
    if lost:
        return Interpretation(
            f"{found.headline}; {lost} of {results} lost",
            f"{statistics.loss:.0f} % of the requests: no answer. {times}.",
            "Packets are lost on the way: run an MTR test. Calls will have gaps.",
            "warn",
        )
    wobbles = statistics.jitter > JITTER or high > SLOW
    advice = "The way is slow or uneven: run an MTR test. Calls may stutter." if wobbles else found.advice
    role = "warn" if wobbles and found.role == "good" else found.role
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
            f"The proxy is trying, but nothing comes from the phone ({waited}).",
            f"It is off, has moved, or its NAT binding is lost. {RESTART}",
            "bad",
        )
    if target.through_proxy:
        return Interpretation(
            "no answer: neither phone nor proxy",
            f"Nothing came back through the proxy ({waited}).",
            "If other phones answer, this one is off, has moved or lost its NAT binding: restart it. If none does, the"
            " proxy does not let OPTIONS from this host pass.",
            "bad",
        )
    if is_inside(target.server.host):
        return _inside("no answer", target)
    if target.behind_nat:
        return Interpretation(
            "inconclusive: no answer, as is usual behind NAT",
            f"The phone is behind a router that lets in only what comes from the proxy ({waited}).",
            "This says nothing about the phone: test through the proxy that holds the NAT binding.",
            "warn",
        )
    return Interpretation(
        "inconclusive: no answer",
        f"The phone is off, or a firewall before it lets in only what comes from the proxy ({waited}).",
        "Test through the proxy before you say that the phone is off.",
        "warn",
    )


def _never_connected(event: TimedOut, target: Target) -> Interpretation:
    """Over TCP and TLS: not even the connection stood."""
    waited = f"no connection in {event.after:.2g} s"
    if target.through_proxy:
        return Interpretation(
            f"the proxy cannot be reached: {waited}",
            "Nothing answers at the proxy's address.",
            "Check sip_test.proxy in the settings, whether Kamailio runs, and whether a firewall is before it.",
            "bad",
        )
    return Interpretation(
        f"inconclusive: {waited}",
        "It is off, or a firewall before it lets nobody in who was not called.",
        "Test through the proxy before you say that the phone is off.",
        "warn",
    )


def _refused(event: Refused, target: Target) -> Interpretation:
    if event.kind == "local":
        return Interpretation(
            f"not sent: {event.words}", "The packet did not leave this host.", "Ask an admin.", "warn"
        )
    if event.kind in {"tls", "closed"}:
        return _half_open(event, target)
    if target.through_proxy:
        return Interpretation(
            f"the proxy cannot be reached: {event.words}",
            "The network refused the packet on its way to the proxy.",
            "Check sip_test.proxy in the settings, and whether Kamailio runs.",
            "bad",
        )
    if event.kind in {"host", "network"} and is_inside(target.server.host):
        return _inside(event.words, target)
    if target.behind_nat:
        return Interpretation(
            f"inconclusive: {event.words}",
            "The router before the phone refused the packet; the phone was not asked.",
            "Test through the proxy that holds the NAT binding.",
            "warn",
        )
    if target.by != "udp":
        return Interpretation(
            f"inconclusive: {event.words}",
            f"The phone calls in over {target.by.upper()}; many listen for nobody, and use the connection they made.",
            "Test through the proxy that holds the connection.",
            "warn",
        )
    return Interpretation(
        f"no answer: {event.words}",
        "The phone's host, or a router before it, says that nobody takes SIP there.",
        f"The phone is off, has restarted with another port, or has moved. {RESTART}",
        "bad",
    )


def _inside(words: str, target: Target) -> Interpretation:
    """Nobody at a private address: it says nothing where the phone is not in our own network."""
    return Interpretation(
        f"inconclusive: {words}",
        f"{target.server.host} is a private address: in its own network the phone is off; from elsewhere it leads "
        "nowhere, or to somebody else.",
        "Test through the proxy, which knows where the phone is seen from.",
        "warn",
    )


def _half_open(event: Refused, target: Target) -> Interpretation:
    """Somebody took the connection, but that was all."""
    who = "the proxy" if target.through_proxy else "who listens there"
    if event.kind == "tls":
        return Interpretation(
            f"no TLS: {event.words}",
            f"{who[0].upper()}{who[1:]} takes connections, but no encryption came about.",
            "Check port and transport: SIP over TLS is usually on 5061.",
            "bad",
        )
    return Interpretation(
        f"no answer: {event.words}",
        f"{who[0].upper()}{who[1:]} took the connection and ended it.",
        "It may let in only whom it knows, or speak something else on that port.",
        "bad",
    )


def _bad(event: BadAnswer) -> Interpretation:
    return Interpretation(
        "answered, but not in SIP",
        f"Something is there that does not speak SIP ({event.why}).",
        "Another program has the port, or a router (SIP ALG) changes the messages: switch the ALG off.",
        "bad",
    )
