"""Calls in months: none fails to be stored, old months go at once, and what is asked for reads the months it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, event, func, insert, select, text, update
from tests.db.maintenance.months_database import by_month, parts
from tests.db.makers import NOW
from tests.db.test_cdr_listing import CALLS, CRITERIA, SORTS, calls, fits, in_order, walked
from tests.servers import Cluster

from partnertui.db import cdr_index_rebuild
from partnertui.db.archive.month_files import path_of
from partnertui.db.bulk_statements import update_at_once
from partnertui.db.cdr_partitions import (
    MONTHS_AHEAD,
    drop_months,
    make_months,
    month_spans,
    months_left,
    start_of_month,
)
from partnertui.db.database import Database
from partnertui.db.maintenance.retention import Places, run_retention
from partnertui.db.maintenance.upkeep import keep_in_order
from partnertui.db.models import Cdr, RetentionRule
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.cdr import slot_merge
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Between, Criterion, Equals, Prefix
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.doctor.database import months_of_calls
from partnertui.domain.privacy.retention import RetentionKind
from partnertui.screens.cdr.queries import cdrs

pytestmark = pytest.mark.postgresql
CALL: dict[str, Any] = {"category": "dialled", "direction": "outbound", "disposition": "answered", "customer_id": 1}
OLD = datetime(2020, 5, 17, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def partitioned(cluster: Cluster) -> Iterator[Database]:
    with by_month(cluster, "pt_months") as database:
        yield database


@pytest.fixture
def months(partitioned: Database) -> Database:
    """A database by month, with no call in it and no month but those ahead."""
    partitioned.write(lambda connection: connection.execute(delete(Cdr)))
    drop_months(partitioned, start_of_month(now().date()))
    make_months(partitioned, now().date())
    return partitioned


def store(database: Database, *starts: datetime, **more: Any) -> None:
    rows = [{**CALL, **more, "started_at": start} for start in starts]
    database.write(lambda connection: connection.execute(insert(Cdr), rows))


def test_months_are_made_ahead_and_by_maintain(months: Database) -> None:
    assert months.read(lambda connection: months_left(connection, now())) == MONTHS_AHEAD
    later = start_of_month(now().date(), 2)
    make_months(months, later.date())
    assert months.read(lambda connection: months_left(connection, now())) == MONTHS_AHEAD + 2
    lines = list(keep_in_order(months, "DE", 0))
    assert any("Call partitions: created for the next 3 months; 0 calls" in line for line in lines)


def test_a_call_without_a_month_is_stored_and_moved_later(months: Database) -> None:
    epoch, ahead = datetime(1970, 1, 1, tzinfo=UTC), now() + timedelta(days=3650)
    store(months, OLD, OLD + timedelta(days=1), now(), epoch, ahead)
    assert parts(months)["cdrs_default"] == 4
    before = months.read(lambda connection: connection.execute(select(table_of(Cdr)).order_by(Cdr.id)).all())
    assert make_months(months, now().date()) == 2
    assert parts(months) == {"cdrs_2020_05": 2, "cdrs_default": 2, f"cdrs_{now():%Y_%m}": 1}
    assert months.read(lambda connection: connection.execute(select(table_of(Cdr)).order_by(Cdr.id)).all()) == before
    assert make_months(months, now().date()) == 0
    spans = months.read(month_spans)
    assert [one.ends for one in spans[:-1]] == [one.begins for one in spans[1:]]
    assert (spans[0].begins, spans[-1].ends) == (None, None)


def test_retention_drops_whole_months_and_the_rest_by_rows(months: Database, tmp_path: Path) -> None:
    keep = 400
    edge = now() - timedelta(days=keep)
    store(months, OLD, OLD, edge - timedelta(days=45), edge - timedelta(minutes=1), edge + timedelta(days=1))
    make_months(months, now().date())
    rules = update(table_of(RetentionRule)).values(keep_days=None, last_removed=None)
    months.write(lambda connection: connection.execute(rules))
    of_calls = table_of(RetentionRule).c.kind == RetentionKind.CDRS
    months.write(lambda connection: connection.execute(rules.where(of_calls).values(keep_days=keep)))
    places = Places(months, "", "", tmp_path)
    counted = {one.kind: one for one in run_retention(months, places, 0, dry_run=True)}[RetentionKind.CDRS]
    done = {one.kind: one for one in run_retention(months, places, 0)}[RetentionKind.CDRS]
    assert (counted.removed, done.removed, done.problem) == (4, 4, "")
    noted = select(RetentionRule.last_removed, RetentionRule.last_problem).where(of_calls)
    assert months.read(lambda connection: connection.execute(noted).one()) == (4, None)
    assert list(parts(months).values()) == [1]
    names = months.read(lambda c: c.exec_driver_sql("SELECT part::text FROM priv.cdr_months()").scalars().all())
    assert "cdrs_2020_05" not in names
    assert f"cdrs_{edge:%Y_%m}" in names


def test_a_month_is_archived_before_it_goes(months: Database, tmp_path: Path) -> None:
    store(months, OLD, OLD + timedelta(days=1), now())
    make_months(months, now().date())
    of_calls = table_of(RetentionRule).c.kind == RetentionKind.CDRS
    rules = update(table_of(RetentionRule)).where(of_calls).values(keep_days=400)
    months.write(lambda connection: connection.execute(rules))
    places = Places(months, "", "", tmp_path, tmp_path / "archive")
    done = {one.kind: one for one in run_retention(months, places, 0)}[RetentionKind.CDRS]
    assert (done.removed, done.problem) == (2, "")
    assert path_of(tmp_path / "archive", start_of_month(OLD.date())).exists()
    assert parts(months) == {f"cdrs_{now():%Y_%m}": 1}


def partitions_read(connection: Connection, listing: Listing, **at: Any) -> list[set[str]]:
    """The partitions in the plan of each statement that a page takes."""
    taken: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        taken.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", keep)
    try:
        CDR_SOURCE.fetch_page(connection, listing, **at)
    finally:
        event.remove(connection.engine, "before_cursor_execute", keep)
    found = []
    for statement, values in taken:
        if re.search(r"\bcdrs\b", statement) and "cdr_months" not in statement:
            plan = connection.exec_driver_sql("EXPLAIN " + statement, values).scalars()
            found.append(set(re.findall(r" on (cdrs_\w+)", "\n".join(plan))))
    return found


FEBRUARY = Between("started_at", datetime(2020, 2, 3, tzinfo=UTC), datetime(2020, 2, 20, tzinfo=UTC))
TAB = Equals("category", "dialled")


@pytest.mark.parametrize(
    ("criteria", "sort"),
    [
        ((FEBRUARY,), Sort("started_at", True)),
        ((TAB, FEBRUARY), Sort("started_at", True)),
        ((TAB, FEBRUARY), Sort("duration", True)),
        ((TAB, FEBRUARY), Sort("customer")),
        ((TAB, FEBRUARY), Sort("id")),
        ((TAB, FEBRUARY, Prefix("destination_number", "4420")), Sort("started_at", True)),
        ((TAB, FEBRUARY, Prefix("destination_number", "4420")), Sort("charge")),
        ((TAB, FEBRUARY, Equals("sip_code", 404)), Sort("duration")),
        ((TAB, FEBRUARY, Equals("customer_id", 1)), Sort("started_at", True)),
        ((TAB, FEBRUARY, Equals("customer_id", 1)), Sort("call_id_a")),
    ],
)
def test_a_bound_on_time_reads_its_month_alone(months: Database, criteria: Any, sort: Sort) -> None:
    store(months, *(datetime(2020, month, 10, tzinfo=UTC) for month in range(1, 7)))
    make_months(months, now().date())
    with months.engine.connect() as connection:
        found = partitions_read(connection, Listing(cdrs, sort, criteria))
    assert found
    assert set().union(*found) == {"cdrs_2020_02"}


def test_a_full_page_by_time_reads_one_month(months: Database) -> None:
    starts = [datetime(2020, month, 10, tzinfo=UTC) + timedelta(minutes=n) for month in range(1, 7) for n in range(5)]
    store(months, *starts)
    make_months(months, now().date())
    newest = Listing(cdrs, Sort("started_at", True), (TAB,))
    with months.engine.connect() as connection:
        last = CDR_SOURCE.fetch_page(connection, newest, last=True, limit=7).rows
        assert [row["started_at"] for row in last] == sorted(starts)[6::-1]
        found = partitions_read(connection, newest, last=True, limit=3)
        # what has no month may be older still, and each statement asks for twice as many months as the last one
        assert set().union(*found) == {"cdrs_default", "cdrs_2020_01", "cdrs_2020_02"}
        rows = CDR_SOURCE.fetch_page(connection, newest).rows
        newest_of_april = next(row for row in rows if row["started_at"].month == 4)
        middle = partitions_read(connection, newest, after=key_of(newest, newest_of_april), limit=3)
        assert set().union(*middle) == {"cdrs_2020_04"}


def _spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same calls in months of 2020 instead of minutes of one day."""
    return [
        {**row, "started_at": NOW.replace(year=2020, month=1 + row["started_at"].minute + at % 3)}
        for at, row in enumerate(rows)
    ]


@pytest.fixture
def few_months(monkeypatch: pytest.MonkeyPatch, few: tuple[int, int], most: int) -> None:
    """How many months are merged before the others are looked into, and how much may be found there."""
    monkeypatch.setattr(slot_merge, "FEW_MONTHS", few)
    monkeypatch.setattr(slot_merge, "MOST_BEFORE", most)


@pytest.mark.parametrize(("few", "most"), [((3, 5), 5_000), ((3, 5), 1)])
@pytest.mark.usefixtures("few_months")
@settings(max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    rows=CALLS.map(_spread),
    criteria=CRITERIA,
    field=st.sampled_from(SORTS),
    down=st.booleans(),
    limit=st.integers(4, 12),
)
def test_calls_in_many_months_are_paged_in_order(
    months: Database, rows: list[Any], criteria: tuple[Criterion, ...], field: str, down: bool, limit: int
) -> None:
    make_months(months, datetime(2020, 1, 1, tzinfo=UTC).date())  # May to July have none
    listing = Listing(
        cdrs, Sort(field, down), (*criteria, Between("started_at", datetime(2020, 1, 2, tzinfo=UTC), None))
    )
    with calls(months, rows) as (connection, stored):
        expected = in_order([row for row in stored if all(fits_too(c, row) for c in listing.criteria)], listing.sort)
        assert walked(connection, listing, limit, forward=True) == expected
        assert walked(connection, listing, limit, forward=False) == expected
        assert CDR_SOURCE.count(connection, listing).number == len(expected)


def fits_too(criterion: Criterion, row: dict[str, Any]) -> bool:
    if isinstance(criterion, Between) and criterion.high is None:
        return bool(row[criterion.field] >= criterion.low)
    return fits(criterion, row)


def test_doctor_says_whether_the_next_month_is_there(months: Database, postgres_database: Database) -> None:
    assert [one.state for one in months_of_calls(months)] == ["ok"]
    names = months.read(lambda c: c.exec_driver_sql("SELECT part::text FROM priv.cdr_months()").scalars().all())
    newest = ", ".join(names[-MONTHS_AHEAD - 2 :])
    months.write(lambda connection: connection.exec_driver_sql(f"DROP TABLE {newest}"))
    (found,) = months_of_calls(months)
    assert (found.state, found.text) == ("look", "partitioned by month, but next month has no partition")
    assert list(months_of_calls(postgres_database)) == []


def test_the_size_of_the_list_is_estimated_by_its_months(months: Database) -> None:
    store(months, *(OLD + timedelta(days=20 * n) for n in range(12)))
    make_months(months, now().date())
    with months.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        cdr_index_rebuild.refresh_statistics(connection)
    listing = Listing(cdrs, Sort("id"))
    found = months.read(lambda connection: CDR_SOURCE.count(connection, listing, cap=2))
    assert (found.number, found.exact) == (12, False)


def test_a_call_is_changed_and_found_by_its_id_alone(months: Database) -> None:
    store(months, OLD, now())
    make_months(months, now().date())
    ids = months.read(lambda connection: connection.scalars(select(Cdr.id).order_by(Cdr.id)).all())
    months.write(lambda c: update_at_once(c, table_of(Cdr), ("charge",), [(key, 7) for key in ids]))
    charged = select(func.count()).where(Cdr.id.in_(ids), Cdr.charge == 7)
    assert months.read(lambda connection: connection.scalar(charged)) == 2


def test_a_bulk_load_ends_with_the_same_indexes(months: Database) -> None:
    query = text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cdrs' ORDER BY 1")
    before = months.read(lambda connection: connection.execute(query).all())
    months.write(cdr_index_rebuild.drop_cdr_indexes)
    assert len(months.read(lambda connection: connection.execute(query).all())) == 1
    months.write(cdr_index_rebuild.build_cdr_indexes)
    assert months.read(lambda connection: connection.execute(query).all()) == before
