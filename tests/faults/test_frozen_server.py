"""A server that freezes, each of its processes: nobody waits longer than the deadline, and it goes on by itself."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.conftest import run_as_owner
from tests.db.makers import ANN, customer, staff
from tests.faults.flow import count
from tests.screens.driving import agent_at
from tests.servers import Cluster

from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError, DatabaseUnavailable, OutcomeUnknown, QueryTimeout
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.demo import build
from partnertui.domain.errors import DomainError

SOON = 1.0
"""The deadline of these calls, in seconds."""
CONNECTING = 5.0
"""What a new connection waits at most."""


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server of these tests' own: the others go on while it is frozen."""
    server = Cluster()
    try:
        server.start()
        yield server
    finally:
        server.signal(signal.SIGCONT)
        server.stop()


@pytest.fixture
def ready(server: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    name = f"frozen_{abs(hash(request.node.name))}"
    run_as_owner(server, f"CREATE DATABASE {name}")
    database = open_database(server.url(name))
    upgrade(database)
    staff(database)
    yield database
    database.close()


def add_customer(unit: UnitOfWork) -> int:
    new = customer()
    unit.add(new)
    unit.session.flush()
    return new.id


def took(work: Callable[[], object], *errors: type[DatabaseError]) -> float:
    """The seconds until it was given up."""
    started = time.monotonic()
    with pytest.raises(errors):
        work()
    return time.monotonic() - started


def test_reads_and_writes_end_by_their_deadline(server: Cluster, ready: Database) -> None:
    key = new_key()
    assert count(ready, Customer) == 0
    server.signal(signal.SIGSTOP)
    try:
        grace = 2.0
        read = took(lambda: ready.read(lambda c: c.exec_driver_sql("SELECT 1"), deadline=SOON), QueryTimeout)
        assert read < SOON + grace
        write = took(lambda: commit_once(ready, ANN, key, add_customer, deadline=SOON), DatabaseUnavailable)
        assert write < CONNECTING + grace
    finally:
        server.signal(signal.SIGCONT)
    assert commit_once(ready, ANN, key, add_customer) > 0
    assert count(ready, Customer) == 1


@pytest.mark.parametrize("commits", [True, False])
def test_a_save_is_given_up_wherever_the_server_freezes(server: Cluster, ready: Database, commits: bool) -> None:
    """After its last statement: at COMMIT, or at the ROLLBACK of what was refused."""
    key, calls = new_key(), 0

    def work(unit: UnitOfWork) -> int:
        nonlocal calls
        calls += 1
        found = add_customer(unit)
        if calls == 1:
            server.signal(signal.SIGSTOP)
            if not commits:
                raise DomainError("no")
        return found

    started = time.monotonic()
    try:
        with pytest.raises((OutcomeUnknown, DatabaseUnavailable, QueryTimeout, DomainError)) as caught:
            commit_once(ready, ANN, key, work, deadline=SOON)
        assert time.monotonic() - started < SOON + 2 * CONNECTING + 4
    finally:
        server.signal(signal.SIGCONT)
    assert isinstance(caught.value, DatabaseError if commits else DomainError)
    assert commit_once(ready, ANN, key, work) > 0
    assert count(ready, Customer) == 1


async def test_the_screen_goes_on_and_says_how_old_it_is(server: Cluster, settings: Settings, folders: Folders) -> None:
    run_as_owner(server, "CREATE DATABASE frozen_screen")
    url = server.url("frozen_screen")
    build(url, customers=3, cdrs=50, seed=7)
    there = replace(settings, database=DatabaseSettings(url=url), development=True)
    async with agent_at(there, folders, "customers") as agent:
        assert "1 of " in agent.screen
        server.signal(signal.SIGSTOP)
        try:
            await agent.pilot.press("r")
            for _ in range(60):
                await asyncio.sleep(0.5)
                if re.search(r"as of \d\d:\d\d:\d\d, database offline", agent.screen):
                    break
            assert re.search(r"as of \d\d:\d\d:\d\d, database offline", agent.screen)
            started = time.monotonic()
            await agent.pilot.press("down", "question_mark")
            assert time.monotonic() - started < 2
            await agent.pilot.press("escape")
        finally:
            server.signal(signal.SIGCONT)
        for _ in range(80):
            await asyncio.sleep(0.5)
            if "database offline" not in agent.screen:
                break
        assert "database offline" not in agent.screen, "it reads again by itself"
        assert "of 3" in agent.screen
