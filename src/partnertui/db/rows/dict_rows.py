"""Reads the rows of a select as dictionaries."""

from __future__ import annotations

from sqlalchemy import Connection

from partnertui.db.rows.type_aliases import Query, RowDict


def fetch_dicts(connection: Connection, statement: Query) -> list[RowDict]:
    """The rows of a select as dictionaries."""
    return [dict(row) for row in connection.execute(statement).mappings()]
