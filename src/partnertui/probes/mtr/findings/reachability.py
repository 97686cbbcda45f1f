"""How far it goes: circles, refusals, silence, or all fine."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from partnertui.probes.mtr.findings.delay import JITTER_MS, NOTICEABLE_MS
from partnertui.probes.mtr.findings.path_view import Finding, PathView, hop_name, other_method
from partnertui.probes.mtr.replies import FIREWALL
from partnertui.probes.mtr.report import host_text, times_text

HOST_UNREACHABLE = frozenset({"host unreachable", "address unreachable"})
HOST_ABSENT_ADVICE = (
    "That is the router in front of it: it finds nobody with this address. The host is off, or has another address "
    "by now."
)
NO_ROUTE_ADVICE = (
    "That router knows no way to the destination, or may not let it pass. If the address is a private one, the host is "
    "behind NAT: test where it is seen from, or by SIP through the proxy."
)


def waiting(view: PathView) -> Iterator[Finding]:
    """Nothing can be said yet."""
    if view.waiting:
        yield Finding("waiting", "muted", "Waiting for answers …")


def silent(view: PathView) -> Iterator[Finding]:
    """Nothing answers at all."""
    if not view.answering and not view.waiting and not view.report.unreachable_reports:
        yield Finding(
            "silent",
            "bad",
            "Nothing answers at all, not even the first router.",
            f"Is this host online? A firewall here may drop the probes or the answers. {other_method(view)}",
        )


def loop(view: PathView) -> Iterator[Finding]:
    """The path goes round."""
    if view.looping is not None:
        first, again = view.looping
        yield Finding(
            "loop",
            "bad",
            f"The path goes round in a circle: {host_text(first)} answers as hop {first.hop} and again as hop "
            f"{again.hop}.",
            "Two routers send the packets to each other: nothing reaches the destination. "
            "Report this path to the network of these hops; the customer can do nothing.",
        )


def refused(view: PathView) -> Iterator[Finding]:
    """Somebody says that it goes no further."""
    for refusal in () if view.report.reached else view.report.unreachable_reports[:1]:
        near = same_network(refusal.host, view.report.target.address) and refusal.words in HOST_UNREACHABLE
        yield Finding(
            "refused",
            "bad",
            f"The path ends at hop {refusal.hop}: {refusal.host} says “{refusal.words}”.",
            HOST_ABSENT_ADVICE if near else _forbidden(view) if refusal.words == FIREWALL else NO_ROUTE_ADVICE,
        )
    for refusal in view.report.unreachable_reports if view.report.reached else ():
        yield Finding(
            "interrupted",
            "warn",
            f"{refusal.host} said {times_text(refusal.times)} at hop {refusal.hop}: {refusal.words}.",
            "The way to the destination comes and goes: let it run, and tell the network of that router.",
        )


def _forbidden(view: PathView) -> str:
    return (
        "That firewall refuses such probes, which may be all that it refuses. A SIP test tells: if the phone answers, "
        f"the path is whole. {other_method(view)}"
    )


def ends(view: PathView) -> Iterator[Finding]:
    """The destination does not answer."""
    if view.report.reached or view.report.unreachable_reports or view.waiting or not view.answering or view.looping:
        return
    last = view.last
    clean = "it is clean" if not view.lossy else f"{last.loss:.0f}% are lost"
    if same_network(last.host, view.report.target.address):
        yield Finding(
            "quiet_destination",
            "warn",
            f"The destination does not answer, but the path to its network is known: up to {hop_name(last)} {clean}.",
            "Many hosts and home routers ignore probes: that alone is no fault. A SIP test tells more. "
            f"{other_method(view)}",
        )
        return
    yield Finding(
        "ends",
        "warn",
        f"The path ends at {hop_name(last)}: nothing beyond it answers; up to there {clean}.",
        "Either a firewall behind it drops the probes, or the path is broken there. A SIP test tells which: if the "
        "phone answers, the path is whole; if not, report this to the network of that hop. "
        f"{other_method(view)}",
    )


def fine(view: PathView) -> Iterator[Finding]:
    """Nothing is wrong."""
    if view.report.reached and not view.lossy and not view.report.unreachable_reports:
        good = (view.last.avg or 0.0) < NOTICEABLE_MS and (view.last.jitter or 0.0) < JITTER_MS
        hops = "1 hop" if view.last.hop == 1 else f"{view.last.hop} hops"
        yield Finding(
            "fine" if good else "no_loss",
            "good" if good else "info",
            f"The destination answers: {hops}, no loss, {view.last.avg or 0:.1f} ms on average.",
            "The network between here and there is fine: look at registration and calls." if good else "",
        )


def same_network(host: str, destination: str) -> bool:
    """Whether two addresses are neighbours: the same /24, or /48 of IPv6."""
    one, other = ip_address(host), ip_address(destination)
    if one.version != other.version:
        return False
    return one in ip_network(f"{destination}/{24 if other.version == 4 else 48}", strict=False)
