"""Reads from a streaming replica where that is allowed and it isn't too far behind.

A thread of its own watches it, so that no read waits for one that is gone. Reads go to the primary while the replica is
away or no standby, and after a write of this program until the replica has replayed it.
"""

from __future__ import annotations

import logging
import threading
import time
from math import isinf
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from partnertui.db.errors import DatabaseError

if TYPE_CHECKING:
    from partnertui.db.database import Database

WATCH_SECONDS = 2.0
"""Between two looks at the replica."""
CATCH_UP_SECONDS = 0.05
"""Between two looks while a write of ours hasn't arrived there."""
CATCH_UP_LOOKS = 40
"""Looks of that kind in a row; a replica that is further behind is looked at as usual."""
LOOK_SECONDS = 1.0
WAL_PAGE = 8192
WAL_PAGE_HEADERS = (24, 40)
"""Bytes of the two kinds of page headers of the WAL (PostgreSQL, access/xlog_internal.h)."""
# Where WAL is inserted, not where it is written: that is behind every commit, also with synchronous_commit off.
PRIMARY_SQL = text("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")
REPLICA_SQL = text(
    "SELECT pg_is_in_recovery(), coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, 0), "
    "coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float, 'infinity')"
)
log = logging.getLogger(__name__)


class Replica:
    """Whether a read may go to the replica, and how far that is behind; thread-safe."""

    def __init__(self, database: Database, primary: Database) -> None:
        self.database = database
        self.lag = 0.0
        """Seconds that the replica is behind the primary; 0 while it isn't used."""
        self._primary = primary
        self._lock = threading.Lock()
        self._look_now = threading.Event()
        self._is_closed = False
        self._thread: threading.Thread | None = None
        self._answers = False
        self._writes = 0
        self._replayed = 0
        """How many of this program's writes the replica has for certain."""
        self._target: tuple[int, int] | None = None
        """A number of writes, and an LSN behind all of them."""
        self._caught_up_at: float | None = None

    @property
    def may_read(self) -> bool:
        """Whether a read may go there now. The first call only begins to watch it."""
        with self._lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._watch, name="replica", daemon=True)
                self._thread.start()
            return self._answers and self._replayed == self._writes

    def wrote(self) -> None:
        """Notes a write, of this program or one that it was told of: reads must see it from now on."""
        with self._lock:
            self._writes += 1
        self._look_now.set()

    def failed(self) -> None:
        """Notes that a read failed there: no other one follows before the replica has answered again."""
        with self._lock:
            self._answers = False
        self._look_now.set()

    def close(self) -> None:
        """Ends the thread and closes the connections."""
        with self._lock:
            self._is_closed, self._answers = True, False
            thread = self._thread
        self._look_now.set()
        if thread is not None:
            thread.join(LOOK_SECONDS)
        self.database.close()

    def _watch(self) -> None:
        looks = 0
        while not self._is_closed:
            self._look_now.clear()
            self._look()
            with self._lock:
                waits = self._answers and self._replayed != self._writes
            looks = looks + 1 if waits else 0
            self._look_now.wait(CATCH_UP_SECONDS if 0 < looks <= CATCH_UP_LOOKS else WATCH_SECONDS)

    def _look(self) -> None:
        at, writes, sent = time.monotonic(), self._writes, self._sent()
        try:
            is_standby, replayed, age = self.database.read(_replay, deadline=LOOK_SECONDS)
        except DatabaseError as error:
            is_standby, replayed, age = False, 0, 0.0
            if self._answers:
                log.warning("the replica can't be read, the primary is used: %s", error)
        with self._lock:
            if sent is not None and self._target is None and writes > self._replayed:
                self._target = writes, sent
            if self._target is not None and is_standby and replayed >= self._target[1]:
                self._replayed, self._target = self._target[0], None
            self._answers = is_standby and not self._is_closed
            self.lag = self._behind(at, sent, replayed, age) if is_standby else 0.0

    def _sent(self) -> int | None:
        """The end of the primary's WAL; None if it doesn't answer, then the replica is read as far as it is."""
        try:
            found = self._primary.read(lambda connection: connection.scalar(PRIMARY_SQL), deadline=LOOK_SECONDS)
        except DatabaseError:
            return None
        return None if found is None else end_of_records(int(found))

    def _behind(self, at: float, sent: int | None, replayed: int, age: float) -> float:
        """Seconds behind. `age` is that of the last transaction replayed: infinite if there was none since its start.

        On a server where nobody writes, that age says nothing: the replica was last up to date when we saw it be.
        """
        if sent is None:
            return self.lag
        if replayed >= sent:
            self._caught_up_at = at
            return 0.0
        if self._caught_up_at is None:
            if isinf(age):
                self._caught_up_at = at  # no older than our first look, as far as anybody can tell
                return 0.0
            return age
        return min(age, time.monotonic() - self._caught_up_at)


def end_of_records(position: int) -> int:
    """The end of the last record before a position for inserting, which may be behind the header of the next page."""
    over = position % WAL_PAGE
    return position - over if over in WAL_PAGE_HEADERS else position


def _replay(connection: Connection) -> tuple[bool, int, float]:
    is_standby, replayed, age = connection.execute(REPLICA_SQL).one()
    return bool(is_standby), int(replayed), float(age)
