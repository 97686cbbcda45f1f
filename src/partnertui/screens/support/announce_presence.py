"""Tells colleagues that this operator has a ticket open, and whether they are typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.presence import end_presence, show_presence
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.database import Database
    from partnertui.kit.declare.actions import Services

RENEW_SECONDS = 10.0
"""Between two signs of life; colleagues count one for three times as long."""
TYPING_SECONDS = 5.0
"""How long after the last key somebody still counts as typing."""


class Presence:
    """The presence of this operator in one ticket; `start` and `stop` come from its view."""

    def __init__(self, services: Services, ticket_id: int) -> None:
        self.services, self.ticket_id = services, ticket_id
        self.typing = False
        self._open = False
        self._typed = 0
        """Counts keys, so that only the last one's timer ends the typing."""

    def start(self) -> None:
        """Shows it, and renews it until `stop`."""
        self._open = True
        self._renew()

    def stop(self) -> None:
        """Takes it away."""
        if self._open:
            self._open = False

            self._write(lambda connection, operator: end_presence(connection, self.ticket_id, operator))

    def key_typed(self) -> None:
        """Shows that somebody is typing, until some seconds after the last key."""
        self._typed += 1
        typed = self._typed
        self.services.call_later(TYPING_SECONDS, lambda: self._ended(typed))
        if not self.typing:
            self.typing = True
            self._show()

    def _ended(self, typed: int) -> None:
        # Each key starts a timer of its own, and only that of the last one ends the typing.
        if self.typing and typed == self._typed:
            self.typing = False
            self._show()

    def _renew(self) -> None:
        if self._open:
            self._show()
            self.services.call_later(RENEW_SECONDS, self._renew)

    def _show(self) -> None:
        if not self._open:
            return

        typing, time = self.typing, utc_now()
        self._write(lambda connection, operator: show_presence(connection, self.ticket_id, operator, typing, time))

    def _write(self, work: Callable[[Connection, int], None]) -> None:
        operator = self.services.operator
        if operator is None or self.services.database_error:
            return
        services = self.services

        def write(database: Database) -> None:
            database.write(lambda connection: work(connection, operator.id), deadline=3.0)

        # a presence that can't be written is worth no message: the view says that the database is away
        services.jobs.write(
            "presence", lambda: write(services.database), lambda done: None, lambda error: None, saves=False
        )
