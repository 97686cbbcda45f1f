"""A trace together with its verdict and statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose

if TYPE_CHECKING:
    from partnertui.calls.call_statistics import Statistics
    from partnertui.calls.diagnosis.verdict import Diagnosis
    from partnertui.calls.trace_model import Trace

MAX_JUDGED_FIRST = 500
"""Messages up to which a trace is judged before it's painted; a longer one is painted first."""


@dataclass(frozen=True)
class Analysis:
    """A trace with verdict and statistics, both None for an empty trace. `sound`: RTP was looked for."""

    trace: Trace
    judgement: Diagnosis | None = None
    statistics: Statistics | None = None
    sound: bool = False


def first_analysis(trace: Trace, judgement: Diagnosis | None = None) -> Analysis:
    """The analysis before the first paint: complete for a trace of usual length. `judgement` is given, if not None."""
    if judgement is not None and trace.messages:
        return Analysis(trace, judgement, statistics_of(trace))
    return analyse(trace) if len(trace.messages) <= MAX_JUDGED_FIRST else Analysis(trace)


def analyse(trace: Trace, *, sound: bool = False) -> Analysis:
    """Judge and count; run it in a thread."""
    if not trace.messages:
        return Analysis(trace, sound=sound)
    # imported in the thread: the rules take longer to import than a frame
    from partnertui.calls.call_statistics import statistics_of

    return Analysis(trace, diagnose(trace), statistics_of(trace), sound)
