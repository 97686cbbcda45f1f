"""A filled table of calls becomes the first of its months: every row, ID, right and index is what it was before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from tests.conftest import run_as_owner
from tests.db.maintenance.months_database import parts
from tests.db.makers import NOW, staff
from tests.servers import Cluster

from partnertui.db.cdr_partitions import make_months, start_of_month
from partnertui.db.database import Database, open_database
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.models import Cdr
from partnertui.db.models.base import now
from partnertui.doctor.database import months_of_calls
from partnertui.domain.errors import DomainError

pytestmark = [pytest.mark.postgresql, pytest.mark.owner]
ALL = "SELECT count(*), md5(string_agg(c::text, '|' ORDER BY id)) FROM cdrs c"
POLICIES = """SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies
  WHERE tablename IN ('cdrs', 'hep_messages') ORDER BY 1, 2"""
RIGHTS = """SELECT c.relacl::text, c.relrowsecurity, c.relowner,
    (SELECT string_agg(a.attname || a.attacl::text, ',' ORDER BY a.attname) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)
  FROM pg_class c WHERE c.oid = 'public.cdrs'::regclass"""
COLUMNS = """SELECT attname, format_type(atttypid, atttypmod), attnotnull, attcollation, attgenerated,
    pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
  WHERE a.attrelid = 'public.cdrs'::regclass AND a.attnum > 0 ORDER BY attnum"""
CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = 'public.cdrs'::regclass AND contype = 'c'"
INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = '{}' AND schemaname = 'public' ORDER BY 1"
FILES = "SELECT relfilenode FROM pg_class JOIN pg_index ON indexrelid = oid WHERE indrelid = '{}'::regclass"


@pytest.fixture
def filled(cluster: Cluster) -> Iterator[Database]:
    """A thousand calls of two years, with holes between their IDs."""
    name = "pt_filled"
    run_as_owner(cluster, f"CREATE DATABASE {name} TEMPLATE template_pt STRATEGY file_copy")
    database = open_database(cluster.url(name))
    staff(database)
    rows = [
        {
            "id": number * 3,
            "started_at": NOW - timedelta(hours=17 * number),
            "category": ("dialled", "received", "missed", "other")[number % 4],
            "direction": "outbound",
            "disposition": "answered",
            "customer_id": number % 7 or None,
            "destination_number": f"4420{number:07d}",
            "rating": "no price" if number % 50 == 0 else "rated",
            "origin": f"kamailio:{number}" if number % 2 else None,
        }
        for number in range(1, 1001)
    ]
    database.write(lambda connection: connection.execute(insert(Cdr), rows))
    database.write(lambda connection: connection.exec_driver_sql("SELECT setval('cdrs_id_seq', 3000)"))
    yield database
    database.close()
    run_as_owner(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def ask(database: Database, query: str) -> list[Any]:
    return database.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])


def test_everything_is_as_before(filled: Database) -> None:
    queries = (ALL, POLICIES, RIGHTS, COLUMNS, CHECKS, INDEXES.format("cdrs"))
    before = [ask(filled, query) for query in queries]
    files = set(ask(filled, FILES.format("cdrs")))
    lines = list(partition_calls(filled))
    first = f"cdrs_before_{start_of_month(now().date(), 1):%Y_%m}"
    assert any(first in line for line in lines)
    assert [ask(filled, query) for query in queries] == before
    assert parts(filled) == {first: 1000}
    kept = set(ask(filled, FILES.format(first)))
    assert len(kept & files) == len(files) - 3  # no index was built again, but for those that had to be others
    assert len(kept) == len(files) == len(before[-1])
    assert ask(filled, CHECKS.replace("public.cdrs", first)) == before[4]
    unused = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"
    assert ask(filled, unused) == []


def test_calls_go_on_in_their_months(filled: Database) -> None:
    list(partition_calls(filled))
    call = {"category": "other", "direction": "inbound", "disposition": "answered"}
    later = start_of_month(now().date(), 1) + timedelta(days=3)
    rows = [{**call, "started_at": at} for at in (NOW, later, datetime(2040, 1, 1, tzinfo=UTC))]
    filled.write(lambda connection: connection.execute(insert(Cdr), rows))
    assert [id for (id,) in ask(filled, "SELECT id FROM cdrs WHERE id > 3000 ORDER BY 1")] == [3001, 3002, 3003]
    first = f"cdrs_before_{start_of_month(now().date(), 1):%Y_%m}"
    assert parts(filled) == {first: 1001, f"cdrs_{later:%Y_%m}": 1, "cdrs_default": 1}
    assert make_months(filled, now().date()) == 0


def test_it_is_done_beside_readers_and_writers(filled: Database) -> None:
    """Both go on all the time; none fails."""
    done = threading.Event()
    call = {"category": "other", "direction": "inbound", "disposition": "answered", "started_at": NOW}

    def work(connection: Connection) -> None:
        connection.execute(insert(Cdr), call)
        assert int(connection.scalar(text("SELECT count(*) FROM cdrs")) or 0) >= 1000

    def go_on() -> int:
        written = 0
        while not done.is_set():
            filled.write(work)
            written += 1
        return written

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(go_on)
        try:
            list(partition_calls(filled))
        finally:
            done.set()
        written = other.result()
    assert written
    assert ask(filled, "SELECT count(*) FROM cdrs") == [(1000 + written,)]


def test_killed_before_the_end_it_begins_again(filled: Database) -> None:
    before = ask(filled, ALL)
    for steps in (1, 2, 3):
        run = partition_calls(filled)
        for _ in range(steps):
            next(run)
        run.close()
        assert ask(filled, ALL) == before
        assert ask(filled, CHECKS) == [("ck_cdrs_seconds",)]
    list(partition_calls(filled))
    assert ask(filled, ALL) == before
    with pytest.raises(DomainError, match="already partitioned by month"):
        list(partition_calls(filled))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        ("CREATE VIEW long_calls WITH (security_invoker) AS SELECT id FROM cdrs", "calls table: long_calls"),
        ("UPDATE cdrs SET started_at = '2199-01-01' WHERE id = 3", "A call is dated 01 January 2199"),
    ],
)
def test_what_stands_in_the_way_is_named(filled: Database, made: str, words: str) -> None:
    filled.write(lambda connection: connection.exec_driver_sql(made))
    with pytest.raises(DomainError, match=words):
        list(partition_calls(filled))
    assert ask(filled, "SELECT relkind FROM pg_class WHERE oid = 'public.cdrs'::regclass") == [("r",)]


def test_doctor_names_a_run_that_was_killed(filled: Database) -> None:
    check = "ALTER TABLE cdrs ADD CONSTRAINT ck_cdrs_before CHECK (started_at < '2199-01-01') NOT VALID"
    filled.write(lambda connection: connection.exec_driver_sql(check))
    (found,) = months_of_calls(filled)
    assert "was interrupted" in found.text
    list(partition_calls(filled))
    assert [one.state for one in months_of_calls(filled)] == ["ok"]


def test_sqlite_keeps_one_table(sqlite_database: Database) -> None:
    with pytest.raises(DomainError, match="SQLite has no partitions"):
        list(partition_calls(sqlite_database))
    assert make_months(sqlite_database, now().date()) == 0
