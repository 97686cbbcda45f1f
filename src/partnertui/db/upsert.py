"""INSERT with ON CONFLICT on both databases."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from partnertui.db.models.base import Base


def insert_into(connection: Connection, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with ON CONFLICT, which both dialects have as their own class."""
    return sqlite.insert(model) if connection.dialect.name == "sqlite" else postgresql.insert(model)
