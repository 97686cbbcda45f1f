"""Calls of past months in Parquet files: the same rows as in the database, listed as there, and erased."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from tests.db.makers import ANN, customer, staff

from partnertui.db.archive import write_months
from partnertui.db.archive.archive_columns import archived_calls
from partnertui.db.archive.archive_source import ArchiveSource
from partnertui.db.archive.customer_export_and_erasure import PERSONAL, calls_of, erase_calls
from partnertui.db.archive.month_files import month_files
from partnertui.db.archive.write_months import archive_months
from partnertui.db.database import Database
from partnertui.db.models import Cdr
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Between, Contains, Criterion, Equals, Missing, Not, OneOf, Prefix, Search
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.db.rows.source import RowSource
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.call_enums import Disposition
from partnertui.domain.errors import DomainError
from partnertui.screens.cdr.queries import cdrs

BEGIN = datetime(2024, 1, 15, 12, tzinfo=UTC)
MAY = datetime(2024, 5, 1, tzinfo=UTC)
HOSTILE = "a\"b'c\\,\n\u202e日本\x1b[31m"


@pytest.fixture
def calls(database: Database) -> Database:
    """Two customers with 400 calls from January to April 2024, one of them a day of May."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        found = [customer(company=name, partner_id=7) for name in ("Ärzte & Co", "Other")]
        for one in found:
            work.add(one)
        work.commit()
    keys = [one.id for one in found]
    database.write(lambda connection: connection.execute(insert(Cdr), [call(index, keys) for index in range(400)]))
    return database


def call(index: int, customers: list[int]) -> dict[str, Any]:
    """One of the calls, with gaps in what may be missing."""
    return {
        "started_at": BEGIN + timedelta(hours=7 * index, microseconds=index),
        "category": ("dialled", "received", "missed")[index % 3],
        "direction": "outbound" if index % 3 == 0 else "inbound",
        "customer_id": (*customers, None)[index % 3],
        "partner_id": 7 if index % 3 < 2 else None,
        "source_number": None if index % 11 == 0 else f"4420{index * 7919 % 100_000:05}",
        "source_name": HOSTILE if index % 5 == 0 else None,
        "destination_number": f"49{index * 104_729 % 1_000_000:06}",
        "duration": index % 200,
        "billed_seconds": index % 60,
        "charge": index * 1_000,
        "rate": None if index % 4 else 15_000,
        "currency": "EUR",
        "disposition": ("answered", "failed", "no answer", "busy")[index % 4],
        "sip_code": None if index % 4 == 0 else 486,
        "mos": None if index % 2 else 300 + index % 150,
        "call_id_a": f"{index}@example.net",
    }


def all_rows(source: RowSource, database: Database, listing: Listing, *, backward: bool = False) -> list[Any]:
    """Every row, page by page."""
    found: list[Any] = []

    def work(connection: Any) -> None:
        page = source.fetch_page(connection, listing, last=backward, limit=37)
        while True:
            found[:] = [*page.rows, *found] if backward else [*found, *page.rows]
            if not page.more:
                return
            key = key_of(listing, page.rows[0 if backward else -1])
            where: dict[str, Any] = {"before": key} if backward else {"after": key}
            page = source.fetch_page(connection, listing, **where, limit=37)

    database.read(work)
    return found


def test_months_are_written_once_and_only_whole_ones(calls: Database, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    done = list(archive_months(calls, folder, MAY))
    assert [f"{one.month:%Y-%m}" for one in done] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert all(one.is_new for one in done)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    again = list(archive_months(calls, folder, MAY))
    assert [(one.calls, one.is_new) for one in again] == [(one.calls, False) for one in done]
    with pytest.raises(StopIteration):
        next(archive_months(calls, folder, BEGIN))


def test_late_calls_are_added_and_deleted_ones_kept(calls: Database, tmp_path: Path) -> None:
    list(archive_months(calls, tmp_path, MAY))
    calls.write(lambda connection: connection.execute(insert(Cdr), [call(0, [1, 2])]))
    january = next(archive_months(calls, tmp_path, MAY))
    assert january.is_new
    calls.write(lambda connection: connection.execute(delete(Cdr).where(Cdr.duration > 5)))
    kept = next(archive_months(calls, tmp_path, MAY))
    assert (kept.calls, kept.is_new) == (january.calls, False)


@pytest.mark.parametrize("sort", ["started_at", "duration", "source_number", "mos", "disposition", "id"])
@pytest.mark.parametrize("descending", [False, True])
def test_lists_have_the_databases_rows(calls: Database, tmp_path: Path, sort: str, descending: bool) -> None:
    list(archive_months(calls, tmp_path, MAY))
    source, before = ArchiveSource(tmp_path), Between("started_at", None, MAY)
    ours = all_rows(CDR_SOURCE, calls, Listing(cdrs, Sort(sort, descending), (before,)))
    for backward in (False, True):
        theirs = all_rows(source, calls, Listing(archived_calls, Sort(sort, descending), ()), backward=backward)
        assert [row["id"] for row in theirs] == [row["id"] for row in ours]
    shared = ours[0].keys() & theirs[0].keys()
    assert len(shared) > 30
    assert [{name: row[name] for name in shared} for row in theirs] == [
        {name: row[name] for name in shared} for row in ours
    ]


@pytest.mark.parametrize(
    "criterion",
    [
        Equals("disposition", Disposition.FAILED),
        OneOf("disposition", ("busy", "no answer")),
        Prefix("source_number", "44201"),
        Contains("destination_number", "123"),
        Search(("source_number", "destination_number"), "77"),
        Between("started_at", BEGIN, BEGIN + timedelta(days=20)),
        Between("duration", 100, None),
        Missing("source_number"),
        Not(Equals("sip_code", 486)),
        Equals("source_name", HOSTILE),
        Equals("id", 2**70),
    ],
)
def test_filters_find_what_the_database_finds(calls: Database, tmp_path: Path, criterion: Criterion) -> None:
    list(archive_months(calls, tmp_path, MAY))
    source, order = ArchiveSource(tmp_path), Sort("started_at", True)
    ours = all_rows(CDR_SOURCE, calls, Listing(cdrs, order, (Between("started_at", None, MAY), criterion)))
    listing = Listing(archived_calls, order, (criterion,))
    assert [row["id"] for row in all_rows(source, calls, listing)] == [row["id"] for row in ours]
    count = calls.read(lambda connection: source.count(connection, listing))
    assert (count.number, count.exact) == (len(ours), True)


def test_erasure_leaves_what_was_charged(calls: Database, tmp_path: Path) -> None:
    list(archive_months(calls, tmp_path, MAY))
    before = {path: path.read_bytes() for path in tmp_path.glob("*.parquet")}
    source, listing = ArchiveSource(tmp_path), Listing(archived_calls, Sort("id", False), ())
    old = all_rows(source, calls, listing)
    mine = next(row["customer_id"] for row in old if row["customer"] == "Other")
    assert list(calls_of(tmp_path, mine)) == [row for row in old if row["customer_id"] == mine]
    assert erase_calls(tmp_path, mine) == sum(row["customer_id"] == mine for row in old)
    assert all(path.read_bytes() != content for path, content in before.items())
    new = all_rows(source, calls, listing)
    for row, was in zip(new, old, strict=True):
        if row["customer_id"] == mine:
            assert [name for name in PERSONAL if row[name] is not None] == []
            was = {**was, **dict.fromkeys(PERSONAL)}
        assert row == was
    assert erase_calls(tmp_path, mine) == 0


def test_a_file_that_differs_gets_no_name(calls: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = write_months._write_rows

    def and_then_another_is_imported(connection: Any, month: datetime, path: Path) -> None:
        write(connection, month, path)
        path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))

    monkeypatch.setattr(write_months, "_write_rows", and_then_another_is_imported)
    with pytest.raises(DomainError, match=r"The file for 2024-01 has \d+ calls and the database has"):
        list(archive_months(calls, tmp_path, MAY))
    assert [*tmp_path.glob("*.parquet"), *tmp_path.glob(".archive-*")] == []


def test_times_and_money_are_exact(calls: Database, tmp_path: Path) -> None:
    exact = {"started_at": datetime(2024, 3, 31, 23, 59, 59, 999_999, UTC), "charge": 2**53 + 1}
    calls.write(lambda connection: connection.execute(update(Cdr).where(Cdr.duration == 7, Cdr.mos.is_(None)), exact))
    list(archive_months(calls, tmp_path, MAY))
    listing = Listing(archived_calls, Sort("charge", True), ())
    top = all_rows(ArchiveSource(tmp_path), calls, listing)[0]
    assert {name: top[name] for name in exact} == exact
    stored = select(Cdr.id).where(Cdr.charge == exact["charge"])
    assert top["id"] in calls.read(lambda connection: set(connection.execute(stored).scalars()))


def test_what_cannot_be_read_is_a_sentence(database: Database, tmp_path: Path) -> None:
    listing = Listing(archived_calls, Sort("started_at", True), ())
    with pytest.raises(DomainError, match="There are no archived calls"):
        all_rows(ArchiveSource(tmp_path), database, listing)
    (tmp_path / "calls-2024-01.parquet").write_bytes(b"not a file of ours")
    (tmp_path / "calls-2024-13.parquet").write_bytes(b"not a month")
    assert len(month_files(tmp_path)) == 1
    with pytest.raises(Exception, match=r"The archive can't be read"):
        all_rows(ArchiveSource(tmp_path), database, listing)
