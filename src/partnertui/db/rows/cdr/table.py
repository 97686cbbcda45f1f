"""The CDR table and its columns."""

from __future__ import annotations

from partnertui.db.models import Cdr
from partnertui.db.models.base import table_of
from partnertui.db.rows.filters import column_of, table_name
from partnertui.db.rows.type_aliases import Columns, Expression, Query

CDRS = table_of(Cdr)
C = CDRS.c


def own_column(columns: Columns, field: str) -> Expression:
    """The table's own column under a label, so that it can be compared by identity; else the expression."""
    column = column_of(columns, field)
    return C[str(column.key)] if table_name(column) == CDRS.name else column


def with_index(statement: Query, index: str) -> Query:
    """Makes SQLite use an index; "" makes it use none. PostgreSQL chooses by itself, see planner_hints.py."""
    return statement.with_hint(CDRS, f"INDEXED BY {index}" if index else "NOT INDEXED", "sqlite")
