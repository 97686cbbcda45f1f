"""Decodes received HEP datagrams, stores them in the database and in hourly files, and deletes old ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from partnertui.captures.hep import SIP_TYPE, decode
from partnertui.captures.hourly_hep_writer import Datagram, HourlyFiles
from partnertui.captures.indexed_call_loader import MAX_SKEW_US
from partnertui.captures.sip_first_pass import is_sip, summary_of
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError, DatabaseLocked, DatabaseUnavailable, LoginRefused, QueryTimeout
from partnertui.db.hep.message_writer import HepRow, write_rows
from partnertui.db.hep.partitions import drop_old, make_partitions
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

MAX_WAITING = 200_000
"""Messages that are kept while the database can't be reached; then the oldest are dropped."""
RETRY_SECONDS = 5.0
ROWS_AT_ONCE = 20_000
_TEMPORARY = (DatabaseUnavailable, DatabaseLocked, LoginRefused, QueryTimeout)
log = logging.getLogger(__name__)


@dataclass
class HepSink:
    """Takes batches of datagrams; never raises for what is in them, nor for a database that is gone for a while."""

    database: Database
    files: HourlyFiles | None
    keep_days: int
    stored: int = 0
    malformed: int = 0
    other: int = 0
    """Packets of HEP that aren't SIP, such as RTCP reports and logs."""
    lost: int = 0
    """Messages that could not be stored."""
    problem: str = ""
    _waiting: list[HepRow] = field(default_factory=list)
    _retry_at: float = 0.0
    _last_id: int = 0
    _today: date | None = None

    def take(self, batch: Sequence[Datagram]) -> None:
        """Writes a batch, and what waits from before."""
        if self.files is not None and batch:
            try:
                self.files.write(batch)
            except DomainError as error:
                self._report(str(error))
        self._waiting += [row for datagram in batch if (row := self._row(datagram)) is not None]
        if time.monotonic() >= self._retry_at:
            self.flush()
        excess = len(self._waiting) - MAX_WAITING
        if excess > 0:
            del self._waiting[:excess]
            self.lost += excess

    def flush(self) -> None:
        """Writes what waits; where the database can't be reached it waits on."""
        try:
            self.tidy(datetime.now(UTC).date())
            while self._waiting:
                rows = self._waiting[:ROWS_AT_ONCE]
                self._store(rows)
                del self._waiting[: len(rows)]
            self.problem = ""
        except _TEMPORARY as error:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            self._report(
                f"{error} {plural(len(self._waiting), 'message is', 'messages are')} waiting for the database."
            )

    def give_up(self) -> None:
        """At the end: what still waits is lost, and counted."""
        self.lost += len(self._waiting)
        self._waiting.clear()

    def tidy(self, today: date) -> None:
        """Once a day: makes partitions, and deletes what is too old."""
        if today == self._today:
            return
        self.database.write(lambda connection: make_partitions(connection, today))
        dropped = self.database.write(lambda connection: drop_old(connection, today, self.keep_days))
        if self.files is not None:
            dropped += self.files.delete_old(today, self.keep_days)
        self._today = today
        log.info("dropped %d old partitions, rows and files", dropped)

    def _store(self, rows: Sequence[HepRow]) -> None:
        """Writes rows; one that the database refuses is left out, the others are kept."""
        try:
            write_rows(self.database, rows)
        except _TEMPORARY:
            raise
        except DatabaseError as error:
            if len(rows) == 1:
                self.lost += 1
                self._report(f"A message couldn't be stored: {error}")
                return
            # halved until the one row that the database refuses is found: the others are kept
            self._store(rows[: len(rows) // 2])
            self._store(rows[len(rows) // 2 :])
        else:
            self.stored += len(rows)

    def _row(self, datagram: Datagram) -> HepRow | None:
        packet = decode(datagram.data)
        if packet is None:
            self.malformed += 1
            return None
        if packet.kind != SIP_TYPE or not is_sip(packet.payload):
            self.other += 1
            return None
        # a sender without a right clock would write into partitions that are dropped or not there yet
        time_us = packet.time_us if abs(packet.time_us - datagram.time_us) < MAX_SKEW_US else datagram.time_us
        # IDs that need no question to the database and rise even where the clock is set back
        self._last_id = max(self._last_id + 1, time.time_ns())
        call_id, method, status, *users = (
            # PostgreSQL refuses NUL in text
            value.replace("\0", "") if isinstance(value, str) else value
            for value in summary_of(packet.payload)
        )
        ends = (packet.source.address, packet.source.port, packet.destination.address, packet.destination.port)
        correlation = packet.correlation_id.replace("\0", "")
        return HepRow(
            time_us,
            self._last_id,
            str(call_id),
            str(method),
            int(status),
            str(users[0]),
            str(users[1]),
            packet.transport,
            *ends,
            correlation,
            packet.payload,
        )

    def _report(self, problem: str) -> None:
        if problem.partition(".")[0] != self.problem.partition(".")[0]:
            log.warning("%s", problem)
        self.problem = problem
