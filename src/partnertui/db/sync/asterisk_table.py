"""Reads Asterisk's cdr table in batches: by its ID if it has one, else by time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, column, func, inspect, select, table, tuple_
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import NoSuchTableError

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.rows.type_aliases import Expression, RowDict
from partnertui.db.sync.asterisk_call_conversion import call_of
from partnertui.db.sync.batch_size import BatchSize
from partnertui.db.sync.switch_call import SourceRow, clean

# Read again by each run, because PostgreSQL gives IDs before the rows become visible.
OVERLAP = 500
IDS = ("id", "acctid", "cdr_id", "recid", "cdrid")
TIMES = (("end", timedelta(minutes=10)), ("start", timedelta(days=1)), ("calldate", timedelta(days=1)))
"""Time columns, best first, and how late a row with that time may appear: rows are written when the call ends."""


class AsteriskTable:
    """Finished calls of one cdr table."""

    def __init__(self, database: Database, name: str, zone: ZoneInfo | None) -> None:
        self._database, self._zone = database, zone
        columns = {found["name"]: found["name"].lower() for found in database.read(lambda c: _columns(c, name))}
        self._table = table(name, *(column(own_name) for own_name in columns))
        own_names = {lower: own_name for own_name, lower in columns.items()}
        self._id = next((own_names[column] for column in IDS if column in own_names), None)
        times = [(own_names[column], back) for column, back in TIMES if column in own_names]
        if not times:
            raise DatabaseError(
                f"The table {name} isn't an Asterisk cdr table: it has no time column.", "Check asterisk.table."
            )
        self._time, self._back = times[0]
        self._ties = [own_names[column] for column in ("uniqueid", "dstchannel") if column in own_names]

    def batches(self, position: str, size: BatchSize) -> Iterator[list[SourceRow]]:
        """Batches of rows from a little before a position."""
        key = self._begin(position)
        while rows := self._database.read(partial(self._page, key=key, limit=size.rows), deadline=60):
            yield [self._source_row(row) for row in rows]
            key = self._key(rows[-1])

    def _begin(self, position: str) -> tuple[object, ...] | None:
        if not position:
            return None
        stored = json.loads(position)
        if self._id is not None:
            by_id = self._table.c[self._id]
            last = self._database.read(lambda connection: connection.scalar(select(func.max(by_id)))) or 0
            # Lower IDs than last time: the table was emptied, or is another one.
            return (max(int(stored[0]) - OVERLAP, 0),) if int(stored[0]) <= int(last) else None
        begin = datetime.fromisoformat(stored[0]) - self._back
        # SQLite has times as text, with a blank between day and time.
        return (begin if self._database.dialect == "postgresql" else begin.isoformat(" "), *("" for _ in self._ties))

    def _page(self, connection: Connection, key: tuple[object, ...] | None, limit: int) -> list[RowDict]:
        if self._id is not None:
            columns: list[Expression] = [self._table.c[self._id]]
        else:
            # A comparison of rows is never true where one has a NULL.
            columns = [self._table.c[self._time], *(func.coalesce(self._table.c[tie], "") for tie in self._ties)]
        query = select(self._table).where(columns[0].is_not(None)).order_by(*columns).limit(limit)
        if key is not None:
            query = query.where(tuple_(*columns) > tuple_(*key))
        return [dict(row) for row in connection.execute(query).mappings()]

    def _key(self, row: RowDict) -> tuple[object, ...]:
        return (row[self._id],) if self._id is not None else (row[self._time], *(row[tie] or "" for tie in self._ties))

    def _source_row(self, row: RowDict) -> SourceRow:
        position = json.dumps([str(value) for value in self._key(row)])
        key = f"cdr {clean(row.get('uniqueid') or position)}"
        try:
            call = call_of({name.lower(): value for name, value in row.items()}, self._zone)
        except (ValueError, OverflowError) as error:
            return SourceRow(position, key=key, record=row, reason=clean(error))
        return SourceRow(position, (call,), key=key, record=row)


def _columns(connection: Connection, name: str) -> list[ReflectedColumn]:
    try:
        return list(inspect(connection).get_columns(name))
    except NoSuchTableError:
        raise DatabaseError(
            f"Asterisk's database has no table “{name}”.", "Check asterisk.url and asterisk.table in the settings."
        ) from None
