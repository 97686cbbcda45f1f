"""Answers to *who is*, kept so that the registries are not asked again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.models import WhoisRecord
from partnertui.db.models.base import now
from partnertui.db.rows.types import Row, RowDict


def kept(connection: Connection, query: str, days: float) -> RowDict | None:
    """The kept answer for an address, if it is younger than so many days."""
    table = WhoisRecord.__table__
    statement = select(table).where(table.c.query == query, table.c.fetched_at > now() - timedelta(days=days))
    row = connection.execute(statement).mappings().first()
    return None if row is None else dict(row)


def keep(connection: Connection, query: str, facts: Row) -> None:
    """Keeps an answer; the one of before goes."""
    table: Any = WhoisRecord.__table__
    connection.execute(table.delete().where(table.c.query == query))
    connection.execute(table.insert().values(query=query, fetched_at=now(), **facts))
