"""Rules for persistent and for varying delay."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.probes.mtr.findings.examined_path import Finding, PathView, hop_name
from partnertui.probes.mtr.loss_and_delay_onset import find_delay_step, slow_responders

STEP_MS = 20.0
"""Milliseconds of additional delay at one hop that are worth mentioning."""
NOTICEABLE_MS, BAD_MS = 150.0, 300.0
"""Round-trip milliseconds: hardly noticed in calls below the first, disturbing from the second (ITU-T G.114)."""
JITTER_MS = 20.0
"""Milliseconds of jitter from which small jitter buffers of phones run empty."""


def delay(view: PathView) -> Iterator[Finding]:
    """Delay that begins at a hop and persists."""
    step = find_delay_step(view.answering)
    if step is None or view.routing_loop:
        return
    total = view.last.avg or 0.0
    role = "bad" if total >= BAD_MS else "warn" if total >= NOTICEABLE_MS else "info"
    advice = (
        "Callers won't notice: it's the distance, or a slow line (1,000 km of fibre adds 10 ms to the round trip)."
        if total < NOTICEABLE_MS
        else f"Above a round trip of about {BAD_MS:g} ms, callers interrupt each other (ITU-T G.114). Check for a "
        "satellite or mobile link, or a saturated line: compare at a quiet time."
    )
    if step.milliseconds >= STEP_MS:
        yield Finding(
            "delay",
            role,
            f"Delay begins at {hop_name(step.hop)} and persists to the end: {step.milliseconds:.0f} ms more "
            f"from there on, {total:.0f} ms in total.",
            advice,
        )
    for hop in slow_responders(view.answering, 2 * STEP_MS):
        yield Finding(
            "slow_to_answer",
            "muted",
            f"Hop {hop.hop} takes {hop.avg or 0:.0f} ms to reply, later hops less: it forwards faster than it replies.",
            "Not a fault.",
        )


def jitter(view: PathView) -> Iterator[Finding]:
    """Delay that varies at the end."""
    if not view.answering or (view.last.jitter or 0.0) < JITTER_MS:
        return
    first = next(
        hop
        for index, hop in enumerate(view.answering)
        if all((other.jitter or 0.0) >= JITTER_MS / 2 for other in view.answering[index:])
    )
    yield Finding(
        "jitter",
        "warn",
        f"From {hop_name(first)} on, the delay varies by {view.last.jitter:.0f} ms on average between replies.",
        "Voice needs jitter below 20 to 30 ms. A saturated line or Wi-Fi causes it: ask what else is using the line.",
    )
