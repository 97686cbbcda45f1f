"""What is found out about a trace before it is shown: verdict and figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.calls.diagnosis.verdict import Diagnosis
    from partnertui.calls.model import Trace
    from partnertui.calls.statistics import Statistics


AT_ONCE = 500
"""Messages of a trace that is judged before it is painted; a longer one is painted first."""


@dataclass(frozen=True)
class Study:
    """A trace with its verdict and figures; without a message there are none. `sound`: RTP was looked for."""

    trace: Trace
    judgement: Diagnosis | None = None
    statistics: Statistics | None = None
    sound: bool = False


def first_study(trace: Trace) -> Study:
    """What can be said at once."""
    return study(trace) if len(trace.messages) <= AT_ONCE else Study(trace)


def study(trace: Trace, *, sound: bool = False) -> Study:
    """Judges and counts; run it in a thread."""
    if not trace.messages:
        return Study(trace, sound=sound)
    from partnertui.calls.diagnosis.diagnose import diagnose
    from partnertui.calls.statistics import statistics_of

    return Study(trace, diagnose(trace), statistics_of(trace), sound)
