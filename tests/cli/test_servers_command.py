"""`partnertui servers`: adds a server, moves months of a partner to it, and says what is where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from tests.db.foreign_cdr_servers.remote import PASSWORD, Remote
from tests.db.maintenance.months_database import by_month
from tests.db.makers import NOW, staff
from tests.servers import Cluster

from partnertui.cli import main
from partnertui.db.cdr_partitions import make_months
from partnertui.db.database import Database
from partnertui.db.models import Cdr

pytestmark = pytest.mark.postgresql


@pytest.fixture
def months(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Two calls of last May, of partner 7 and of none."""
    with by_month(cluster, "pt_servers_command") as database:
        staff(database)
        call = {"category": "other", "direction": "inbound", "disposition": "answered", "started_at": NOW}
        rows = [{**call, "partner_id": partner} for partner in (7, None)]
        database.write(lambda connection: connection.execute(insert(Cdr), rows))
        make_months(database, NOW.date())
        monkeypatch.setenv("PARTNERTUI_DATABASE_URL", database.url)
        yield database


def test_a_server_from_adding_to_upgrading(
    months: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["servers", "list"]) == 0
    assert capsys.readouterr().out == "All calls are in this database.\n"
    remote = Remote()
    try:
        remote.start()
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
        assert main(["servers", "add", "north", remote.link]) == 1
        assert "CREATE EXTENSION postgres_fdw" in capsys.readouterr().err
        months.write(lambda connection: connection.exec_driver_sql("CREATE EXTENSION postgres_fdw"))
        assert main(["servers", "add", "north", remote.link]) == 0
        assert main(["servers", "move", "north=7", "--before", "2026-06"]) == 0
        assert "cdrs_2026_05: 1 call to north; 1 stayed here.\n1 month moved." in capsys.readouterr().out
        assert main(["servers", "list"]) == 0
        where = f"north: link@{remote.folder}:5432/calls"
        assert capsys.readouterr().out == f"{where}, responds\n  2026_05: partner 7\n"
        assert main(["servers", "upgrade"]) == 0
        assert capsys.readouterr().out == "north: 0 columns added.\n"
        remote.away()
        assert main(["servers", "list"]) == 1
        assert capsys.readouterr().out.startswith(f"{where}, failed: ")
        assert PASSWORD not in capsys.readouterr().out
    finally:
        remote.stop()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["add", "north"], "Exactly one name and one URL are needed"),
        (["move"], "No partner was given"),
        (["move", "north=x"], "“north=x” can't be read"),
        (["move", "north=7", "--before", "May"], "“May” isn't a month"),
        (["move", "north=7"], "There is no server “north”"),
    ],
)
def test_what_is_wrong_is_said(
    months: Database, words: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["servers", *words]) == 1
    assert answer in capsys.readouterr().err


def test_sqlite_has_no_months(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERTUI_DATABASE_URL", sqlite_database.url)
    assert main(["servers", "list"]) == 1
    assert "aren't partitioned by month" in capsys.readouterr().err
