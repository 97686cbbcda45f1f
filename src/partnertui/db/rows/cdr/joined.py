"""Conditions on a call's customer or user by name, asked of the call's own columns.

The queries here read `cdrs` alone, so a condition on a joined table must not bring that table in.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, select
from sqlalchemy.sql.visitors import replacement_traverse

from partnertui.db.rows.cdr.request import CDRS, C
from partnertui.db.rows.criteria import Contains, Criterion, Equals, OneOf, Prefix
from partnertui.db.rows.filters import condition
from partnertui.db.rows.types import Columns

BY_NAME = {"customer": "customer_id", "user": "user_id"}
MOST = 500
"""IDs that are listed at most; a name that more have is asked row by row."""
KEYS = {"customers": C.customer_id, "users": C.user_id}


def alone(condition: ColumnElement[bool], criterion: Criterion) -> ColumnElement[bool]:
    """The same condition without another table in its FROM.

    What a name must be becomes "is one of those whose name is"; what it must not be, or must lack, is asked row by row.
    """
    others = [table for table in condition._from_objects if table is not CDRS and _name(table) in KEYS]
    if not others:
        return condition
    if len(others) == 1 and isinstance(criterion, Contains | Equals | OneOf | Prefix):
        table = others[0]
        return KEYS[_name(table)].in_(select(table.c.id).where(condition))

    def replaced(element: Any, **named: Any) -> Any:
        table = getattr(element, "table", None)
        if table is None or _name(table) not in KEYS:
            return None
        one = table.alias()
        return select(one.c[element.key]).where(one.c.id == KEYS[_name(table)]).scalar_subquery()

    return replacement_traverse(condition, {}, replaced)


def by_keys(connection: Connection, criterion: Criterion, columns: Columns) -> Criterion:
    """What a customer's or user's name must be, as "is one of these IDs": they are few, and an index knows them."""
    if not isinstance(criterion, Contains | Equals | OneOf | Prefix) or criterion.field not in BY_NAME:
        return criterion
    asked = condition(criterion, columns, connection.dialect.name)
    tables = [table for table in asked._from_objects if _name(table) in KEYS]
    if len(tables) != 1:
        return criterion
    ids = connection.execute(select(tables[0].c.id).where(asked).limit(MOST + 1)).scalars().all()
    return criterion if len(ids) > MOST else OneOf(BY_NAME[criterion.field], tuple(ids))


def _name(table: FromClause) -> str:
    return str(getattr(table, "name", ""))
