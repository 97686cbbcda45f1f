"""Delay that stays, delay that varies."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.change_points import find_delay_step, slow_responders
from partnertui.probes.mtr.findings.path_view import Finding, PathView, hop_name

STEP_MS = 20.0
"""Milliseconds of delay at one hop that are worth a word."""
NOTICEABLE_MS, BAD_MS = 150.0, 300.0
"""Milliseconds there and back that calls still hide, and from which on they are felt (ITU-T G.114: one way half)."""
JITTER_MS = 20.0
"""Milliseconds of jitter from which on small buffers of phones run dry."""


def delay(view: PathView) -> Iterator[Finding]:
    """Delay that begins at a hop and stays."""
    step = find_delay_step(view.answering)
    if step is None or view.looping:
        return
    total = view.last.avg or 0.0
    role = "bad" if total >= BAD_MS else "warn" if total >= NOTICEABLE_MS else "info"
    advice = (
        "Calls hide that: it is distance, or a slow line (1,000 km of fibre take 10 ms there and back)."
        if total < NOTICEABLE_MS
        else "From about 300 ms there and back on, callers talk into each other (ITU-T G.114). Is it a satellite or "
        "mobile line, or a line that is full? Compare at a quiet hour."
    )
    if step.milliseconds >= STEP_MS:
        yield Finding(
            "delay",
            role,
            f"Delay begins at {hop_name(step.hop)} and stays to the end: {step.milliseconds:.0f} ms more "
            f"from there on, {total:.0f} ms in all.",
            advice,
        )
    for hop in slow_responders(view.answering, 2 * STEP_MS):
        yield Finding(
            "slow_to_answer",
            "muted",
            f"Hop {hop.hop} takes {hop.avg or 0:.0f} ms to answer, hops behind it less: it "
            "passes on faster than it answers.",
            "No fault.",
        )


def jitter(view: PathView) -> Iterator[Finding]:
    """Delay that varies at the end."""
    if not view.answering or (view.last.jitter or 0.0) < JITTER_MS:
        return
    shaky = next(
        hop
        for index, hop in enumerate(view.answering)
        if all((other.jitter or 0.0) >= JITTER_MS / 2 for other in view.answering[index:])
    )
    yield Finding(
        "jitter",
        "warn",
        f"The delay varies: from one answer to the next by {view.last.jitter:.0f} ms on average, "
        f"from {hop_name(shaky)} on.",
        "Voice needs less than 20 to 30 ms of jitter. A full line does this, or Wi-Fi: ask what else runs on it.",
    )
