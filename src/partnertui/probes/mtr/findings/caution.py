"""How far a reading can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.findings.path_view import Finding, View

SHORT = 0.5
"""Seconds between rounds below which routers begin to leave probes unanswered (40% of them at 0.1 s)."""
FEW = 10


def caution(view: View) -> Iterator[Finding]:
    """How far all this can be trusted."""
    report = view.report
    if report.interval < SHORT:
        yield Finding(
            "interval",
            "warn",
            f"Rounds are {report.interval:g} s apart: routers limit their answers, and up to 40% "
            "loss at a hop can be false.",
            f"{SHORT:g} s or more tells the truth.",
        )
    if report.begun < FEW and not view.waiting:
        rounds = "one round" if report.begun <= 1 else f"{report.begun} rounds"
        yield Finding(
            "few",
            "muted",
            f"After {rounds} this is a first impression: loss below {100 // max(1, report.begun)}% does not show yet.",
        )
