"""Figures of a hop against the statistics module, over whatever times there may be."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.probes.mtr.round_trip_times import HopStatistics

TIMES = st.lists(st.floats(0, 60_000, allow_nan=False), min_size=1, max_size=60)


def figures(times: list[float]) -> HopStatistics:
    made = HopStatistics()
    for milliseconds in times:
        made.add(milliseconds)
    return made


@given(TIMES)
def test_against_statistics(times: list[float]) -> None:
    made = figures(times)
    assert (made.received, made.last, made.best, made.worst) == (len(times), times[-1], min(times), max(times))
    assert made.avg == pytest.approx(statistics.fmean(times), abs=1e-6)
    wanted = statistics.stdev(times) if len(times) > 1 else 0.0
    assert made.stdev == pytest.approx(wanted, abs=1e-5, rel=1e-6)
    differences = [abs(late - early) for early, late in pairwise(times)]
    assert made.jitter == pytest.approx(sum(differences) / len(times), abs=1e-6)


def test_a_steady_hop_has_no_jitter() -> None:
    made = figures([20.0] * 50)
    assert (made.avg, made.stdev, made.jitter) == (20.0, 0.0, 0.0)


def test_jitter_is_the_mean_difference_between_neighbours() -> None:
    assert figures([10.0, 20.0, 10.0, 20.0]).jitter == pytest.approx(7.5), (
        "as mtr's Javg: the first answer counts as none"
    )
