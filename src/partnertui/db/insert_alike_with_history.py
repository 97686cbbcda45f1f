"""Inserts thousands of rows that differ in one column only, with their history, in a few statements."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import JSON, Connection, FromClause, func, literal, select

from partnertui.db.bulk_statements import insert_at_once
from partnertui.db.change_history import created_entry, history_value
from partnertui.db.models.base import Base, table_of
from partnertui.db.models.program_tables import History
from partnertui.db.permissions import require_write
from partnertui.db.rows.type_aliases import Row
from partnertui.db.unit_of_work import UnitOfWork


def add_alike(unit: UnitOfWork, model: type[Base], column: str, values: Sequence[str], shared: Row) -> list[int]:
    """Adds a row for each value of a text column; all have `shared` besides. Returns their IDs, in no order.

    What UnitOfWork.add does, at a fifth of its time: an object and a parameter for each column of each row is what
    10,000 rows spend theirs on. Raises NotAllowed if the operator may not write such a row.
    """
    if not values:
        return []
    sample = model(**{column: values[0]}, **shared)
    require_write(unit.operator, sample)
    table, connection = table_of(model), unit.session.connection()
    source = _as_rows(connection, values)
    constants = [literal(value, table.c[name].type) for name, value in shared.items()]
    insert = table.insert().from_select([column, *shared], select(source.c.value, *constants))
    # RETURNING promises no order, so each ID comes with its value.
    ids = {value: key for key, value in connection.execute(insert.returning(table.c.id, table.c[column]))}
    known = {name: [None, history_value(sample, name, value)] for name, value in shared.items() if value is not None}
    entry = created_entry(unit.operator, sample, 0, {})
    same = {name: value for name, value in entry.items() if name not in {"object_id", "changes"}}
    entries = [(key, json.dumps(known | {column: [None, value]})) for value, key in ids.items()]
    insert_at_once(connection, table_of(History), ("object_id", "changes"), entries, same)
    return list(ids.values())


def _as_rows(connection: Connection, values: Sequence[str]) -> FromClause:
    """The values as a table with one column, `value`, passed as one parameter."""
    if connection.dialect.name == "sqlite":
        return func.json_each(json.dumps(list(values))).table_valued("value")
    return func.json_array_elements_text(literal(list(values), JSON())).table_valued("value")
