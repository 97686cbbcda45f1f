"""Collects demo rows of the small tables in memory, and writes them in the order of foreign keys."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, Table

from partnertui.db.models import Base
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict

Row = RowDict
"""A row to insert, by column name."""


class Rows:
    """All rows made so far; a row can be changed until it is written."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._tables: dict[str, list[Row]] = defaultdict(list)
        self._defaults: dict[str, Row] = {}
        self._last: dict[str, int] = defaultdict(int)

    def add(self, model: type[Base], /, **values: object) -> Row:
        """A new row with the next ID; other columns have the model's defaults, with `now` for times."""
        table = table_of(model)
        rows = self._tables[table.name]
        self._last[table.name] += 1
        row = self._default(table) | values | {"id": self._last[table.name]}
        if unknown := set(row) - set(table.columns.keys()):
            raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        rows.append(row)
        return row

    def of(self, model: type[Base]) -> list[Row]:
        """All rows of a table."""
        return self._tables[model.__tablename__]

    def _default(self, table: Table) -> Row:
        if table.name not in self._defaults:
            defaults: Row = {}
            for column in table.columns:
                if column.computed is not None:
                    continue
                value = getattr(column.default, "arg", None)
                defaults[column.name] = self._now if callable(value) else value
            self._defaults[table.name] = defaults
        return self._defaults[table.name]

    def write(self, connection: Connection, *models: type[Base]) -> int:
        """Inserts and forgets the rows of these tables, of all tables if none is given; returns their number."""
        wanted = {model.__tablename__ for model in models}
        written = 0
        for table in Base.metadata.sorted_tables:
            rows = self._tables.get(table.name, [])
            if rows and (not wanted or table.name in wanted):
                for start in range(0, len(rows), 500):
                    connection.execute(table.insert(), rows[start : start + 500])
                written += len(rows)
                self._tables[table.name] = []
        return written
