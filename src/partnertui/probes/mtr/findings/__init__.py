"""Findings about a path, in words an agent can pass on. RULES run in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from partnertui.probes.mtr.findings.delay import delay, jitter
from partnertui.probes.mtr.findings.examined_path import Finding, PathView
from partnertui.probes.mtr.findings.loss import limits, loss
from partnertui.probes.mtr.findings.measurement_caveats import caution
from partnertui.probes.mtr.findings.reachability import ends, fine, loop, refused, silent, waiting
from partnertui.probes.mtr.path_snapshot import Report

__all__ = ["RULES", "Finding", "findings_of"]

RULES: tuple[Callable[[PathView], Iterator[Finding]], ...] = (
    waiting,
    silent,
    loop,
    refused,
    ends,
    loss,
    fine,
    delay,
    jitter,
    limits,
    caution,
)


def findings_of(report: Report) -> list[Finding]:
    """All findings, the most important first; empty before the first round."""
    view = PathView(report)
    return [finding for rule in RULES for finding in rule(view)]
