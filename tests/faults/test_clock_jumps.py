"""The wall clock jumps by an hour or a day, back and on: IDs and versions decide what came first, not times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update
from tests.db.makers import ANN, BOB, NOW, customer, staff
from tests.faults.flow import count

from partnertui.db import probe_rate_limit
from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.audit_verification import verify
from partnertui.db.credit import adjust_credit
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, OperatorAccount, base
from partnertui.db.operator_access import sessions
from partnertui.db.operator_access.password_check import check_log_in
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.account_lockout import MOST_FAILURES, AccountLocked, WrongPassword
from partnertui.domain.errors import DomainError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EURO = 1_000_000
Jump = Callable[[timedelta], None]
pytestmark = pytest.mark.parametrize("by", [-DAY, -HOUR, HOUR, DAY], ids=["day back", "hour back", "hour on", "day on"])


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Sets the clock of everything that is stored."""

    def by(delta: timedelta) -> None:
        class Set(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + delta

        monkeypatch.setattr(base, "datetime", Set)

    return by


@pytest.fixture
def ready(database: Database) -> Database:
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        unit.add(customer(currency="EUR"))
        unit.commit()
    return database


def test_a_key_is_known_on_both_sides(ready: Database, jump: Jump, by: timedelta) -> None:
    def work(unit: UnitOfWork) -> int:
        new = customer(company="Once")
        unit.add(new)
        unit.session.flush()
        return new.id

    key, found = new_key(), []
    first = commit_once(ready, ANN, key, work)
    jump(by)
    commit_once(ready, ANN, new_key(), lambda unit: None)
    assert commit_once(ready, ANN, key, work, found_earlier=lambda: found.append(key)) == first
    assert (count(ready, Customer), found) == (2, [key])


def test_history_and_ledger_hold(ready: Database, jump: Jump, by: timedelta) -> None:
    def add(at: datetime) -> None:
        commit_once(ready, ANN, new_key(), lambda unit: adjust_credit(unit, 1, EURO, "goodwill", at))

    add(NOW)
    jump(by)
    add(NOW + by)
    jump(timedelta(0))
    add(NOW)
    assert not check_ledgers(ready).problems
    assert not ready.read(verify).problems
    with UnitOfWork(ready, ANN) as unit:
        assert unit.get(Customer, 1).credit == 3 * EURO


def test_a_stale_version_is_refused(ready: Database, jump: Jump, by: timedelta) -> None:
    from partnertui.db.errors import ConcurrentChange

    with UnitOfWork(ready, ANN) as mine:
        seen = mine.get(Customer, 1).version
    jump(by)
    with UnitOfWork(ready, BOB) as theirs:
        theirs.get(Customer, 1).contact = "Theirs"
        theirs.commit()
    jump(timedelta(0))
    with UnitOfWork(ready, ANN) as mine, pytest.raises(ConcurrentChange, match="changed by Bob"):
        mine.get(Customer, 1, version=seen)


def test_a_session_goes_on(ready: Database, jump: Jump, by: timedelta) -> None:
    mine = ready.write(lambda connection: sessions.begin(connection, ANN.id, "here", "1"))
    jump(by)
    ready.write(lambda connection: sessions.report(connection, mine, NOW))
    assert ready.read(lambda connection: sessions.end_of(connection, mine)) == sessions.RUNNING


def test_probes_are_limited_by_this_minute_alone(ready: Database, jump: Jump, by: timedelta) -> None:
    def ten(prefix: str) -> None:
        for number in range(probe_rate_limit.MAX_PER_MINUTE):
            assert probe_rate_limit.begin(ready, ANN.id, "options", [f"{prefix}{number}"]) == 0.0
        with pytest.raises(DomainError, match="in the last minute"):
            probe_rate_limit.begin(ready, ANN.id, "options", [f"{prefix}x"])

    ten("a")
    jump(by)
    ten("b")


def test_wrong_passwords_lock_after_a_jump(ready: Database, jump: Jump, by: timedelta) -> None:
    """Failures that are in the future now don't hide the newest ones: nobody gets more tries than twice as many."""
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct")
    change = update(OperatorAccount).where(OperatorAccount.id == ANN.id).values(password_hash=stored)
    ready.write(lambda connection: connection.execute(change))

    def wrong() -> bool:
        try:
            check_log_in(ready, ANN, "wrong", "here")
        except AccountLocked:
            return True
        except WrongPassword:
            return False
        raise AssertionError

    assert not any(wrong() for _ in range(MOST_FAILURES - 1))
    jump(by)
    assert any(wrong() for _ in range(MOST_FAILURES))
