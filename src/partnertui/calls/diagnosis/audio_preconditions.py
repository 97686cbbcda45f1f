"""When a call's audio can be judged, and which messages carry its offer and answer."""

from __future__ import annotations

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.rule import Subject

LISTEN_SECONDS = 1.5
"""A shorter call need not have had audio."""


def talked(subject: Subject) -> float:
    start, end = subject.media.talk_us
    return (end - start) / 1e6


def applies(subject: Subject) -> bool:
    """True for a call that was up long enough to have had audio."""
    analysis = subject.analysis
    long_enough = not analysis.byes or talked(subject) >= LISTEN_SECONDS
    return analysis.is_call and analysis.is_answered and long_enough and not subject.media.is_fax


NEEDS_SOUND = (Evidence.FINAL, Evidence.SOUND)
