"""Reads Kamailio's finished calls in batches, each row's call with all that is known about it.

acc_cdrs first: it has the times. A call that only acc or missed_calls know is taken when Kamailio had the time to
write the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from partnertui.db.engine import Database
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, Item, clean
from partnertui.db.sync.kamailio_calls import Legs, from_acc, from_cdr
from partnertui.db.sync.kamailio_tables import CALLID, NAMES, Tables, first
from partnertui.db.sync.sync_report import SyncReport

BATCH = 500
OVERLAP = 500
"""IDs that are read again: PostgreSQL gives them out before the rows are there."""
PATIENCE = 300.0
"""Seconds that a call's other rows may take."""


class Kamailio:
    """The tables of one switch; `zone` is that of its times, None the system's."""

    def __init__(self, database: Database, schema: str, zone: ZoneInfo | None, report: SyncReport) -> None:
        self._database, self._zone, self._report = database, zone, report
        self.tables = database.read(lambda connection: Tables(connection, schema), deadline=30)

    def sources(self) -> tuple[str, ...]:
        """The tables to read, in this order."""
        return tuple(name for name in NAMES if name in self.tables and self.tables.column(name, CALLID) is not None)

    def last(self, name: str) -> int:
        """The highest ID of a table."""
        return self._database.read(lambda connection: self.tables.last(connection, name), deadline=60)

    def batches(self, name: str, position: str) -> Iterator[list[Item]]:
        """Batches of at most 500 rows after a position, from a little before it."""
        last = self.last(name)
        after = int(position) if position.isdigit() else 0
        after = 0 if after > last else max(after - OVERLAP, 0)  # IDs that begin anew: another database
        while after < last:
            rows = self._database.read(partial(self._read, name=name, after=after), deadline=60)
            if not rows:
                return
            yield [item for _, item in rows]
            after = rows[-1][0]

    def _read(self, connection: Connection, name: str, after: int) -> list[tuple[int, Item]]:
        rows = self.tables.page(connection, name, after, BATCH)
        callids = sorted({first(row, CALLID) for row in rows} - {""})
        acc = _by_call(self.tables.of_calls(connection, "acc", callids))
        missed = _by_call(self.tables.of_calls(connection, "missed_calls", callids))
        found = []
        for row in rows:
            callid = first(row, CALLID)
            legs = Legs(acc.get(callid, []), missed.get(callid, []))
            found.append((int(row["id"]), self._item(name, row, callid, legs)))
        return found

    def _item(self, name: str, row: RowDict, callid: str, legs: Legs) -> Item:
        position = str(row["id"])
        if not callid:
            return Item(position)
        try:
            if name == "acc_cdrs":
                call, lacking = from_cdr(callid, row, legs, self._zone)
                return Item(position, (call,), lacking and _young(call))
            calls = tuple(from_acc(callid, legs, self._zone))
        except (ValueError, TypeError, OverflowError, KeyError) as error:
            self._report.trouble(f"{name} {row['id']}: {clean(error)}")
            return Item(position)
        more_to_come = self.tables.linked or legs.only_missed
        return Item(position, calls, more_to_come and any(_young(call) for call in calls))


def _young(call: Call) -> bool:
    """Whether it ended so lately that more about it may come; a clock that is wrong keeps nothing waiting."""
    age = datetime.now(UTC) - call.started_at
    return abs(age.total_seconds() - call.duration) < PATIENCE


def _by_call(rows: list[RowDict]) -> dict[str, list[RowDict]]:
    found: dict[str, list[RowDict]] = {}
    for row in rows:
        found.setdefault(first(row, CALLID), []).append(row)
    return found
