"""Rules for real loss, and for apparent loss that is caused by rate limits."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.domain.capital_letter import capital
from partnertui.probes.mtr.findings.examined_path import Finding, PathView, hop_name
from partnertui.probes.mtr.loss_and_delay_onset import LossOnset, find_loss_onset
from partnertui.probes.mtr.path_snapshot import HopReport
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.rate_limited_hops import pooled_loss

HOST_LIMIT = 1.0
"""Seconds a Linux host leaves between two “port unreachable” to one sender (net.ipv4.icmp_ratelimit)."""
LOSS_LEVELS = (
    (3.0, "bad", "calls break up"),
    (1.0, "warn", "gaps are audible"),
    (0.0, "info", "it's hardly audible"),
)
"""Least per cent, colour role and effect on a call: of a hop's loss in the table, and of the finding below it."""


def loss(view: PathView) -> Iterator[Finding]:
    """Loss that begins at a hop and persists to the end."""
    if not view.lossy or (view.report.unreachable_reports and not view.report.reached):
        return
    last, kept = view.last, [hop for hop in view.answering if hop not in view.rate_limited]
    begin = find_loss_onset(kept)
    end = "destination" if view.report.reached else f"last hop that replies ({last.hop})"
    share = 100 * pooled_loss([hop for hop in kept if hop.hop >= begin.hop.hop])
    role, heard = next((role, heard) for least, role, heard in LOSS_LEVELS if share >= least)
    count, verb = f"{last.lost} of {last.due} probes", "was" if last.lost == 1 else "were"
    if not begin.certain:
        yield Finding(
            "some_loss",
            "warn" if last.loss >= 1 else "info",
            f"{count} to the {end} {verb} lost: too few to say where; loss may begin at {hop_name(begin.hop)}.",
            "Let it run for more rounds.",
        )
        return
    if begin.hop is last and view.report.reached and last.hop > 1:
        yield _at_destination(view, count, role, heard)
        return
    yield Finding(
        "loss",
        role,
        f"Loss begins at {hop_name(begin.hop)} and persists to the end: {share:.0f}% from there on "
        f"({begin.hop.loss:.0f}% there, {last.loss:.0f}% at the {end}). At that rate, {heard}.",
        f"Packets are lost {_between(begin.before, begin.hop)}: {_responsible(view, begin)}.{_alternative(begin)}",
    )


def _at_destination(view: PathView, count: str, role: str, heard: str) -> Finding:
    if view.report.method is Method.UDP and view.report.interval < HOST_LIMIT:
        return Finding(
            "destination_limits",
            "info",
            f"Only the destination leaves probes unanswered ({count}); all hops before it reply.",
            "That's probably not loss: many hosts answer UDP probes at most once a second. To be sure, test with a"
            " second or more between rounds, or with ICMP.",
        )
    return Finding(
        "loss",
        role,
        f"Loss begins at the destination itself, hop {view.last.hop}: {count} lost. At that rate, {heard}.",
        "The path to it is clean: check the customer's own line and router, unless the host itself rate-limits its "
        "replies.",
    )


def _between(before: HopReport | None, hop: HopReport) -> str:
    return f"between {hop_name(before)} and {hop_name(hop)}" if before else f"before {hop_name(hop)}"


def _responsible(view: PathView, begin: LossOnset) -> str:
    if begin.before is None:
        if begin.hop.hop > 1:
            return "no hop before that answers, so it may be our own network or line, or one beyond it"
        return "this is our own network or line, not the customer's"
    if view.report.reached and view.last.hop - begin.hop.hop <= 1:
        return (
            "that's near the far end, so on the customer's line or in their provider's network. Pass this table on to"
            " the customer"
        )
    return "report it to the networks these two belong to, with this table"


def _alternative(begin: LossOnset) -> str:
    if begin.later is None:
        return ""
    return (
        f" Hop {begin.hop.hop} loses more than later hops and may just be rate-limiting its replies: in that case,"
        f" loss begins at {hop_name(begin.later)}."
    )


def limits(view: PathView) -> Iterator[Finding]:
    """Hops that only rate-limit their replies."""
    real = view.routing_loop is None
    for hop in view.rate_limited if real else ():
        name = hop_name(hop)
        yield Finding(
            "limits",
            "muted",
            f"{capital(name)} leaves {hop.loss:.0f}% of probes unanswered, but later hops don't: it only"
            " rate-limits its replies.",
            "Routers answer probes with low priority. This isn't a fault.",
        )
    hidden = [hop.hop for hop in view.report.hops if hop.silent and hop.lost and hop.hop < _far(view)]
    if hidden and real:
        which = ", ".join(str(hop) for hop in hidden)
        yield Finding(
            "hidden",
            "muted",
            f"{'Hop' if len(hidden) == 1 else 'Hops'} {which} never replied, but forwarded probes to later hops.",
            "Not a fault.",
        )


def _far(view: PathView) -> int:
    return view.last.hop if view.answering and not view.report.unreachable_reports else 0
