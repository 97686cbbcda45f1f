"""Rules for how far the path goes: routing loops, unreachable reports, silence."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from partnertui.probes.mtr.findings.delay import JITTER_MS, NOTICEABLE_MS
from partnertui.probes.mtr.findings.examined_path import Finding, PathView, hop_name, other_method
from partnertui.probes.mtr.icmp_replies import FIREWALL, TOO_BIG
from partnertui.probes.mtr.path_snapshot import host_text, times_text

HOST_UNREACHABLE = frozenset({"host unreachable", "address unreachable"})
HOST_ABSENT_ADVICE = (
    "That's the router in front of the destination; it can't find a host with this address. The host is off, or its "
    "address has changed."
)
NO_ROUTE_ADVICE = (
    "That router has no route to the destination, or isn't allowed to forward to it. If the address is private, the "
    "host is behind NAT: test its public address, or run a SIP test through the proxy."
)


def waiting(view: PathView) -> Iterator[Finding]:
    """Too early for a finding."""
    if view.too_early:
        yield Finding("waiting", "muted", "Waiting for replies …")


def silent(view: PathView) -> Iterator[Finding]:
    """Nothing replies at all."""
    if not view.answering and not view.too_early and not view.report.unreachable_reports:
        yield Finding(
            "silent",
            "bad",
            "Nothing replies at all, not even the first router.",
            f"Check that this host is online. A firewall here may drop the probes or the replies. {other_method(view)}",
        )


def loop(view: PathView) -> Iterator[Finding]:
    """The path loops."""
    if view.routing_loop is not None:
        first, again = view.routing_loop
        yield Finding(
            "loop",
            "bad",
            f"The path loops: {host_text(first)} replies as hop {first.hop} and again as hop {again.hop}.",
            "Two routers keep sending the packets to each other, so nothing reaches the destination. "
            "Report this path to the network that these hops belong to; the customer can't fix it.",
        )


def refused(view: PathView) -> Iterator[Finding]:
    """A host reports that packets get no further."""
    for report in () if view.report.reached else view.report.unreachable_reports[:1]:
        same_net = same_network(report.host, view.report.target.address) and report.words in HOST_UNREACHABLE
        yield Finding(
            "refused",
            "bad",
            f"The path ends at hop {report.hop}: {report.host} reports “{report.words}”.",
            HOST_ABSENT_ADVICE if same_net else _refusal_advice(view, report.words),
        )
    for report in view.report.unreachable_reports if view.report.reached else ():
        yield Finding(
            "interrupted",
            "warn",
            f"{report.host} reported {times_text(report.times)} at hop {report.hop}: {report.words}.",
            "The route to the destination is unstable: keep the test running,"
            " and report this to that router's operator.",
        )


def _refusal_advice(view: PathView, words: str) -> str:
    if words == TOO_BIG:
        return "The next network takes smaller packets only: send smaller probes (mtr --size)."
    return _firewall_advice(view) if words == FIREWALL else NO_ROUTE_ADVICE


def _firewall_advice(view: PathView) -> str:
    return (
        "That firewall refuses such probes, and possibly nothing else. Run a SIP test: if the phone answers, "
        f"the path works. {other_method(view)}"
    )


def ends(view: PathView) -> Iterator[Finding]:
    """The destination doesn't reply."""
    if (
        view.report.reached
        or view.report.unreachable_reports
        or view.too_early
        or not view.answering
        or view.routing_loop
    ):
        return
    last = view.last
    clean = "no loss" if not view.lossy else f"{last.loss:.0f}% loss"
    if same_network(last.host, view.report.target.address):
        yield Finding(
            "quiet_destination",
            "warn",
            f"The destination doesn't reply, but probes reach its network as far as {hop_name(last)}, with {clean}.",
            "Many hosts and home routers ignore probes: that alone isn't a fault. Run a SIP test to learn more. "
            f"{other_method(view)}",
        )
        return
    yield Finding(
        "ends",
        "warn",
        f"The path ends at {hop_name(last)}: nothing beyond it replies; up to there, {clean}.",
        "Either a firewall beyond it drops the probes, or the path is broken there. Run a SIP test: if the "
        "phone answers, the path works; if not, report this to that hop's network. "
        f"{other_method(view)}",
    )


def fine(view: PathView) -> Iterator[Finding]:
    """No problem was found."""
    if view.report.reached and not view.lossy and not view.report.unreachable_reports:
        good = (view.last.avg or 0.0) < NOTICEABLE_MS and (view.last.jitter or 0.0) < JITTER_MS
        hops = "1 hop" if view.last.hop == 1 else f"{view.last.hop} hops"
        yield Finding(
            "fine" if good else "no_loss",
            "good" if good else "info",
            f"The destination replies: {hops}, no loss, {view.last.avg or 0:.1f} ms on average.",
            "The network path is fine: check the registration and the calls themselves." if good else "",
        )


def same_network(host: str, destination: str) -> bool:
    """Whether two addresses share a /24, or a /48 of IPv6."""
    one, other = ip_address(host), ip_address(destination)
    if one.version != other.version:
        return False
    return one in ip_network(f"{destination}/{24 if other.version == 4 else 48}", strict=False)
