"""Registrations of another server together with our users, for lists that need both at once.

No select reads two servers. So both sides are copied into a private SQLite database in memory, whose tables have the
names of the real ones, and the same joined select runs there. A copy is used for some seconds; 100,000 registrations
take about two.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Index, MetaData, Table, Text, create_engine, select
from sqlalchemy.pool import StaticPool

from partnertui.db.engine import Database
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import Customer, User

FRESH = 10.0
"""Seconds that a copy is good for."""
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


class Mirror:
    """The copy; used from any thread, by one at a time."""

    def __init__(self, kamailio: Database, place: Tables, zone: str) -> None:
        self.place = tables(None, zone)
        self._kamailio, self._source = kamailio, place
        self._engine: Engine | None = None
        self._made = 0.0
        self.lock = threading.Lock()

    def connection(self, ours: Connection, *, fresh: bool) -> Connection:
        """The copy to read from, made anew where it is older than FRESH and `fresh` asks for it."""
        if self._engine is None or (fresh and time.monotonic() - self._made > FRESH):
            if self._engine is not None:
                self._engine.dispose()
            self._engine = self._copied(ours)
            self._made = time.monotonic()
        return self._engine.connect()

    def _copied(self, ours: Connection) -> Engine:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        source, target = self._source.location, self.place.location
        with engine.begin() as copy:
            self.place.metadata.create_all(copy, tables=[target])
            _OURS.create_all(copy)
            self._kamailio.read(lambda theirs: _pour(theirs, select(source), copy, target), deadline=60)
            _pour(ours, select(*(getattr(User, column.name) for column in _USERS.columns)), copy, _USERS)
            _pour(ours, select(Customer.id, Customer.company, Customer.partner_id), copy, _CUSTOMERS)
        return engine


def _pour(source: Connection, statement: Any, copy: Connection, table: Table) -> None:
    result = source.execution_options(yield_per=2000).execute(statement)
    for rows in result.mappings().partitions():
        copy.execute(table.insert(), [dict(row) for row in rows])
