"""Lists are read from a streaming replica: own writes show at once, lag is measured, one that is gone isn't noticed."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, func, insert, select, text
from tests.conftest import run_as_owner
from tests.db.makers import ANN, staff
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError, DatabaseNotFound, QueryCancelled, QueryTimeout
from partnertui.db.models import Note, Partner
from partnertui.db.query_cancellation import Cancel
from partnertui.db.read_replica import Replica, end_of_records
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.doctor.database import check
from partnertui.kit.declare.view_location import Location
from partnertui.kit.shell.header import Header
from partnertui.screenshot import settle

pytestmark = [pytest.mark.postgresql, pytest.mark.owner]
NAME = "replicated"


@pytest.fixture(scope="module")
def servers(cluster: Cluster) -> Iterator[tuple[Cluster, Cluster]]:
    """A primary with a migrated database, and a standby that follows it."""
    standby = Cluster()
    try:
        run_as_owner(cluster, f"CREATE DATABASE {NAME} TEMPLATE template_pt STRATEGY file_copy")
        with closing(open_database(cluster.url(NAME))) as database:
            staff(database)
        make_login(cluster.url(NAME), "ann", "support")
        make_login(cluster.url(NAME), "pat", "partner")
        standby.follow(cluster)
        yield cluster, standby
    finally:
        standby.stop()
        run_as_owner(cluster, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@pytest.fixture
def replicated(servers: tuple[Cluster, Cluster]) -> Iterator[Database]:
    """The database of support, whose replica is watched and up to date."""
    with opened(servers, "ann") as database:
        yield database


@contextmanager
def opened(servers: tuple[Cluster, Cluster], login: str) -> Iterator[Database]:
    primary, standby = servers
    database = open_database(primary.url(NAME).replace("tests@", f"{login}@"), replica=standby.url(NAME))
    try:
        eventually(lambda: reads_there(database))
        yield database
    finally:
        database.close()


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def replica_of(database: Database) -> Replica:
    assert database.replica is not None
    return database.replica


def is_standby(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT pg_is_in_recovery()")))


def reads_there(database: Database) -> bool:
    return database.read(is_standby, from_replica=True)


def notes(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(Note)) or 0


def write_note(database: Database) -> None:
    with UnitOfWork(database, ANN) as unit:
        unit.add(Note(object_table="customers", object_id=1, author_id=ANN.id, author_name="Ann", body="called back"))
        unit.commit()


@contextmanager
def paused(standby: Cluster) -> Iterator[None]:
    run_as_owner(standby, "SELECT pg_wal_replay_pause()")
    with psycopg.connect(standby.url("postgres"), autocommit=True) as connection:
        state = "SELECT pg_get_wal_replay_pause_state()"
        eventually(lambda: connection.execute(state).fetchone() == ("paused",))
    try:
        yield
    finally:
        run_as_owner(standby, "SELECT pg_wal_replay_resume()")


def test_only_what_says_so_is_read_there(replicated: Database) -> None:
    assert reads_there(replicated)
    assert not replicated.read(is_standby)
    with UnitOfWork(replicated, ANN) as unit:
        assert not is_standby(unit.session.connection())
    assert not replicated.write(is_standby)


def test_the_first_read_waits_for_no_replica(servers: tuple[Cluster, Cluster]) -> None:
    primary, standby = servers
    database = open_database(primary.url(NAME), replica=standby.url(NAME))
    assert not reads_there(database)  # it isn't known yet whether it answers
    eventually(lambda: reads_there(database))
    database.close()


def test_own_writes_show_at_once_and_later_from_the_replica(
    replicated: Database, servers: tuple[Cluster, Cluster]
) -> None:
    with paused(servers[1]):
        before = replicated.read(notes, from_replica=True)
        for number in (1, 2):
            write_note(replicated)
            assert replicated.read(notes, from_replica=True) == before + number
            assert not reads_there(replicated)
        time.sleep(0.3)
        assert not reads_there(replicated)
    eventually(lambda: reads_there(replicated))
    assert replicated.read(notes, from_replica=True) == before + 2


def test_a_hundred_writes_are_each_seen(replicated: Database) -> None:
    for _ in range(100):
        write_note(replicated)
        assert replicated.read(notes, from_replica=True) == replicated.read(notes)
        time.sleep(0.005)
    eventually(lambda: reads_there(replicated))


def test_writes_without_history_count_too(replicated: Database, servers: tuple[Cluster, Cluster]) -> None:
    owner = open_database(servers[0].url(NAME), replica=servers[1].url(NAME))
    eventually(lambda: reads_there(owner))
    with paused(servers[1]):
        owner.write(lambda connection: connection.execute(insert(Partner), [{"name": "Ninth"}]))
        assert not reads_there(owner)
        assert reads_there(replicated)  # another program's writes may come later
    owner.close()


def test_lag_is_what_is_not_replayed_and_nothing_while_nobody_writes(
    replicated: Database, servers: tuple[Cluster, Cluster]
) -> None:
    replica = replica_of(replicated)
    eventually(lambda: replica.lag == 0.0)
    with paused(servers[1]):
        run_as_owner(servers[0], "SELECT pg_current_xact_id()")
        eventually(lambda: replica.lag > 1.0)
        first = replica.lag
        eventually(lambda: replica.lag > first)
        assert replica.lag < 15
    eventually(lambda: replica.lag == 0.0)


def test_row_security_holds_there(servers: tuple[Cluster, Cluster]) -> None:
    with opened(servers, "pat") as database:
        found = database.read(lambda c: (c.scalars(select(Partner.name)).all(), is_standby(c)), from_replica=True)
    assert found == (["Seven"], True)


def test_a_replica_that_is_gone_is_not_noticed(servers: tuple[Cluster, Cluster]) -> None:
    third = Cluster()
    try:
        third.follow(servers[0])
        with opened((servers[0], third), "ann") as database:
            third.stop()
            started = time.monotonic()
            assert not reads_there(database)
            assert not reads_there(database)
            assert time.monotonic() - started < 1
            assert replica_of(database).lag == 0.0
    finally:
        third.stop()


def test_a_frozen_replica_is_left_within_seconds_and_taken_again(
    replicated: Database, servers: tuple[Cluster, Cluster]
) -> None:
    servers[1].signal(signal.SIGSTOP)
    try:
        eventually(lambda: not replica_of(replicated).may_read)
        started = time.monotonic()
        assert not reads_there(replicated)
        assert time.monotonic() - started < 1
    finally:
        servers[1].signal(signal.SIGCONT)
    eventually(lambda: reads_there(replicated), 20)


def test_what_fails_there_is_read_from_the_primary(replicated: Database) -> None:
    tried: list[bool] = []

    def work(connection: Connection) -> str:
        tried.append(is_standby(connection))
        if tried[-1]:
            connection.execute(text("SELECT pg_current_wal_lsn()"))  # refused during recovery
        return "read"

    assert replicated.read(work, from_replica=True) == "read"
    assert tried == [True, False]


def test_cancel_and_deadline_work_there(replicated: Database) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(QueryCancelled):
        replicated.read(is_standby, cancel=cancel, from_replica=True)
    with pytest.raises(QueryTimeout):
        replicated.read(lambda c: c.execute(text("SELECT pg_sleep(30)")), deadline=0.3, from_replica=True)


def test_a_promoted_replica_is_not_read(servers: tuple[Cluster, Cluster]) -> None:
    third = Cluster()
    try:
        third.follow(servers[0])
        with opened((servers[0], third), "ann") as database:
            run_as_owner(third, "SELECT pg_promote()")
            eventually(lambda: not replica_of(database).may_read)
            assert not reads_there(database)
    finally:
        third.stop()


def test_the_login_is_always_the_primary_s(servers: tuple[Cluster, Cluster]) -> None:
    with opened(servers, "pat") as database:  # the replica's URL says tests@
        who = database.read(lambda c: c.scalar(text("SELECT session_user")), from_replica=True)
    assert who == "pat"


def test_urls_that_cannot_be_are_refused() -> None:
    with pytest.raises(DatabaseNotFound, match="SQLite has no replica"):
        open_database("sqlite:///x.db", replica="postgresql://localhost/x")
    with pytest.raises(DatabaseError, match="isn't valid"):
        open_database("postgresql://localhost/x", replica="nonsense")


@pytest.mark.parametrize(("position", "end"), [(0, 0), (24, 0), (8192 + 40, 8192), (8192 + 41, 8192 + 41)])
def test_a_page_header_is_no_record(position: int, end: int) -> None:
    assert end_of_records(position) == end


def test_the_program_reads_lists_there_and_says_when_they_are_old(
    servers: tuple[Cluster, Cluster], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    primary, standby = servers
    there: list[str] = []
    read = Database.read

    def counted(self: Database, work: Callable[[Connection], object], **more: Any) -> object:
        there.append(getattr(work, "__qualname__", "") if self.url == standby.url(NAME) else "")
        return read(self, work, **more)

    monkeypatch.setattr(Database, "read", counted)
    url = primary.url(NAME).replace("tests@", "ann@")
    settings = Settings(database=DatabaseSettings(url=url, replica=standby.url(NAME), replica_lag=1.0), theme="dark")
    folders = Folders.inside(tmp_path)
    folders.make()

    async def use() -> str:
        app = PartnerApp(settings, folders, "customers")
        async with app.run_test(size=(140, 30)) as pilot:
            await settle(app)
            replica = replica_of(app.services.database)
            while not replica.may_read:
                await pilot.pause(0.05)
            app.services.open(Location("users"))
            await settle(app)
            assert any("Feed" in name for name in there), set(there)
            with paused(standby):
                run_as_owner(primary, "SELECT pg_current_xact_id()")
                while replica.lag < 1.5:
                    await pilot.pause(0.05)
                await pilot.pause(1.2)
                return "".join(text for text, _ in app.query_one(Header).right())

    assert re.search(r" replica \d+ s behind ", asyncio.run(use()))


def test_the_doctor_looks_at_each_server(servers: tuple[Cluster, Cluster], tmp_path: Path) -> None:
    primary, standby = servers
    folders = Folders.inside(tmp_path)

    def states(replica: str = "", direct: str = "") -> dict[str, str]:
        servers = DatabaseSettings(url=primary.url(NAME), replica=replica, direct=direct)
        settings = Settings(database=servers, development=True)
        return {finding.name: finding.state for finding in check(settings, folders)}

    assert states(replica=standby.url(NAME), direct=primary.url(NAME)) == {
        name: "ok" for name in ("database", "schema", "replica", "direct", "rights")
    }
    assert states(replica=primary.url(NAME))["replica"] == "look"
    away = f"postgresql://x@/{NAME}?host={tmp_path}"
    found = states(replica=away, direct=away)
    assert (found["database"], found["replica"], found["direct"]) == ("ok", "look", "look")
