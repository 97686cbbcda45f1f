"""Translates conditions on customer or user names into conditions on the CDR table alone.

The queries of this package read `cdrs` without joins, so a condition must not bring another table in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, FromClause, select
from sqlalchemy.sql.visitors import replacement_traverse

from partnertui.db.rows.cdr.table import CDRS, C
from partnertui.db.rows.filter_criteria import AnyOf, Contains, Criterion, Equals, OneOf, Prefix
from partnertui.db.rows.filters import condition, table_name
from partnertui.db.rows.type_aliases import Columns

if TYPE_CHECKING:
    from sqlalchemy.sql.visitors import ExternallyTraversible

ID_FIELDS = {"customer": "customer_id", "user": "user_id"}
MAX_IDS = 500
"""The longest list of IDs; a name that more customers or users have is checked row by row."""
FOREIGN_KEYS = {"customers": C.customer_id, "users": C.user_id}


def without_join(condition: ColumnElement[bool], criterion: Criterion) -> ColumnElement[bool]:
    """The same condition with no other table in its FROM.

    "The name is …" becomes "the ID is among those whose name is …"; negations and empty names are subqueries per row.
    """
    others = [table for table in condition._from_objects if table is not CDRS and _name(table) in FOREIGN_KEYS]
    if not others:
        return condition
    if len(others) == 1 and isinstance(criterion, Contains | Equals | OneOf | Prefix):
        table = others[0]
        return FOREIGN_KEYS[_name(table)].in_(select(table.c.id).where(condition))

    def as_subquery(element: ExternallyTraversible, **options: object) -> ExternallyTraversible | None:
        if not isinstance(element, ColumnElement) or table_name(element) not in FOREIGN_KEYS:
            return None
        parent = element.table.alias()
        foreign_key = FOREIGN_KEYS[table_name(element)]
        return select(parent.c[element.key]).where(parent.c.id == foreign_key).scalar_subquery()

    return replacement_traverse(condition, {}, as_subquery)


def by_id(connection: Connection, criterion: Criterion, columns: Columns) -> Criterion:
    """A condition on the customer's or user's name as one on its ID, which has an index; else the criterion itself."""
    if isinstance(criterion, AnyOf):
        return AnyOf(tuple(by_id(connection, part, columns) for part in criterion.criteria))
    if not isinstance(criterion, Contains | Equals | OneOf | Prefix) or criterion.field not in ID_FIELDS:
        return criterion
    named = condition(criterion, columns, connection.dialect.name)
    tables = [table for table in named._from_objects if _name(table) in FOREIGN_KEYS]
    if len(tables) != 1:
        return criterion
    # Looked up first: by a part of a name, ten million calls took 2,900 ms, and 48 ms by the IDs.
    ids = connection.execute(select(tables[0].c.id).where(named).limit(MAX_IDS + 1)).scalars().all()
    return criterion if len(ids) > MAX_IDS else OneOf(ID_FIELDS[criterion.field], tuple(ids))


def _name(table: FromClause) -> str:
    return str(getattr(table, "name", ""))
