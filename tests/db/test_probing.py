"""How often may be probed: counted for all sessions, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from partnertui.db import probe_rate_limit
from partnertui.db.database import Database
from partnertui.db.models import ProbeRun
from partnertui.db.models.base import now
from partnertui.db.probe_results import KEPT, ProbeResult, keep_results, last_results
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role


def begin(database: Database, *targets: str, operator: int = 1, later: float = 0.0) -> float:
    """A test, some seconds from now."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe_rate_limit, "now", lambda: now() + timedelta(seconds=later))
        return probe_rate_limit.begin(database, operator, "options", targets)


def test_a_target_is_asked_once_a_second_whoever_asks(database: Database) -> None:
    assert begin(database, "a", "b") == 0
    assert 0 < begin(database, "b", "c", operator=2) <= 1
    assert begin(database, "c", operator=2) == 0, "the one that had to wait was not counted"
    assert begin(database, "b", operator=2, later=1.1) == 0


def test_an_operator_tests_ten_times_a_minute(database: Database) -> None:
    for number in range(10):
        assert begin(database, *(f"{number}-{phone}" for phone in range(200)), later=number) == 0
    with pytest.raises(DomainError, match="10 tests in the last minute") as caught:
        begin(database, "x", later=10)
    assert caught.value.advice in {f"Try again in {seconds} seconds." for seconds in (50, 49, 48)}, (
        "50, and a slow machine"
    )
    assert begin(database, "x", operator=2, later=10) == 0, "others may"
    assert begin(database, "y", later=60.5) == 0, "the first one is a minute ago"


def test_it_is_kept_who_asked_whom(database: Database) -> None:
    begin(database, "sip:a@b" * 100, operator=7)
    table: Any = ProbeRun.__table__
    (row,) = database.read(lambda connection: connection.execute(table.select()).all())
    assert (row.operator_id, row.kind, len(row.target)) == (7, "options", 200)
    assert abs((row.at - now()).total_seconds()) < 60


ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)


def test_results_are_kept_with_their_run_the_newest_fifty_of_a_phone(database: Database) -> None:
    begin(database, "sip:a@192.0.2.1")
    for number in range(KEPT + 3):
        result = ProbeResult("sip:a@192.0.2.1", f"answered: {number}", "all of it", {"Response": number}, phone="a@b")
        keep_results(database, 1, "options", [result])
    found = database.read(lambda connection: last_results(connection, ANN, ["a@b"]))
    assert [row["figures"]["Response"] for row in found] == list(range(KEPT + 2, 2, -1))
    table: Any = ProbeRun.__table__
    assert len(database.read(lambda connection: connection.execute(table.select()).all())) == KEPT
    assert database.read(lambda connection: last_results(connection, ANN, ["other@b"], ["192.0.2.1"])) == []


def test_a_partner_sees_the_results_of_its_own_customers(database: Database) -> None:
    mine, foreign = (ProbeResult("t", "answered", "r", phone="a@b", partner_id=number) for number in (7, 8))
    keep_results(database, 1, "options", [mine, foreign, ProbeResult("t", "answered", "r", phone="a@b")])
    partner = Operator(2, "p", "P", Role.PARTNER, 7)
    found = database.read(lambda connection: last_results(connection, partner, ["a@b"], ["t"]))
    assert [row["partner_id"] for row in found] == [7]
    assert len(database.read(lambda connection: last_results(connection, ANN, ["a@b"]))) == 3
