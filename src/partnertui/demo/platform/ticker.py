"""Writes the simulated platform's events to the demo database, at most once a second."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Connection

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.demo.platform.customer_snapshot import Customers
from partnertui.demo.platform.live_calls import LiveCalls
from partnertui.demo.platform.registrations import Registrations
from partnertui.demo.platform.support_desk import SupportDesk

log = logging.getLogger(__name__)
TICK_SECONDS = 1.0


class Part(Protocol):
    """A part of what happens."""

    def begin(self, connection: Connection, now: datetime) -> None:
        """Brings the database up to date after a time without the platform."""

    def due(self, now: datetime) -> bool:
        """Whether `step` has something to do."""

    def step(self, connection: Connection, now: datetime) -> None:
        """Does what is due."""


def parts_of(customers: Customers) -> tuple[Part, ...]:
    """Everything that happens."""
    calls = LiveCalls(customers)
    return (Registrations(customers), calls, SupportDesk(customers, calls))


class Ticker:
    """The clock of the platform."""

    def __init__(self, database: Database, customers: Customers) -> None:
        self.database, self.parts = database, parts_of(customers)
        self.begun = False

    def tick(self, now: datetime) -> None:
        """Writes what is due, in one transaction; a database that doesn't answer is tried again at the next tick."""
        due = [part for part in self.parts if not self.begun or part.due(now)]

        def work(connection: Connection) -> None:
            for part in due:
                (part.step if self.begun else part.begin)(connection, now)

        if due:
            try:
                self.database.write(work, deadline=10)
            except DatabaseError as error:
                log.warning("the demo's platform can't write: %s", error)
                return
            self.begun = True

    def run(self, over: threading.Event) -> None:
        """Ticks until `over` is set."""
        while not over.is_set():
            self.tick(datetime.now(UTC))
            over.wait(TICK_SECONDS)
