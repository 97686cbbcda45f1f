"""Rule for how reliable the findings are: probe type, number of rounds."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.findings.examined_path import Finding, PathView

MIN_INTERVAL = 0.5
"""Seconds between rounds below which routers start to drop replies (40% of them at 0.1 s).

It stays what it is where the default of `[mtr] interval`, which was chosen by it, changes.
"""
MIN_ROUNDS = 10


def caution(view: PathView) -> Iterator[Finding]:
    """How reliable the findings are."""
    report = view.report
    if report.interval < MIN_INTERVAL:
        yield Finding(
            "interval",
            "warn",
            f"Rounds are {report.interval:g} s apart: routers rate-limit their replies, so up to 40% "
            "loss at a hop can be false.",
            f"Use {MIN_INTERVAL:g} s or more for reliable results.",
        )
    if report.begun < MIN_ROUNDS and not view.too_early:
        rounds = "one round" if report.begun <= 1 else f"{report.begun} rounds"
        yield Finding(
            "few",
            "muted",
            f"After {rounds}, this is only a first impression: loss below {100 // max(1, report.begun)}% can't show"
            " yet.",
        )
