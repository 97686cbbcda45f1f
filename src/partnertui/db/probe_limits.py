"""How often may be probed: one target once a second, an operator ten times a minute; counted for all sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from partnertui.db.engine import Database
from partnertui.db.models import ProbeRun
from partnertui.db.models.base import now
from partnertui.domain.errors import DomainError

A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MOST_A_MINUTE = 10
"""Tests of one operator; one of many phones at once is one test."""
LONGEST = 200
AT_ONCE = 500


def begin(database: Database, operator_id: int, kind: str, targets: Iterable[str]) -> float:
    """Counts a test and answers 0, or answers the seconds until its targets may be asked again.

    Raises DomainError where the operator has to wait, DatabaseError.
    """
    names = sorted({target[:LONGEST] for target in targets})
    return database.write(lambda connection: _begin(connection, operator_id, kind, names, now()), deadline=5.0)


def _begin(connection: Connection, operator_id: int, kind: str, names: list[str], moment: datetime) -> float:
    runs: Any = ProbeRun.__table__
    recent = (runs.c.operator_id == operator_id, runs.c.at > moment - A_MINUTE, runs.c.at <= moment)
    times = list(connection.scalars(select(runs.c.at).where(*recent).distinct().order_by(runs.c.at)))
    if len(times) >= MOST_A_MINUTE:
        wait = (times[-MOST_A_MINUTE] + A_MINUTE - moment).total_seconds()
        raise DomainError(
            f"You have tested {MOST_A_MINUTE} times within a minute.", advice=f"Go on in {max(1, round(wait))} seconds."
        )
    for start in range(0, len(names), AT_ONCE):
        asked = runs.c.target.in_(names[start : start + AT_ONCE])
        last = connection.scalar(
            select(func.max(runs.c.at)).where(asked, runs.c.at > moment - A_SECOND, runs.c.at <= moment)
        )
        if last is not None:
            return max(0.01, float((last + A_SECOND - moment).total_seconds()))
    rows = [{"at": moment, "operator_id": operator_id, "kind": kind, "target": name} for name in names]
    connection.execute(runs.insert(), rows)
    return 0.0
