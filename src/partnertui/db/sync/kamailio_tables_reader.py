"""Reads Kamailio's finished calls in batches, combining the rows of all tables about a call.

acc_cdrs comes first, because it has the times. Calls that only acc or missed_calls have are imported once Kamailio has
had time to write the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from partnertui.db.database import Database
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.sync.batch_size import BatchSize
from partnertui.db.sync.kamailio_call_assembly import Legs, from_acc, from_cdr
from partnertui.db.sync.kamailio_tables import CALLID, NAMES, CallTables, first
from partnertui.db.sync.switch_call import Call, SourceRow, clean

OVERLAP = 500
"""IDs before the position that are read again: PostgreSQL assigns IDs before the rows become visible."""
MAX_DELAY = 300.0
"""Seconds after the end of a call in which further rows about it may be written."""


class KamailioCalls:
    """Finished calls of one Kamailio; `zone` is that of its times, None for this host's."""

    def __init__(self, database: Database, schema: str, zone: ZoneInfo | None) -> None:
        self._database, self._zone = database, zone
        self.tables = database.read(lambda connection: CallTables(connection, schema), deadline=30)

    def sources(self) -> tuple[str, ...]:
        """The tables to read, in order."""
        return tuple(name for name in NAMES if name in self.tables and self.tables.column(name, CALLID) is not None)

    def last(self, name: str) -> int:
        """The highest ID of a table."""
        return self._database.read(lambda connection: self.tables.last(connection, name), deadline=60)

    def batches(self, name: str, position: str, size: BatchSize) -> Iterator[list[SourceRow]]:
        """Batches of rows from a little before a position."""
        last = self.last(name)
        after = int(position) if position.isdigit() else 0
        after = 0 if after > last else max(after - OVERLAP, 0)  # lower IDs than last time: it is another database
        while after < last:
            rows = self._database.read(partial(self._read, name=name, after=after, limit=size.rows), deadline=60)
            if not rows:
                return
            yield [row for _, row in rows]
            after = rows[-1][0]

    def _read(self, connection: Connection, name: str, after: int, limit: int) -> list[tuple[int, SourceRow]]:
        rows = self.tables.page(connection, name, after, limit)
        callids = sorted({first(row, CALLID) for row in rows} - {""})
        acc = _by_call(self.tables.of_calls(connection, "acc", callids))
        missed = _by_call(self.tables.of_calls(connection, "missed_calls", callids))
        found = []
        for row in rows:
            callid = first(row, CALLID)
            legs = Legs(acc.get(callid, []), missed.get(callid, []))
            found.append((int(row["id"]), self._source_row(name, row, callid, legs)))
        return found

    def _source_row(self, name: str, row: RowDict, callid: str, legs: Legs) -> SourceRow:
        position, key = str(row["id"]), f"{name} {row['id']}"
        if not callid:
            return SourceRow(position)
        try:
            if name == "acc_cdrs":
                call, is_incomplete = from_cdr(callid, row, legs, self._zone)
                return SourceRow(position, (call,), is_incomplete and _is_recent(call), key, row)
            calls = tuple(from_acc(callid, legs, self._zone))
        except (ValueError, TypeError, OverflowError, KeyError) as error:
            return SourceRow(position, key=key, record=row, reason=clean(error))
        rows_to_come = self.tables.has_call_ids or legs.only_missed
        return SourceRow(position, calls, rows_to_come and any(_is_recent(call) for call in calls), key, row)


def _is_recent(call: Call) -> bool:
    """Whether a call ended so recently that further rows may come."""
    # abs(): a clock that is wrong doesn't make anything wait for ever
    age = datetime.now(UTC) - call.started_at
    return abs(age.total_seconds() - call.duration) < MAX_DELAY


def _by_call(rows: list[RowDict]) -> dict[str, list[RowDict]]:
    found: dict[str, list[RowDict]] = {}
    for row in rows:
        found.setdefault(first(row, CALLID), []).append(row)
    return found
