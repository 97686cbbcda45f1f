"""Reading, cancelling, time limits, and what goes wrong, as an agent meets it."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from tests.db.makers import ANN, staff

from partnertui.db.database import Database, open_database
from partnertui.db.errors import (
    DatabaseError,
    DatabaseLocked,
    DatabaseNotFound,
    DatabaseReadOnly,
    DatabaseUnavailable,
    QueryCancelled,
    QueryTimeout,
    SchemaTooNew,
    SchemaTooOld,
)
from partnertui.db.migrate import upgrade
from partnertui.db.query_cancellation import Cancel
from partnertui.db.unit_of_work import UnitOfWork

SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000000) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
}


def slow(database: Database, cancel: Cancel | None = None, deadline: float = 10.0) -> None:
    database.read(lambda c: c.execute(text(SLOW[database.dialect])).all(), cancel=cancel, deadline=deadline)


def test_a_running_query_is_stopped_in_the_database(database: Database) -> None:
    cancel = Cancel()
    threading.Timer(0.2, cancel.cancel).start()
    started = time.monotonic()
    with pytest.raises(QueryCancelled):
        slow(database, cancel)
    assert time.monotonic() - started < 3
    assert database.read(lambda c: c.execute(text("SELECT 1")).scalar()) == 1


def test_a_query_cancelled_before_its_start_never_starts(database: Database) -> None:
    cancel = Cancel()
    cancel.cancel()
    ran: list[int] = []
    with pytest.raises(QueryCancelled):
        database.read(lambda c: ran.append(1), cancel=cancel)
    assert not ran


def test_the_deadline_ends_a_query_and_says_so(database: Database) -> None:
    with pytest.raises(QueryTimeout, match="too long"):
        slow(database, deadline=0.3)
    assert database.read(lambda c: c.execute(text("SELECT 1")).scalar()) == 1


def test_a_read_cannot_write(postgres_database: Database) -> None:
    with pytest.raises(DatabaseReadOnly):
        postgres_database.read(lambda c: c.execute(text("DELETE FROM partners")))


def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(database: Database) -> None:
    assert database.check().state == "current"
    assert upgrade(database) == database.check().needed


@pytest.mark.parametrize(("found", "error"), [("0000", SchemaTooNew), ("9999", SchemaTooNew)])
def test_a_database_of_another_version_is_refused(database: Database, found: str, error: type[Exception]) -> None:
    database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": found}))
    with pytest.raises(error, match=found):
        database.check().require()
    with pytest.raises(error):
        upgrade(database)


def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(SchemaTooOld) as caught:
        database.check().require()
    assert "partnertui migrate" in caught.value.advice
    database.close()


def test_a_read_only_file_is_read_but_not_written(sqlite_database: Database) -> None:
    reader = open_database(sqlite_database.url, read_only=True)
    assert reader.check().state == "current"
    with pytest.raises(DatabaseReadOnly):
        reader.write(lambda c: c.execute(text("DELETE FROM partners")))
    reader.close()


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotFound):
        open_database(f"sqlite:///{tmp_path}/nowhere/x.db").check()


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("hello, this is no database at all" * 50)
    with pytest.raises(DatabaseNotFound, match="isn't a partnertui database"):
        open_database(f"sqlite:///{tmp_path}/x.db").check()


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite"])
def test_a_url_that_cannot_be_is_a_sentence(url: str) -> None:
    with pytest.raises(DatabaseNotFound):
        open_database(url)


def test_a_server_that_is_not_there_is_away(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable):
        open_database(f"postgresql://x@/y?host={tmp_path}").check()


def test_a_server_without_that_database_says_so(postgres_database: Database) -> None:
    url = postgres_database.url.replace("/pt_", "/not_here_")
    with pytest.raises(DatabaseNotFound):
        open_database(url).check()


def test_a_second_writer_waits_and_then_says_who_is_in_the_way(sqlite_database: Database) -> None:
    other = open_database(sqlite_database.url)

    def blocked(connection: object) -> None:
        with other.engine.connect() as raw:
            raw.exec_driver_sql("PRAGMA busy_timeout=100")
        with pytest.raises(DatabaseLocked):
            other.write(lambda c: None)

    sqlite_database.write(blocked)
    other.close()


def test_a_server_that_freezes_keeps_nobody_waiting(postgres_database: Database) -> None:
    frozen: list[int] = []

    def work(connection: Connection) -> None:
        frozen.append(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
        os.kill(frozen[0], signal.SIGSTOP)
        connection.execute(text("SELECT 1"))

    started = time.monotonic()
    try:
        with pytest.raises(QueryTimeout):
            postgres_database.read(work, deadline=0.5)
        assert time.monotonic() - started < 4
    finally:
        os.kill(frozen[0], signal.SIGCONT)
    assert postgres_database.read(lambda c: c.execute(text("SELECT 1")).scalar()) == 1


def test_parameters_never_reach_a_message(database: Database) -> None:
    def work(connection: object) -> None:
        connection.execute(text("INSERT INTO partners(name) VALUES (:n), (:n)"), {"n": "4111111111111111"})  # type: ignore[attr-defined]

    with pytest.raises(DatabaseError) as caught:
        database.write(work)
    seen, error = "", caught.value
    chain: BaseException | None = error
    while chain is not None:
        seen, chain = seen + str(chain), chain.__cause__
    assert "4111111111111111" not in str(error)


def test_a_commit_is_on_the_disk_before_it_is_acknowledged(sqlite_database: Database) -> None:
    full = 2  # sqlite.org/pragma.html#pragma_synchronous: WAL is synced after each transaction
    assert sqlite_database.read(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar()) == full


@pytest.mark.parametrize("replaced", [True, False])
def test_a_file_that_is_removed_or_replaced_takes_no_more_writes(
    sqlite_database: Database, tmp_path: Path, replaced: bool
) -> None:
    staff(sqlite_database)
    file = Path(sqlite_database.url.removeprefix("sqlite:///"))
    kept = file.rename(tmp_path / "kept.db")
    if replaced:
        file.write_bytes(kept.read_bytes())
    for _ in range(2):
        with pytest.raises(DatabaseNotFound, match="removed or replaced"), UnitOfWork(sqlite_database, ANN):
            pass
        with pytest.raises(DatabaseNotFound, match="removed or replaced"):
            sqlite_database.read(lambda connection: connection.exec_driver_sql("SELECT 1"))
    kept.rename(file)
    assert sqlite_database.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()) == 1
