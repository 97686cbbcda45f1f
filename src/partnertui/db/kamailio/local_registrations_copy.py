"""A local copy of another server's registrations and of our users, for lists that join both.

No select can read two servers. So both sides are copied into a private SQLite database in memory whose tables have the
names of the real ones, and the same joined select runs there.
"""

from __future__ import annotations

import threading
import time

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, MetaData, Table, Text, create_engine, select
from sqlalchemy.pool import StaticPool

from partnertui.db.database import Database
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import Customer, User
from partnertui.db.rows.type_aliases import Query

MAX_AGE = 10.0
"""Seconds after which a copy is made again; 100,000 registrations take about two seconds."""
_OURS = MetaData()
_USERS = Table(
    "users",
    _OURS,
    Column("id", BigInteger, primary_key=True),
    Column("name", Text),
    Column("sip_username", Text),
    Column("sip_domain", Text),
    Column("customer_id", BigInteger),
    Index("ix_users_sip", "sip_username"),
)
_CUSTOMERS = Table(
    "customers",
    _OURS,
    Column("id", BigInteger, primary_key=True),
    Column("company", Text),
    Column("partner_id", BigInteger),
)


class JointCopy:
    """The copy. May be used from any thread, by one at a time: callers hold `lock`."""

    def __init__(self, kamailio: Database, source: Tables, zone: str) -> None:
        self.tables = tables(None, zone)
        self.lock = threading.Lock()
        self._kamailio, self._source = kamailio, source
        self._engine: Engine | None = None
        self._copied_at = 0.0

    def connection(self, ours: Connection, *, fresh: bool) -> Connection:
        """A connection to the copy; with `fresh`, a copy older than MAX_AGE is replaced first."""
        if self._engine is None or (fresh and time.monotonic() - self._copied_at > MAX_AGE):
            if self._engine is not None:
                self._engine.dispose()
            self._engine = self._copy(ours)
            self._copied_at = time.monotonic()
        return self._engine.connect()

    def _copy(self, ours: Connection) -> Engine:
        # One connection alone: another one would have an empty database of its own.
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        source, target = self._source.location, self.tables.location
        with engine.begin() as copy:
            self.tables.metadata.create_all(copy, tables=[target])
            _OURS.create_all(copy)
            self._kamailio.read(lambda kamailio: _copy_rows(kamailio, select(source), copy, target), deadline=60)
            _copy_rows(ours, select(*(getattr(User, column.name) for column in _USERS.columns)), copy, _USERS)
            _copy_rows(ours, select(Customer.id, Customer.company, Customer.partner_id), copy, _CUSTOMERS)
        return engine


def _copy_rows(source: Connection, statement: Query, copy: Connection, table: Table) -> None:
    result = source.execution_options(yield_per=2000).execute(statement)
    for rows in result.mappings().partitions():
        copy.execute(table.insert(), [dict(row) for row in rows])
