"""Loss that stays, and loss that is none."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.change_points import LossOnset, find_loss_onset, pooled_loss
from partnertui.probes.mtr.findings.path_view import Finding, PathView, hop_name
from partnertui.probes.mtr.prober import Method
from partnertui.probes.mtr.report import HopReport

HOST_LIMIT = 1.0
"""Seconds that a Linux host leaves between two “port unreachable” to one asker (net.ipv4.icmp_ratelimit)."""
LOSSES = (
    (3.0, "bad", "calls break up"),
    (1.0, "warn", "gaps can be heard"),
    (0.0, "info", "it is hardly heard"),
)
"""Least per cent, colour role and what a call makes of it."""


def loss(view: PathView) -> Iterator[Finding]:
    """Loss that begins at a hop and stays to the end."""
    if not view.lossy or (view.report.unreachable_reports and not view.report.reached):
        return
    last, kept = view.last, [hop for hop in view.answering if hop not in view.limiting]
    begin = find_loss_onset(kept)
    end = "destination" if view.report.reached else f"last hop that answers ({last.hop})"
    share = 100 * pooled_loss([hop for hop in kept if hop.hop >= begin.hop.hop])
    role, heard = next((role, heard) for least, role, heard in LOSSES if share >= least)
    count = f"{last.lost} of {last.due} probes"
    if not begin.certain:
        yield Finding(
            "some_loss",
            "warn" if last.loss >= 1 else "info",
            f"{count} to the {end} were lost: too few to say where; perhaps it begins at {hop_name(begin.hop)}.",
            "Let it run for some more rounds.",
        )
        return
    if begin.hop is last and view.report.reached and last.hop > 1:
        yield _at_destination(view, count, role, heard)
        return
    yield Finding(
        "loss",
        role,
        f"Loss begins at {hop_name(begin.hop)} and stays to the end: {share:.0f}% from there on "
        f"({begin.hop.loss:.0f}% there, {last.loss:.0f}% at the {end}). With that, {heard}.",
        f"Packets are lost {_between(begin.before, begin.hop)}: {_whose(view, begin)}.{_doubt(begin)}",
    )


def _at_destination(view: PathView, count: str, role: str, heard: str) -> Finding:
    if view.report.method is Method.UDP and view.report.interval < HOST_LIMIT:
        return Finding(
            "destination_limits",
            "info",
            f"Only the destination leaves probes unanswered ({count}); all hops before it answer.",
            "That is probably no loss: many hosts answer UDP probes once a second at most. Test with a second or more "
            "between rounds, or by ICMP, to be sure.",
        )
    return Finding(
        "loss",
        role,
        f"Loss begins at the destination itself, hop {view.last.hop}: {count}. With that, {heard}.",
        "The path to it is clean: look at the customer's own line and router, unless the host itself limits its "
        "answers.",
    )


def _between(before: HopReport | None, hop: HopReport) -> str:
    return f"between {hop_name(before)} and {hop_name(hop)}" if before else f"on the way to {hop_name(hop)}"


def _whose(view: PathView, begin: LossOnset) -> str:
    if begin.before is None:
        return "our own network or line, not the customer's"
    if view.report.reached and view.last.hop - begin.hop.hop <= 1:
        return "that is near the far end: the customer's line, or their provider. Pass this table on to them"
    return "report it to the networks that these two belong to, with this table"


def _doubt(begin: LossOnset) -> str:
    if begin.later is None:
        return ""
    return (
        f" Hop {begin.hop.hop} loses more than those behind it and may limit its answers besides: then it begins only "
        f"at {hop_name(begin.later)}."
    )


def limits(view: PathView) -> Iterator[Finding]:
    """Hops that only limit their answers."""
    real = view.looping is None
    for hop in view.limiting if real else ():
        yield Finding(
            "limits",
            "muted",
            f"{hop_name(hop).capitalize()} leaves {hop.loss:.0f}% unanswered, but the hops behind it do not: "
            "it only limits its answers.",
            "Routers answer probes when they have time: no fault.",
        )
    hidden = [hop.hop for hop in view.report.hops if hop.silent and hop.lost and hop.hop < _far(view)]
    if hidden and real:
        which = ", ".join(str(hop) for hop in hidden)
        yield Finding(
            "hidden",
            "muted",
            f"{'Hop' if len(hidden) == 1 else 'Hops'} {which} never answered, but passed everything on.",
            "No fault.",
        )


def _far(view: PathView) -> int:
    return view.last.hop if view.answering and not view.report.unreachable_reports else 0
