"""Captures of software that nobody here wrote: they lie beside the project, for their licences are not known."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.captures.expected_captures import EXPECTED
from tests.left_out import CAPTURES

from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import all_with_streams

pytestmark = pytest.mark.captures


def told(trace: Trace) -> str:
    """A call as the table has it."""
    figures, verdict, first = statistics_of(trace), diagnose(trace).verdict, trace.first.reading
    facts = (
        trace.method,
        first.from_user,
        first.to_user,
        len(trace.messages),
        figures.outcome.replace(" ", "-"),
        figures.final_code or "-",
        verdict.code,
        verdict.confidence,
    )
    return " ".join(map(str, facts))


@pytest.mark.parametrize("name", EXPECTED)
def test_every_call_and_its_verdict(name: str, tmp_path: Path) -> None:
    path = CAPTURES / name
    with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
        assert IndexUpdate(index).update([path]) == []
        traces = [trace for some in loader.all([path]) for trace in all_with_streams(loader, some, [path])]
    assert [told(trace) for trace in traces] == [line.strip() for line in EXPECTED[name].strip().splitlines()]


def test_there_is_a_table_for_each_of_them() -> None:
    assert {path.name for path in CAPTURES.iterdir()} - {"README.md"} == set(EXPECTED)
