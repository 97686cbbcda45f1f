"""Writes that take effect once, however often they are retried: each stores its key in the same transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import IntegrityError

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError, DatabaseUnavailable, OutcomeUnknown
from partnertui.db.models import CommittedWrite
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import TIMEOUT_SECONDS, UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator

T = TypeVar("T")
KEPT = timedelta(days=7)
"""How long keys are kept; a dialog that is open longer than this is not tried again."""
LOOKUPS, LOOKUP_PAUSE_SECONDS, LOOKUP_SECONDS = 3, 0.5, 2.0
"""How often the key is looked up after the answer to a COMMIT was lost, and the time limit of each."""


def new_key() -> str:
    """A key for a write that is about to be composed."""
    return secrets.token_hex(16)


def commit_once(
    database: Database,
    operator: Operator,
    key: str,
    work: Callable[[UnitOfWork], T],
    payload: object = None,
    *,
    deadline: float = TIMEOUT_SECONDS,
    found_earlier: Callable[[], None] = lambda: None,
) -> T:
    """Runs `work` in a unit of work and commits it, unless that was done under this key before.

    Returns what `work` returned, the first time if it was done before: None, a number, text, or lists of them.
    `payload` is what is written: it must not differ from a try that was stored without our knowing, else DomainError is
    raised. `deadline` is for the write, in seconds; looking for its outcome takes a few more. `found_earlier` is called
    if an earlier try had stored it. Raises OutcomeUnknown if nobody can tell whether it was stored; trying again with
    the same key is safe.
    """
    fingerprint = _fingerprint(payload)
    try:
        with UnitOfWork(database, operator, deadline=deadline) as unit:
            earlier = _earlier(unit.session.connection(), key)
            if earlier is None:
                return _commit(unit, CommittedWrite(idempotency_key=key, fingerprint=fingerprint), work)
        found_earlier()
    except OutcomeUnknown as unknown:
        earlier = _look_up(database, operator, key, unknown)
    except DatabaseError as error:
        earlier = database.read(lambda connection: _earlier(connection, key)) if _is_second(error) else None
        if earlier is None:
            raise
        found_earlier()
    stored, found = earlier
    if stored != fingerprint:
        raise DomainError(
            "Your first attempt was saved after all; the changes you made since then weren't.",
            advice="Close this and edit the saved record.",
        )
    result: T = json.loads(found or "null")
    return result


def _commit(unit: UnitOfWork, write: CommittedWrite, work: Callable[[UnitOfWork], T]) -> T:
    write.operator_id = unit.operator.id
    unit.session.add(write)
    unit.session.flush()  # first, so that a second try waits for one that is still under way
    result = work(unit)
    write.result = json.dumps(result)
    if unit.database.dialect == "postgresql":  # who may DELETE may LOCK the whole table
        unit.session.execute(select(func.priv.forget_writes(unit.operator.id, now() - KEPT)))
    else:
        outdated = (CommittedWrite.operator_id == unit.operator.id, CommittedWrite.committed_at < now() - KEPT)
        unit.session.execute(delete(CommittedWrite).where(*outdated))
    unit.commit()
    return result


def _is_second(error: DatabaseError) -> bool:
    """Whether the database refused a write because its key already exists."""
    return isinstance(error.__cause__, IntegrityError) and "idempotency_key" in str(error.__cause__)


def _look_up(database: Database, operator: Operator, key: str, unknown: OutcomeUnknown) -> tuple[str, str | None]:
    """What is stored under a key. Raises `unknown`, or DatabaseUnavailable if it certainly is not and won't be."""
    for attempt in range(LOOKUPS):
        time.sleep(attempt * LOOKUP_PAUSE_SECONDS)
        try:
            found = database.read(lambda connection: _earlier(connection, key), deadline=LOOKUP_SECONDS)
            if found is None:
                _require_over(database, operator, key)
        except DatabaseError:
            continue
        if found is not None:
            return found
        raise DatabaseUnavailable("The connection was lost before your change was saved.", "Save again.") from unknown
    raise unknown


def _require_over(database: Database, operator: Operator, key: str) -> None:
    """Raises DatabaseError if the lost transaction is stored by now, or still under way.

    A COMMIT that waits for a standby or a slow disk can't be seen, but holds the key: another one has to wait for it.
    """
    with UnitOfWork(database, operator, deadline=LOOKUP_SECONDS) as unit:
        unit.session.add(CommittedWrite(idempotency_key=key, fingerprint="", operator_id=operator.id))
        unit.session.flush()


def _earlier(connection: Connection, key: str) -> tuple[str, str | None] | None:
    statement = select(CommittedWrite.fingerprint, CommittedWrite.result).where(CommittedWrite.idempotency_key == key)
    row = connection.execute(statement).first()
    return (row[0], row[1]) if row is not None else None


def _fingerprint(payload: object) -> str:
    if payload is None:
        return ""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
