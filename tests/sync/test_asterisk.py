"""Asterisk's records become CDRs, from Master.csv and from the cdr table, each once whichever comes first."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.sync import switch

from partnertui.db.database import Database
from partnertui.db.sync import sync
from partnertui.db.sync.asterisk_call_conversion import COLUMNS
from partnertui.db.sync.batch_size import BatchSize
from partnertui.db.sync.master_csv import MasterCsv
from partnertui.domain.errors import DomainError

CALL = {
    "accountcode": "",
    "src": "1001",
    "dst": "02079460000",
    "dcontext": "from-internal",
    "clid": '"Ann ""A""" <1001>',
    "channel": "PJSIP/1001-00000001",
    "dstchannel": "PJSIP/trunk-00000002",
    "lastapp": "Dial",
    "lastdata": "PJSIP/x,30",
    "start": "2026-03-01 09:00:00",
    "answer": "2026-03-01 09:00:05",
    "end": "2026-03-01 09:01:05",
    "duration": "65",
    "billsec": "60",
    "disposition": "ANSWERED",
    "amaflags": "DOCUMENTATION",
    "uniqueid": "1772355600.1",
    "userfield": "",
}
MISSED = CALL | {
    "src": "0033123456789",
    "dst": "442079460000",
    "channel": "PJSIP/trunk-00000003",
    "dstchannel": "PJSIP/ann-00000004",
    "disposition": "NO ANSWER",
    "billsec": "0",
    "answer": "",
    "uniqueid": "1772355600.3",
    "clid": "0033123456789",
}


def lines(*calls: dict[str, str], columns: int = 18) -> str:
    """As cdr_csv writes them: all but numbers in quotes."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for call in calls:
        writer.writerow([call[name] for name in COLUMNS[:columns]])
    return out.getvalue()


@pytest.fixture
def filled(database: Database) -> Database:
    switch.people(database)
    return database


def test_master_csv(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(lines(CALL, MISSED))
    report = sync(filled, master_csv=file, asterisk_timezone="America/New_York")
    assert (report.imported, report.unmatched, report.by_source) == (3, 0, {"Asterisk Master.csv": 3})
    found = switch.cdrs(filled)
    dialled = found["asterisk:1772355600.1/PJSIP/trunk-00000002"]
    assert (dialled.customer_id, dialled.user_id, dialled.duration) == (1, 1001, 60)
    assert (dialled.source_number, dialled.destination_number) == ("1001", "442079460000")
    assert dialled.started_at == datetime(2026, 3, 1, 14, tzinfo=UTC)
    missed = found["asterisk:1772355600.3/PJSIP/ann-00000004"]
    assert (missed.customer_id, missed.category, missed.source_number) == (2, "missed", "33123456789")


def test_appended_lines_are_taken_and_half_a_line_waits(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    whole = lines(CALL, MISSED)
    file.write_text(whole[:-20])
    assert sync(filled, master_csv=file, timezone="UTC").imported == 2
    file.write_text(whole)
    report = sync(filled, master_csv=file, timezone="UTC")
    assert (report.imported, report.known, report.bad) == (1, 0, 0)
    file.write_text(lines(CALL | {"uniqueid": "9.9"}))  # rotated
    assert sync(filled, master_csv=file, timezone="UTC").imported == 2


def test_bad_lines_are_told_and_the_others_taken(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    bad = lines(CALL | {"start": "yesterday"}, CALL | {"billsec": "many"}, CALL | {"disposition": "\x1b[2J"})
    file.write_bytes(b"not,a,record\n\n" + bad.encode() + b'"open\n\xff\xfe\0\n' + lines(MISSED).encode())
    report = sync(filled, master_csv=file, timezone="UTC")
    assert (report.imported, report.bad, len(report.errors)) == (1, 6, 6)
    assert report.errors[0].startswith("Master.csv, byte 0: the line has 3 columns")


def test_without_unique_ids_a_line_still_counts_once(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(lines(MISSED, columns=16))
    assert sync(filled, master_csv=file, timezone="UTC").imported == 1
    file.write_text(lines(CALL, MISSED, columns=16))
    assert sync(filled, master_csv=file, timezone="UTC").imported == 2


def test_no_file(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="can't be read"):
        sync(filled, master_csv=tmp_path / "none.csv")


def asterisk_table(database: Database, calls: list[dict[str, str]], more: str = "") -> None:
    """Asterisk's cdr table as its samples make it."""
    kinds = {
        "start": "TIMESTAMP",
        "answer": "TIMESTAMP",
        "end": "TIMESTAMP",
        "duration": "INTEGER",
        "billsec": "INTEGER",
    }
    columns = ", ".join(f'"{name}" {kinds.get(name, "VARCHAR(80)")}' for name in COLUMNS)
    names = ", ".join(f'"{name}"' for name in COLUMNS)

    def work(connection: Any) -> None:
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS cdr ({more}{columns})"))
        values = [{name: value or None for name, value in call.items()} for call in calls]
        binds = ", ".join(
            f"CAST(:{name} AS TIMESTAMP)"
            if name in ("start", "answer", "end") and database.dialect == "postgresql"
            else f"CAST(:{name} AS INTEGER)"
            if kinds.get(name) == "INTEGER"
            else f":{name}"
            for name in COLUMNS
        )
        connection.execute(text(f"INSERT INTO cdr ({names}) VALUES ({binds})"), values)

    database.write(work)


def many(number: int, begin: str = "2026-03-01 09:00:00") -> list[dict[str, str]]:
    """Calls in the same second, as a campaign makes them."""
    return [MISSED | {"uniqueid": f"1.{at}", "end": begin, "start": begin} for at in range(number)]


@pytest.mark.parametrize("key", ["", "id"])
def test_the_cdr_table(filled: Database, key: str) -> None:
    kind = "SERIAL PRIMARY KEY" if filled.dialect == "postgresql" else "INTEGER PRIMARY KEY"
    asterisk_table(filled, [*many(1003), CALL], f"id {kind}, " if key else "")
    report = sync(filled, asterisk=filled, timezone="UTC")
    assert (report.imported, report.bad) == (1005, 0)
    late = MISSED | {"uniqueid": "2.1", "end": "2026-03-01 08:59:00"}
    asterisk_table(filled, [late])
    assert sync(filled, asterisk=filled, timezone="UTC").imported == 1
    assert switch.cdrs(filled)["asterisk:2.1/PJSIP/ann-00000004"].category == "missed"


def test_master_csv_and_the_table_are_the_same_calls(filled: Database, tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    file.write_text(lines(CALL, MISSED))
    asterisk_table(filled, [CALL, MISSED])
    report = sync(filled, asterisk=filled, master_csv=file, timezone="UTC")
    assert (report.imported, report.known) == (3, 2)


@given(st.lists(st.binary(max_size=80) | st.sampled_from([lines(CALL).encode(), lines(MISSED).encode()[:-9] + b"\n"])))
def test_any_file_is_read_to_its_end(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    file = tmp_path_factory.mktemp("csv") / "Master.csv"
    file.write_bytes(b"".join(parts) + b"\n")
    items = [item for batch in MasterCsv(file, None).batches("", BatchSize()) for item in batch]
    assert len(items) == file.read_bytes().count(b"\n")
    if items:
        assert list(MasterCsv(file, None).batches(items[-1].position, BatchSize())) == []
