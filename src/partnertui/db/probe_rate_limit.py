"""The rate limit of probes across all sessions: a target once per second, an operator ten times per minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, Text, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from partnertui.db.database import Database
from partnertui.db.models import ProbeRun
from partnertui.db.models.base import now, table_of
from partnertui.db.models.types import Utc
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MAX_PER_MINUTE = 10
"""Tests per operator; a test of several phones at once counts as one."""
MAX_TARGET_LENGTH = 200
TARGETS_PER_QUERY = 500


def begin(database: Database, operator_id: int, kind: str, targets: Iterable[str]) -> float:
    """Counts a test and returns 0, or returns the seconds until its targets may be probed again.

    Raises DomainError if the operator has reached the limit, DatabaseError.
    """
    names = sorted({target[:MAX_TARGET_LENGTH] for target in targets})
    return database.write(lambda connection: _begin(connection, operator_id, kind, names, now()), deadline=5.0)


def _begin(connection: Connection, operator_id: int, kind: str, names: list[str], time: datetime) -> float:
    runs = table_of(ProbeRun)
    recent = (runs.c.operator_id == operator_id, runs.c.at > time - MINUTE, runs.c.at <= time)
    times = list(connection.scalars(select(runs.c.at).where(*recent).distinct().order_by(runs.c.at)))
    if len(times) >= MAX_PER_MINUTE:
        wait = (times[-MAX_PER_MINUTE] + MINUTE - time).total_seconds()
        raise DomainError(
            f"You have run {MAX_PER_MINUTE} tests in the last minute.",
            advice=f"Try again in {plural(max(1, round(wait)), 'second')}.",
        )
    for start in range(0, len(names), TARGETS_PER_QUERY):
        last = connection.scalar(_last_probe(connection, names[start : start + TARGETS_PER_QUERY], time))
        if last is not None:
            return max(0.01, float((last + SECOND - time).total_seconds()))
    rows = [{"at": time, "operator_id": operator_id, "kind": kind, "target": name} for name in names]
    connection.execute(runs.insert(), rows)
    return 0.0


def _last_probe(connection: Connection, targets: list[str], time: datetime) -> Select[datetime]:
    """When one of the targets was probed last, within the second before `time`, by anybody."""
    if connection.dialect.name == "postgresql":  # other operators' rows may be hidden from this one
        since = literal(time - SECOND, Utc())
        return select(func.priv.last_probe(literal(targets, ARRAY(Text)), since, literal(time, Utc()), type_=Utc()))
    at = table_of(ProbeRun).c.at
    of_targets = table_of(ProbeRun).c.target.in_(targets)
    return select(func.max(at)).where(of_targets, at > time - SECOND, at <= time)
