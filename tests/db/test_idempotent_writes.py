"""A write with a key is done once: tried again, tried twice at the same time, its answer lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from tests.db.makers import ANN, customer, staff

from partnertui.db import idempotent_writes
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseUnavailable, OutcomeUnknown
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError


@pytest.fixture
def ready(database: Database) -> Database:
    staff(database)
    return database


def add_acme(unit: UnitOfWork) -> int:
    new = customer()
    unit.add(new)
    unit.session.flush()
    return new.id


def customers(database: Database) -> int:
    return database.read(lambda connection: connection.execute(select(func.count(Customer.id))).scalar_one())


def test_a_second_try_returns_what_the_first_did(ready: Database) -> None:
    key = new_key()
    first = commit_once(ready, ANN, key, add_acme)
    assert commit_once(ready, ANN, key, add_acme) == first
    assert customers(ready) == 1
    assert commit_once(ready, ANN, new_key(), add_acme) != first


def test_other_values_under_the_same_key_are_refused(ready: Database) -> None:
    key = new_key()
    commit_once(ready, ANN, key, add_acme, {"company": "Acme"})
    with pytest.raises(DomainError, match="first attempt was saved"):
        commit_once(ready, ANN, key, add_acme, {"company": "Acme Ltd"})


def test_what_was_refused_can_be_tried_again(ready: Database) -> None:
    key = new_key()

    def refuse(unit: UnitOfWork) -> int:
        add_acme(unit)
        raise DomainError("no")

    with pytest.raises(DomainError):
        commit_once(ready, ANN, key, refuse)
    assert customers(ready) == 0
    assert commit_once(ready, ANN, key, add_acme) > 0


@pytest.mark.parametrize("stored", [True, False])
def test_a_lost_answer_is_looked_up(ready: Database, monkeypatch: pytest.MonkeyPatch, stored: bool) -> None:
    commit = UnitOfWork.commit

    def lose(unit: UnitOfWork) -> None:
        if stored:
            commit(unit)
        raise OutcomeUnknown("lost")

    key = new_key()
    monkeypatch.setattr(UnitOfWork, "commit", lose)
    if stored:
        assert commit_once(ready, ANN, key, add_acme) > 0
    else:
        with pytest.raises(DatabaseUnavailable, match="before your change was saved"):
            commit_once(ready, ANN, key, add_acme)
    monkeypatch.undo()
    commit_once(ready, ANN, key, add_acme)
    assert customers(ready) == 1


@pytest.mark.owner
def test_nobody_can_tell_while_the_database_is_away(ready: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(unit: UnitOfWork) -> None:
        raise OutcomeUnknown("may or may not have been saved")

    def away(*args: object, **named: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(UnitOfWork, "commit", lose)
    monkeypatch.setattr(Database, "read", away)
    monkeypatch.setattr(idempotent_writes, "LOOKUP_PAUSE_SECONDS", 0.01)
    with pytest.raises(OutcomeUnknown):
        commit_once(ready, ANN, new_key(), add_acme)


def test_two_tries_at_the_same_time_make_one(postgres_database: Database) -> None:
    staff(postgres_database)
    key, start = new_key(), threading.Barrier(8)

    def attempt() -> int:
        start.wait()
        return commit_once(postgres_database, ANN, key, add_acme)

    with ThreadPoolExecutor(8) as threads:
        tries = [threads.submit(attempt) for _ in range(8)]
    assert len({one.result() for one in tries}) == 1
    assert customers(postgres_database) == 1
