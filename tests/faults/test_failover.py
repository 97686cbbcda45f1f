"""Two PostgreSQL servers with synchronous replication; the primary dies in the middle of saves, the standby takes over.

`FAILOVERS=10 pytest tests/faults/test_failover.py` does it that often.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy import select
from tests.faults.flow import Work, count
from tests.faults.flows import FLOWS
from tests.servers import Cluster

from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError, OutcomeUnknown
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.migrate import upgrade
from partnertui.db.models import CommittedWrite

FAILOVERS = int(os.environ.get("FAILOVERS", "1"))
NAMES = ("refund", "note")
ACKNOWLEDGED = 30
"""Saves of each flow before and after the failover."""
SETTINGS = ("synchronous_commit=on", "wal_receiver_status_interval=1")


@dataclass
class Pair:
    """A primary with its standby, and the URL that finds whichever of them takes writes."""

    primary: Cluster
    standby: Cluster

    def url(self, name: str) -> str:
        """The URL of a database."""
        hosts = f"host={self.primary.folder}&host={self.standby.folder}"
        return f"postgresql://tests@/{name}?{hosts}&target_session_attrs=read-write"

    def wait_for_standby(self) -> None:
        """From now on, no COMMIT is acknowledged that the standby doesn't have."""
        with psycopg.connect(self.primary.url("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            for _ in range(200):
                if connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone():
                    return
                time.sleep(0.05)
        raise AssertionError("the standby does not follow")

    def fail_over(self) -> None:
        """The primary loses its power; the standby is promoted."""
        self.primary.signal(signal.SIGKILL)
        with psycopg.connect(self.standby.url("postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")


@contextmanager
def opened_pair() -> Iterator[tuple[Pair, dict[str, Database]]]:
    """Both servers with a database for each flow, in sync."""
    with ExitStack() as stack:
        pair = Pair(Cluster(*SETTINGS), Cluster(*SETTINGS))
        stack.callback(pair.primary.stop)
        stack.callback(pair.standby.stop)
        pair.primary.start()
        databases = {}
        for name in NAMES:
            with psycopg.connect(pair.primary.url("postgres"), autocommit=True) as connection:
                template = f" TEMPLATE {NAMES[0]}" if name != NAMES[0] else ""
                connection.execute(f"CREATE DATABASE {name}{template}")
            one = open_database(pair.primary.url(name))
            upgrade(one)
            one.close()
        for name in NAMES:
            databases[name] = open_database(pair.url(name))
            stack.callback(databases[name].close)
            if name != NAMES[0]:
                FLOWS[name].ready(databases[name])
        FLOWS[NAMES[0]].ready(databases[NAMES[0]])
        pair.standby.follow(pair.primary)
        pair.wait_for_standby()
        yield pair, databases


@dataclass
class Writer:
    """An agent who saves without a pause, and presses the same key again until it is saved."""

    name: str
    database: Database
    acknowledged: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    failures: list[DatabaseError] = field(default_factory=list)
    wrong: list[BaseException] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def begun(self, number: int, key: str) -> Work:
        """The dialog of a round, opened again until it could be read."""
        while True:
            try:
                return FLOWS[self.name].begin(self.database, number, key, FLOWS[self.name].who)
            except DatabaseError as error:
                self.failures.append(error)
                time.sleep(0.05)

    def press(self, key: str, work: Work) -> bool:
        """Whether it was acknowledged."""
        try:
            commit_once(self.database, FLOWS[self.name].who, key, work, deadline=3.0, found_earlier=self._told(key))
        except DatabaseError as error:
            self.failures.append(error)
            if isinstance(error, OutcomeUnknown):
                self.unknown.add(key)
            return False
        self.acknowledged.append(key)
        return True

    def _told(self, key: str):  # type: ignore[no-untyped-def]
        return lambda: self.found.append(key)

    def run(self) -> None:
        """Until there are enough."""
        try:
            while not self.enough.is_set():
                key = new_key()
                work = self.begun(len(self.acknowledged) + 1, key)
                while not self.press(key, work):
                    time.sleep(0.05)
        except BaseException as error:
            self.wrong.append(error)
            raise

    def wait_for(self, more: int) -> None:
        """Until it has saved this many more."""
        aim, end = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < aim:
            assert not self.wrong
            assert time.monotonic() < end, (self.name, len(self.acknowledged), self.failures[-3:])
            time.sleep(0.02)

    def check(self, pair: Pair) -> None:
        """What was acknowledged is on the new primary, once, and nothing else is."""
        there = open_database(pair.standby.url(self.name))
        keys = set(there.read(lambda connection: connection.scalars(select(CommittedWrite.idempotency_key)).all()))
        assert set(self.acknowledged) - keys == set(), "acknowledged and lost"
        assert keys == set(self.acknowledged)
        assert FLOWS[self.name].effects(there) == len(set(self.acknowledged)) == len(self.acknowledged)
        assert not check_ledgers(there).problems
        there.close()


def test_a_commit_that_waits_for_its_standby_is_unknown_until_the_standby_is_back() -> None:
    with opened_pair() as (pair, databases):
        writer = Writer("note", databases["note"])
        key = new_key()
        work = writer.begun(1, key)
        pair.standby.signal(signal.SIGSTOP)
        started = time.monotonic()
        try:
            with pytest.raises(OutcomeUnknown, match="may or may not have been saved"):
                commit_once(databases["note"], FLOWS["note"].who, key, work, deadline=1.0)
            assert time.monotonic() - started < 15
            assert count(databases["note"], CommittedWrite) == 0, "nobody sees it yet"
        finally:
            pair.standby.signal(signal.SIGCONT)
        assert writer.press(key, work)
        assert FLOWS["note"].effects(databases["note"]) == 1
        assert writer.found == [key]


@pytest.mark.parametrize("number", range(FAILOVERS))
def test_a_standby_is_promoted_in_the_middle_of_a_save(number: int) -> None:
    with opened_pair() as (pair, databases):
        writers = [Writer(name, databases[name]) for name in NAMES]
        threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
        for thread in threads:
            thread.start()
        for writer in writers:
            writer.wait_for(ACKNOWLEDGED)
        died = time.monotonic()
        pair.fail_over()
        for writer in writers:
            writer.wait_for(1)
        away = time.monotonic() - died
        for writer in writers:
            writer.wait_for(ACKNOWLEDGED)
            writer.enough.set()
        for thread in threads:
            thread.join(20)
        for writer in writers:
            writer.check(pair)
        saved = sum(len(writer.acknowledged) for writer in writers)
        tries = sum(len(writer.failures) for writer in writers)
        unknown = sum(len(writer.unknown) for writer in writers)
        assert tries > 0, "the failover hit nobody"
        print(f"{saved} saved, {tries} tries failed, {unknown} unknown, first save after {away:.1f} s; 0 lost, 0 twice")
