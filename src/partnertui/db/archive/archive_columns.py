"""The columns that the archive keeps of a call, and the select that lists archived calls."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, MetaData, Table, Text, select
from sqlalchemy.types import TypeDecorator

from partnertui.db.models import Cdr
from partnertui.db.models.types import Utc
from partnertui.db.rows.type_aliases import Query

COMPUTED = ("slot", "terms_id")
"""Columns that mean nothing outside the database."""


class ArchivedTime(TypeDecorator[datetime]):
    """An aware UTC datetime in Python; a TIMESTAMP without a zone in the file, as every reader of Parquet knows it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """See TypeDecorator."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """See TypeDecorator."""
        return None if value is None else value.replace(tzinfo=UTC)


ARCHIVED_CALLS = Table(
    "archived_calls",
    MetaData(),
    *(
        Column(column.name, ArchivedTime() if isinstance(column.type, Utc) else column.type)
        for column in Cdr.__table__.columns
        if column.name not in COMPUTED
    ),
    Column("customer", Text),
    Column("user", Text),
)
"""The columns of a file, in their order: those of a CDR, with the customer's and user's names as they were then."""


def archived_calls() -> Query:
    """All archived calls."""
    return select(*ARCHIVED_CALLS.c)
