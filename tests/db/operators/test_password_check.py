"""Passwords that we store: right, wrong, locked, unlocked, made again; on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, BOB, staff

from partnertui.db.database import Database
from partnertui.db.models import FailedLogIn, History, OperatorAccount
from partnertui.db.operator_access import accounts
from partnertui.db.operator_access.password_check import check_log_in, origin
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.account_lockout import AccountLocked, WrongPassword, locked_until
from partnertui.domain.errors import DomainError, NotAllowed

PASSWORD = "correct horse battery staple"
START = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def office(database: Database) -> Database:
    """Operators; Ann has a password."""
    staff(database)
    set_hash(database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    return database


def set_hash(database: Database, stored: str) -> None:
    change = update(OperatorAccount).where(OperatorAccount.id == ANN.id).values(password_hash=stored)
    database.write(lambda connection: connection.execute(change))


def hash_of(database: Database) -> str:
    query = select(OperatorAccount.password_hash).where(OperatorAccount.id == ANN.id)
    return str(database.read(lambda connection: connection.execute(query).scalar_one()))


def failures(database: Database) -> int:
    return database.read(lambda connection: connection.execute(select(func.count(FailedLogIn.id))).scalar_one())


def fail(database: Database, times: int) -> list[DomainError]:
    found: list[DomainError] = []
    for _ in range(times):
        with pytest.raises(DomainError) as refused:
            check_log_in(database, ANN, "wrong", "here")
        found.append(refused.value)
    return found


def test_the_right_password_lets_in_and_is_hashed_again_with_today_s_parameters(office: Database) -> None:
    before = hash_of(office)
    fail(office, 2)
    check_log_in(office, ANN, PASSWORD, "here")
    assert failures(office) == 0
    assert hash_of(office) != before
    assert hash_of(office).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    renewed = hash_of(office)
    check_log_in(office, ANN, PASSWORD, "here")
    assert hash_of(office) == renewed


def test_five_wrong_ones_lock_and_the_right_one_is_refused_until_then(office: Database) -> None:
    found = fail(office, 5)
    assert [str(error) for error in found[:4]] == ["Wrong password."] * 4
    assert found[3].advice == "1 more try before the login is locked."
    assert isinstance(found[4], AccountLocked)
    query = select(OperatorAccount.locked_until).where(OperatorAccount.id == ANN.id)
    until = office.read(lambda connection: connection.execute(query).scalar_one())
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(minutes=15)) < timedelta(seconds=30)
    assert f"locked until {until.astimezone():%H:%M:%S}" in str(found[4])
    with pytest.raises(AccountLocked):
        check_log_in(office, ANN, PASSWORD, "here")
    assert failures(office) == 5, "what is refused while it is locked doesn't make it longer"
    entries = office.read(lambda connection: connection.execute(select(History.action, History.operator_name)).all())
    assert ("locked", "Ann") in [tuple(entry) for entry in entries]


def test_an_admin_unlocks_and_nobody_else(office: Database) -> None:
    fail(office, 5)
    with UnitOfWork(office, ANN) as unit, pytest.raises(NotAllowed):
        accounts.unlock(unit, ANN.id)
    with pytest.raises(AccountLocked):
        check_log_in(office, ANN, PASSWORD, "here")
    with UnitOfWork(office, BOB) as unit:
        assert accounts.unlock(unit, ANN.id)
        unit.commit()
    check_log_in(office, ANN, PASSWORD, "here")
    query = select(History.operator_name, History.changes).order_by(History.id.desc()).limit(1)
    name, changes = office.read(lambda connection: connection.execute(query).one())
    assert name == "Bob"
    assert list(changes) == ["locked_until"]


def test_a_lock_is_over_by_itself(office: Database) -> None:
    fail(office, 5)
    past = datetime.now(UTC) - timedelta(seconds=1)
    earlier = past - timedelta(minutes=15)
    office.write(lambda connection: connection.execute(update(OperatorAccount).values(locked_until=past)))
    office.write(lambda connection: connection.execute(update(FailedLogIn).values(at=earlier)))
    assert isinstance(fail(office, 1)[0], WrongPassword)
    check_log_in(office, ANN, PASSWORD, "here")


def test_four_old_failures_and_a_new_one_lock_nobody(office: Database) -> None:
    old = datetime.now(UTC) - timedelta(minutes=16)
    rows = [{"operator_id": ANN.id, "at": old, "origin": "here"}] * 4
    office.write(lambda connection: connection.execute(insert(FailedLogIn), rows))
    assert fail(office, 1)[0].advice == "4 more tries before the login is locked."


def test_guesses_at_the_same_time_count_like_one_after_the_other(office: Database) -> None:
    """Each is counted before it is checked: of twelve at once, at most five are looked at."""
    seen: list[type[DomainError]] = []

    def guess() -> None:
        try:
            check_log_in(office, ANN, "wrong", "here")
        except DomainError as error:
            seen.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 12
    assert seen.count(WrongPassword) <= 4
    assert failures(office) == 5


def test_a_disabled_operator_and_one_without_a_password_are_refused(office: Database) -> None:
    with pytest.raises(DomainError, match="has no password"):
        check_log_in(office, BOB, "", "here")
    office.write(lambda connection: connection.execute(update(OperatorAccount).values(enabled=False)))
    with pytest.raises(DomainError, match="disabled"):
        check_log_in(office, ANN, PASSWORD, "here")


@pytest.mark.parametrize(
    ("minutes", "until"),
    [([0, 1, 2, 3], None), ([0, 1, 2, 3, 15], 30), ([0, 1, 2, 3, 16], None), ([0, 10, 11, 12, 13, 14], 29)],
)
def test_when_failures_lock(minutes: list[int], until: int | None) -> None:
    found = locked_until([START + timedelta(minutes=one) for one in minutes])
    assert found == (START + timedelta(minutes=until) if until is not None else None)


def test_where_somebody_sits() -> None:
    assert origin({"SSH_CONNECTION": "192.0.2.61 50022 192.0.2.1 22"}) == "SSH from 192.0.2.61"
    assert origin({}).startswith("on ")
