"""The call that a failed one is compared with: same parties, answered, the last before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from tests.db.makers import NOW

from partnertui.db.comparable_answered_calls import MOST_CANDIDATES, answered_calls
from partnertui.db.database import Database
from partnertui.db.models import Cdr

FAILED = {
    "id": 1,
    "started_at": NOW,
    "category": "dialled",
    "direction": "outbound",
    "customer_id": 5,
    "source_number": "4930111",
    "destination_number": "4930222",
    "disposition": "failed",
    "call_id_a": "bad",
}
GOOD = FAILED | {"id": 2, "started_at": NOW - timedelta(hours=2), "disposition": "answered", "call_id_a": "good"}


def found(database: Database, *calls: dict[str, Any]) -> list[tuple[str, ...]]:
    """The Call-IDs of the calls that are offered among these for the failed one."""
    database.write(lambda connection: [connection.execute(insert(Cdr), call) for call in (FAILED, *calls)])
    return [one.call_ids for one in database.read(lambda connection: answered_calls(connection, FAILED))]


def test_the_last_before_it_first_then_those_after_it(database: Database) -> None:
    older = GOOD | {"id": 3, "started_at": NOW - timedelta(days=2), "call_id_a": "older"}
    later = GOOD | {"id": 4, "started_at": NOW + timedelta(hours=1), "call_id_a": "later"}
    assert found(database, older, GOOD, later) == [("good",), ("older",), ("later",)]


def test_the_first_after_it_if_there_is_none_before(database: Database) -> None:
    later, latest = (
        GOOD | {"id": number, "started_at": NOW + timedelta(hours=number), "call_id_a": f"after {number}"}
        for number in (3, 4)
    )
    assert found(database, latest, later) == [("after 3",), ("after 4",)]


def test_both_legs(database: Database) -> None:
    assert found(database, GOOD | {"call_id_b": "second leg"}) == [("good", "second leg")]


@pytest.mark.parametrize(
    "other",
    [
        {"source_number": "4930333"},
        {"destination_number": "4930333"},
        {"customer_id": 6},
        {"customer_id": None},
        {"disposition": "busy"},
        {"call_id_a": None},
        {"category": "received"},
    ],
)
def test_other_parties_other_customers_and_calls_without_a_trace_do_not_count(
    database: Database, other: dict[str, Any]
) -> None:
    assert found(database, GOOD | other) == []


def test_never_more_than_a_few(database: Database) -> None:
    many = [GOOD | {"id": number, "call_id_a": f"c{number}"} for number in range(2, 20)]
    assert len(found(database, *many)) == MOST_CANDIDATES
