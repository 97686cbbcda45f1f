"""Inserts many different rows with their history, in few statements."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from partnertui.db.bulk_statements import Rows, free_ids, insert_at_once
from partnertui.db.change_history import created_entry, history_value
from partnertui.db.models.base import Base, table_of
from partnertui.db.models.program_tables import History
from partnertui.db.permissions import require_write
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork


def add_rows(unit: UnitOfWork, model: type[Base], names: Sequence[str], rows: Rows, shared: Row) -> None:
    """Adds rows, each a tuple of the columns in `names`; all have `shared` besides. History is written, too.

    What UnitOfWork.add does, at a tenth of its time. Raises NotAllowed if the operator may not write such a row.
    """
    if not rows:
        return
    sample = model(**dict(zip(names, rows[0], strict=True)), **shared)
    require_write(unit.operator, sample)
    connection, table = unit.session.connection(), table_of(model)
    ids = free_ids(connection, table, len(rows))
    insert_at_once(connection, table, ("id", *names), [(key, *row) for key, row in zip(ids, rows, strict=True)], shared)
    known = {name: [None, history_value(sample, name, value)] for name, value in shared.items() if value is not None}
    entry = created_entry(unit.operator, sample, 0, {})
    entries = [(key, json.dumps(known | _created(names, row))) for key, row in zip(ids, rows, strict=True)]
    same = {name: value for name, value in entry.items() if name not in {"object_id", "changes"}}
    insert_at_once(connection, table_of(History), ("object_id", "changes"), entries, same)


def _created(names: Sequence[str], row: tuple[Any, ...]) -> RowDict:
    """What history says of a new row."""
    return {name: [None, value] for name, value in zip(names, row, strict=True) if value is not None}
