"""Simulates registrations that refresh, and a phone that keeps losing its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import BindParameter, Connection, bindparam, delete, insert, update

from partnertui.db.kamailio.tables import tables
from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.kamailio import exact
from partnertui.demo.platform.customer_snapshot import Customers
from partnertui.demo.sip_trace_rows import of_registration, trace_row

EVERY_SECONDS = 5
EXPIRES = timedelta(hours=1)
CYCLE_SECONDS, ABSENT_SECONDS = 50, 15
"""The phone that flaps is away for the last seconds of each cycle of the clock."""
FLAPS_KEPT = 200


class Registrations:
    """All registered phones; one of them, chosen by the seed, flaps."""

    def __init__(self, customers: Customers) -> None:
        self.seed, self.rows = customers.seed, list(customers.registrations)
        plain = [row for row in self.rows if row["received"] and row["path"] is None]
        self.flapping = Random(f"{self.seed}/flap").choice(plain) if plain else None
        self._next = datetime.fromtimestamp(0).astimezone()
        self._cycle = 0
        self._is_absent = False
        self._traced: list[str] = []

    def begin(self, connection: Connection, now: datetime) -> None:
        """Lets every phone have registered within the last hour, whenever the demo was opened last."""
        for row in self.rows:
            random = Random(f"{self.seed}/expires/{row['ruid']}")
            left = -random.randrange(60, 1800) if random.random() < 0.03 else random.randrange(20, 3600)
            row["expires"] = exact(now + timedelta(seconds=left))
            row["last_modified"] = exact(now + timedelta(seconds=left) - EXPIRES)
        self._write(connection, self.rows)
        self.step(connection, now)

    def due(self, now: datetime) -> bool:
        """Whether it is time to look."""
        return now >= self._next

    def step(self, connection: Connection, now: datetime) -> None:
        """Refreshes what would expire soon, and lets the flapping phone come or go."""
        self._next = now + timedelta(seconds=EVERY_SECONDS)
        soon = now + timedelta(seconds=2 * EVERY_SECONDS)
        ending = [row for row in self.rows if now - timedelta(seconds=30) < row["expires"] < soon]
        for row in ending:
            row["expires"], row["last_modified"] = exact(now + EXPIRES), exact(now)
            row["cseq"] += 1
        self._write(connection, ending)
        if self.flapping is not None:
            self._flap(connection, self.flapping, now)

    def _write(self, connection: Connection, rows: list[RowDict]) -> None:
        location = tables().location
        changes: dict[str, BindParameter[object]] = {
            name: bindparam(f"new_{name}") for name in ("expires", "last_modified", "cseq")
        }
        statement = update(location).where(location.c.ruid == bindparam("which")).values(**changes)
        if rows:
            values = [{"which": row["ruid"], **{f"new_{name}": row[name] for name in changes}} for row in rows]
            connection.execute(statement, values)

    def _flap(self, connection: Connection, row: RowDict, now: datetime) -> None:
        cycle, second = divmod(int(now.timestamp()), CYCLE_SECONDS)
        absent = second >= CYCLE_SECONDS - ABSENT_SECONDS
        location, trace = tables().location, tables().sip_trace
        if absent and not self._is_absent:
            connection.execute(delete(location).where(location.c.ruid == row["ruid"]))
        elif not absent and (self._is_absent or cycle != self._cycle):
            random = Random(f"{self.seed}/flap/{cycle}")
            row["callid"] = f"{random.getrandbits(64):016x}@{row['callid'].partition('@')[2]}"
            row["expires"], row["last_modified"] = exact(now + EXPIRES), exact(now)
            connection.execute(delete(location).where(location.c.ruid == row["ruid"]))
            connection.execute(insert(location), [{name: value for name, value in row.items() if name != "id"}])
            connection.execute(insert(trace), [trace_row(message, exact) for message in of_registration(row)])
            self._traced.append(row["callid"])
            if len(self._traced) > FLAPS_KEPT:
                connection.execute(delete(trace).where(trace.c.callid == self._traced.pop(0)))
        self._is_absent, self._cycle = absent, cycle
