"""How far a reading can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.findings.path_view import Finding, PathView

MIN_INTERVAL = 0.5
"""Seconds between rounds below which routers begin to leave probes unanswered (40% of them at 0.1 s)."""
MIN_ROUNDS = 10


def caution(view: PathView) -> Iterator[Finding]:
    """How far all this can be trusted."""
    report = view.report
    if report.interval < MIN_INTERVAL:
        yield Finding(
            "interval",
            "warn",
            f"Rounds are {report.interval:g} s apart: routers limit their answers, and up to 40% "
            "loss at a hop can be false.",
            f"{MIN_INTERVAL:g} s or more tells the truth.",
        )
    if report.begun < MIN_ROUNDS and not view.waiting:
        rounds = "one round" if report.begun <= 1 else f"{report.begun} rounds"
        yield Finding(
            "few",
            "muted",
            f"After {rounds} this is a first impression: loss below {100 // max(1, report.begun)}% does not show yet.",
        )
