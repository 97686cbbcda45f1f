"""Operator sessions: one row per run of the program, from login to end; an admin can end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from partnertui.db.change_history import record_event
from partnertui.db.errors import RowDeleted
from partnertui.db.models import OperatorAccount, OperatorSession
from partnertui.db.models.base import now, table_of
from partnertui.db.permissions import require_write
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError

RUNNING = ""
"""What `end_of` says of a session that goes on."""


@dataclass(frozen=True)
class Session:
    """A session that this program began."""

    id: int
    operator_id: int


def begin(connection: Connection, operator_id: int, came_from: str, version: str) -> Session:
    """Notes that an operator has signed in."""
    row = insert(OperatorSession).values(operator_id=operator_id, origin=came_from, program_version=version)
    times = dict.fromkeys(("started_at", "seen_at", "last_key_at"), now())
    key = connection.execute(row.values(times).returning(OperatorSession.id)).scalar_one()
    return Session(key, operator_id)


def report(connection: Connection, session: Session, last_key_at: datetime) -> None:
    """Notes that the program still runs, and when a key was pressed last."""
    table = table_of(OperatorSession)
    change = update(table).where(table.c.id == session.id, table.c.ended_at.is_(None))
    connection.execute(change.values(seen_at=now(), last_key_at=last_key_at))


def end_of(connection: Connection, session: Session) -> str:
    """Why the program has to end, in a sentence; RUNNING while it may go on."""
    columns = (OperatorSession.ended_at, OperatorSession.signed_out_by, OperatorAccount.enabled)
    both = select(*columns).join(OperatorAccount, OperatorAccount.id == OperatorSession.operator_id)
    row = connection.execute(both.where(OperatorSession.id == session.id)).one_or_none()
    if row is None:
        return "Your session was deleted."
    if not row.enabled:
        return "Your login was disabled."
    if row.ended_at is None:
        return RUNNING
    return f"{row.signed_out_by or 'An admin'} logged you out at {row.ended_at.astimezone():%H:%M}."


def end(connection: Connection, session: Session) -> None:
    """Notes that the program has ended by itself."""
    table = table_of(OperatorSession)
    change = update(table).where(table.c.id == session.id, table.c.ended_at.is_(None))
    connection.execute(change.values(ended_at=now(), seen_at=now()))


def sign_out(unit: UnitOfWork, key: int) -> str:
    """Ends somebody's session, in the name of an admin; returns whose. The program ends within seconds.

    Raises DomainError if it is over already, NotAllowed unless an admin does it.
    """
    try:
        session = unit.get(OperatorSession, key, lock=True)
    except RowDeleted:
        raise DomainError("This session has already ended.") from None
    account = unit.get(OperatorAccount, session.operator_id)
    require_write(unit.operator, account)
    if session.ended_at is not None:
        raise DomainError("This session has already ended.")
    session.ended_at, session.signed_out_by = now(), unit.operator.name
    words = f"{session.origin} since {session.started_at:%Y-%m-%d %H:%M} UTC"
    record_event(unit.session, account, {"signed_out": [words, None]})
    return account.name
