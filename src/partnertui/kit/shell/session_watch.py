"""Keeps this run's row in the database current (last key press), and ends the run when an admin logs it out."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from partnertui import __version__
from partnertui.db.errors import DatabaseError, LoginRefused
from partnertui.db.operator_access import sessions
from partnertui.db.operator_access.password_check import origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from partnertui.db.operator_access.sessions import Session
    from partnertui.db.query_cancellation import Cancel
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services

log = logging.getLogger(__name__)
ASK_SECONDS = 3.0
"""Between two questions whether it may go on."""
REPORT_SECONDS = 30.0
"""Between two reports; a write every three seconds by every agent would be in the way of others."""
CALL_SECONDS = 5.0
"""How long such a call may take."""
END_SECONDS = 0.7
"""How long leaving the program waits for the database."""


class SessionWatch:
    """The session of one sign-in. `last_key_at` says when a key was pressed last, `end` shows the words and ends."""

    def __init__(
        self, services: Services, operator: Operator, last_key_at: Callable[[], datetime], end: Callable[[str], None]
    ) -> None:
        self.services, self.operator, self._last_key_at, self._end = services, operator, last_key_at, end
        self.session: Session | None = None
        self._reported = 0.0
        self._over = False

    def ask(self) -> None:
        """Begins the session, or reports and asks about it; again after a while, whatever the answer was."""

        def work(cancel: Cancel, tell: object) -> str:
            return self._ask(self._last_key_at())

        self.services.jobs.long("session", work, self._answered, self._failed, shown=False)

    def _ask(self, last_key_at: datetime) -> str:
        database, session = self.services.database, self.session
        if session is None:

            def begin(connection: Connection) -> Session:
                return sessions.begin(connection, self.operator.id, origin(), __version__)

            self.session = database.write(begin, deadline=CALL_SECONDS)
            self._reported = time.monotonic()
            return sessions.RUNNING
        if time.monotonic() - self._reported > REPORT_SECONDS:
            database.write(lambda connection: sessions.report(connection, session, last_key_at), deadline=CALL_SECONDS)
            self._reported = time.monotonic()
        return database.read(lambda connection: sessions.end_of(connection, session), deadline=CALL_SECONDS)

    def _answered(self, words: str) -> None:
        if words != sessions.RUNNING:
            self._over = True
            self._end(words)
        else:
            self._ask_later()

    def _failed(self, error: UserError) -> None:
        if isinstance(error, LoginRefused):
            self._over = True
            self._end("The database no longer accepts your login.")
        else:
            log.warning("the session can't be reported: %s", error)
            self._ask_later()

    def _ask_later(self) -> None:
        if not self._over:
            self.services.call_later(ASK_SECONDS, self.ask)

    def stop(self) -> None:
        """Notes the end: the program is about to end."""
        session, self._over = self.session, True
        if session is None:
            return
        try:
            self.services.database.write(lambda connection: sessions.end(connection, session), deadline=END_SECONDS)
        except DatabaseError as error:
            log.warning("the end of the session can't be stored: %s", error)
