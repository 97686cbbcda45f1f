"""`partnertui maintain --partition-calls` on a database in use, then everything that is done with calls."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.cli.test_privacy_commands import CLOSED
from tests.conftest import run_as_owner
from tests.servers import Cluster
from tests.sync import switch

from partnertui.cli import main
from partnertui.db.cdr_partitions import start_of_month
from partnertui.db.database import Database, open_database
from partnertui.demo import build

pytestmark = pytest.mark.postgresql
Captured = pytest.CaptureFixture[str]
CALLS = 400


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    """A demo, and a switch with a finished call of next month."""
    run_as_owner(cluster, "CREATE DATABASE pt_by_month")
    build(cluster.url("pt_by_month"), customers=12, cdrs=CALLS, seed=7)
    with closing(open_database(cluster.url("pt_by_month"))) as database:
        tables = "DROP TABLE IF EXISTS acc, missed_calls, acc_cdrs"  # those of the demo's platform
        database.write(lambda connection: connection.exec_driver_sql(tables))
        switch.create(database)
        later = start_of_month(datetime.now(UTC).date(), 1) + timedelta(hours=5)
        switch.finished(database, "later@switch", "441914980999", later, 20)
        yield database
    run_as_owner(cluster, "DROP DATABASE pt_by_month WITH (FORCE)")


def scalar(database: Database, query: str) -> object:
    return database.read(lambda connection: connection.exec_driver_sql(query).scalar())


def test_everything_that_is_done_with_calls(database: Database, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "settings.toml").write_text("development = true\n", "utf-8")  # as the owner of the tables

    def command(*words: str) -> int:
        return main(["--dir", str(tmp_path), "--database", database.url, "--operator", "admin", *words])

    def listed(*words: str) -> list[dict[str, str]]:
        target = tmp_path / "calls.csv"
        assert command("export", "cdr", "-o", str(target), "--replace", *words) == 0
        return list(csv.DictReader(target.open(encoding="utf-8", newline="")))

    before = listed()
    assert command("maintain", "--partition-calls") == 0
    assert "The table was replaced" in capsys.readouterr().out
    assert listed() == before
    assert command("maintain", "--partition-calls") == 1
    assert "already partitioned by month" in capsys.readouterr().err

    assert command("sync", "--kamailio", database.url) == 0
    part = "SELECT tableoid::regclass::text FROM cdrs WHERE call_id_a = 'later@switch'"
    assert scalar(database, part) == f"cdrs_{start_of_month(datetime.now(UTC).date(), 1):%Y_%m}"
    assert scalar(database, "SELECT count(*) FROM cdrs") == CALLS + 1

    database.write(lambda c: [c.execute(text(statement), {"id": 3}) for statement in CLOSED])
    theirs = "SELECT count(*) FROM cdrs WHERE customer_id = 3 AND destination_number ~ '[0-9]{7}$'"
    assert scalar(database, theirs)
    assert command("privacy", "erase", "3", "--apply") == 0
    assert command("audit", "verify") == 0
    assert not scalar(database, theirs)

    database.write(lambda c: c.execute(text("UPDATE retention_rules SET keep_days = 30 WHERE kind = 'CDRs'")))
    old = scalar(database, "SELECT count(*) FROM cdrs WHERE started_at < now() - interval '30 days'")
    capsys.readouterr()
    assert command("maintain") == 0
    shown = capsys.readouterr().out
    assert f"CDRs: {old:,} older than 30 days removed." in shown
    assert "Call partitions: created for the next 3 months;" in shown
    assert scalar(database, "SELECT last_removed FROM retention_rules WHERE kind = 'CDRs'") == old
    assert scalar(database, "SELECT count(*) FROM cdrs") == CALLS + 1 - int(str(old))
