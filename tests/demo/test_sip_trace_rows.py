"""Demo calls have traces that tell what their CDRs say."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.trace_model import Trace
from partnertui.db.database import open_database
from partnertui.db.kamailio.sip_trace import find_call
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Cdr
from partnertui.demo import build

EXPECTED = {
    "answered": "ok",
    "voicemail": "ok",
    "busy": "busy",
    "cancelled": "cancelled",
    "diverted": "diverted",
    "congestion": "congestion",
}
"""Verdict by disposition, where there is one alone."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    build(made, customers=12, cdrs=600, seed=5)
    return made


def test_every_new_call_has_its_trace_with_its_verdict(url: str) -> None:
    database = open_database(url, read_only=True)
    try:
        rows = database.read(
            lambda c: c.execute(select(*Cdr.__table__.c).order_by(Cdr.started_at.desc()).limit(400)).mappings().all()
        )
        found: list[tuple[object, Trace | None]] = [
            (row, database.read(lambda c, row=row: find_call(c, tables(), [row["call_id_a"]])))  # type: ignore[misc]
            for row in rows
        ]
    finally:
        database.close()
    assert len(found) == 400
    for row, trace in found:
        assert trace is not None
        figures, verdict = statistics_of(trace), diagnose(trace).verdict
        disposition = row["disposition"]  # type: ignore[index]
        assert figures.outcome == ("answered" if disposition == "voicemail" else disposition)
        assert figures.final_code == row["sip_code"]  # type: ignore[index]
        assert verdict.code == EXPECTED.get(disposition, verdict.code), verdict
        assert verdict.code != "unknown"
        if row["direction"] == "outbound" and row["destination_ip"]:  # type: ignore[index]
            assert trace.joined_by == "X-CID", "the second leg is found by the first one's Call-ID"
