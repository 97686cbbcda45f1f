"""Checks operators' passwords stored in our table, and locks accounts after too many failures."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from partnertui.db.database import Database
from partnertui.db.models import FailedLogIn, OperatorAccount
from partnertui.db.models.base import now, table_of
from partnertui.db.models.program_tables import History
from partnertui.domain.account_lockout import MOST_FAILURES, WINDOW, locked, locked_until, wrong_password
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.passwords import hash_password, is_outdated, is_password

LOCKED = "locked"
"""The action of the history's entry about an account that too many wrong passwords have locked."""


def origin(environment: Mapping[str, str] = os.environ) -> str:
    """Where the operator sits: the address of the SSH client, else this host."""
    client = environment.get("SSH_CONNECTION", "").split()
    return f"SSH from {client[0]}" if client else f"on {socket.gethostname()}"


def check_log_in(database: Database, operator: Operator, typed: str, came_from: str) -> None:
    """Lets an operator in who typed the right password.

    Raises WrongPassword, AccountLocked, or DatabaseError. A try is stored before the password is looked at, so that
    many at the same time are counted like one after the other. A hash of older parameters is made again.
    """
    stored, failures = database.write(lambda connection: _begin(connection, operator, came_from))
    # Outside of a transaction: hashing takes its time on purpose, and the account's row would stay locked.
    if not is_password(stored, typed):
        until = locked_until(failures)
        if until is None:
            raise wrong_password(max(0, MOST_FAILURES - len(failures)))
        database.write(lambda connection: _record_lock(connection, operator, until, came_from))
        raise locked(operator.login, until)
    renewed = hash_password(typed) if is_outdated(stored) else stored
    database.write(lambda connection: _succeed(connection, operator, stored, renewed))


def _begin(connection: Connection, operator: Operator, came_from: str) -> tuple[str, list[datetime]]:
    """Counts a try as failed; the stored hash, and when the tries were made that count, this one last."""
    account, time = table_of(OperatorAccount), now()
    query = select(account.c.password_hash, account.c.enabled, account.c.locked_until)
    row = connection.execute(query.where(account.c.id == operator.id).with_for_update()).one_or_none()
    if row is None or not row.enabled:
        raise DomainError(f"The login “{operator.login}” is disabled.", advice="An admin can enable it.")
    if row.password_hash is None:
        raise DomainError(f"The login “{operator.login}” has no password.", advice="An admin can set one.")
    if row.locked_until is not None and row.locked_until > time:
        raise locked(operator.login, row.locked_until)
    connection.execute(insert(FailedLogIn).values(operator_id=operator.id, at=time, origin=came_from))
    # by ID: the clock may have been set back
    tries = select(FailedLogIn.at).where(FailedLogIn.operator_id == operator.id).order_by(FailedLogIn.id.desc())
    latest = list(connection.execute(tries.limit(MOST_FAILURES)).scalars())[::-1]
    until = locked_until(latest)
    if until is not None:
        connection.execute(update(account).where(account.c.id == operator.id).values(locked_until=until))
    return str(row.password_hash), _within_window(latest, time)


def _within_window(tries: list[datetime], time: datetime) -> list[datetime]:
    return [one for one in tries if time - one <= WINDOW]


def _record_lock(connection: Connection, operator: Operator, until: datetime, came_from: str) -> None:
    changes = {"locked_until": [None, until.isoformat(timespec="seconds")], "from": [None, came_from]}
    entry = History(
        at=now(),
        operator_id=operator.id,
        operator_name=operator.name,
        object_table="operators",
        object_id=operator.id,
        action=LOCKED,
        changes=changes,
        customer_id=None,
        partner_id=operator.partner_id,
    )
    columns = {name: value for name, value in vars(entry).items() if not name.startswith("_")}
    connection.execute(table_of(History).insert(), columns)


def _succeed(connection: Connection, operator: Operator, stored: str, renewed: str) -> None:
    account = table_of(OperatorAccount)
    connection.execute(delete(FailedLogIn).where(FailedLogIn.operator_id == operator.id))
    values = {"last_login_at": now(), "locked_until": None}
    connection.execute(update(account).where(account.c.id == operator.id).values(values))
    if renewed != stored:  # unless it was changed meanwhile
        same = (account.c.id == operator.id, account.c.password_hash == stored)
        connection.execute(update(account).where(*same).values(password_hash=renewed))
