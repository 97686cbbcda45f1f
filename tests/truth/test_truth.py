"""Verdicts on captures whose story is known: none may be wrong, whatever the transport, the format, the gaps."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.truth.marks import HALF, WRONG, Mark
from tests.truth.runner import all_scenarios, marks_of
from tests.truth.scenario import Scenario

SCENARIOS = all_scenarios()


def lines(mark: Mark) -> str:
    """What is wrong with an answer, for the message of a failure."""
    return "\n".join([f"{mark.call_id}: {mark.printed}", *mark.false, *mark.details, *mark.doubts])


@pytest.mark.tshark
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[f"{one.kind}-{one.name}" for one in SCENARIOS])
def test_no_verdict_is_wrong(scenario: Scenario, tmp_path: Path) -> None:
    for mark in marks_of(scenario, tmp_path):
        assert mark.grade != WRONG, lines(mark)
        assert mark.grade != HALF, lines(mark)
