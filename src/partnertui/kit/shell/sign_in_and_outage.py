"""Signs the operator in, and retries while the database doesn't answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from partnertui.db.errors import DatabaseError, PasswordRefused
from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.operator_access.sign_in import SignedIn
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.shell.services import AppServices
    from partnertui.kit.shell.session_watch import SessionWatch
    from partnertui.kit.shell.sign_in_and_lock import Access

log = logging.getLogger(__name__)
RETRY_SECONDS = 5.0
PREPARE_SECONDS = 0.3
"""After signing in, so that the first rows come before the vault is opened."""


class DatabaseState:
    """Looks the operator up and tries again by itself while the database is away."""

    def __init__(self, services: AppServices) -> None:
        self.services = services
        self._waiting: list[Callable[[], None]] = []
        self.answered = False
        """Whether it is known who works here, or why that can't be known yet."""
        self._access: Access | None = None
        self.session: SessionWatch | None = None
        """What tells the database that this program runs; None until somebody has signed in, and without a terminal."""

    @property
    def access(self) -> Access:
        """What asks for passwords; its module is imported on first use, after the first paint."""
        if self._access is None:
            from partnertui.kit.shell.sign_in_and_lock import Access

            self._access = Access(self.services)
        return self._access

    @property
    def replica_behind(self) -> str:
        """How far the replica that lists are read from is behind, in coarse steps; "" while that isn't worth a word."""
        database = self.services.opened_database
        lag = database.replica.lag if database is not None and database.replica is not None else 0.0
        if lag < self.services.settings.database.replica_lag:
            return ""
        steps = ((3600, 3600, "h"), (60, 60, "min"), (10, 1, "s"), (1, 1, "s"))
        step, unit, word = next(found for found in steps if lag >= found[0])
        return f"{int(lag // step * step) // unit} {word}"

    def sign_in(self) -> None:
        """Checks the schema and looks the operator up, in the background."""
        services, login = self.services, self.services.settings.operator

        def work() -> SignedIn:
            with HEAVY:
                # the mapped models, after the first paint
                from partnertui.db.foreign_cdr_servers.partner_pruning import name_partner
                from partnertui.db.operator_access.sign_in import sign_in

            services.database.check().require(development=services.settings.development)
            found = services.database.read(lambda connection: sign_in(connection, login))
            name_partner(services.database, found.operator)
            return found

        services.jobs.write("log in", work, self._found, self.refused, saves=False)

    def _found(self, found: SignedIn) -> None:
        """Asks for the password if we store one, unless SSH has made sure already who it is."""
        if found.password:
            self.access.asks = found.password
        if found.password == "stored" and not self.services.known_by_account:
            self.answered = True
            self.access.ask_to_log_in(found.operator, lambda: self.signed_in(found.operator))
        else:
            self.signed_in(found.operator)

    def when_signed_in(self, then: Callable[[], None]) -> None:
        """Calls back now, or as soon as the operator is known."""
        if self.services.operator is not None:
            then()
        else:
            self._waiting.append(then)

    def signed_in(self, operator: Operator) -> None:
        """Takes the operator, and starts what waited for it."""
        self.services.operator, self.answered = operator, True
        self.services.database_error = ""
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()
        self.services.refresh_frame()
        self.services.update_footer()
        # the vault is opened behind the first rows, so that no dialog waits for it
        self.services.call_later(PREPARE_SECONDS, lambda: self.services.drafts.prepare())
        if not self.services.app.is_headless:
            self.services.call_later(PREPARE_SECONDS, self.begin_session)

    def begin_session(self) -> None:
        """Puts this program on the list of sessions."""
        from partnertui.kit.shell.session_watch import SessionWatch  # behind the first rows

        operator = self.services.operator
        if operator is not None and self.session is None:
            self.session = SessionWatch(self.services, operator, self.services.last_key_at, self.access.end)
            self.session.ask()

    def refused(self, error: UserError) -> None:
        """Says why nobody can work yet; a database that is away is tried again."""
        self.answered = True
        if isinstance(error, PasswordRefused):
            self.access.ask_for_database_password(self.sign_in)
            self.access.say_refused(error)
            return
        if not isinstance(error, DatabaseError):
            self.services.notify(f"{error} {error.advice}", "bad")
            return
        self.failed(error, shown_by_view=True)
        view = self.services.view_stack.view
        if view is not None:
            view.show_error(error)
        self.services.call_later(RETRY_SECONDS, self._sign_in_again)

    def failed(self, error: Exception, *, shown_by_view: bool = False) -> None:
        """Notes the failure once and checks every few seconds whether it is over."""
        services = self.services
        log.warning("could not be read: %s", error)
        first, services.database_error = not services.database_error, str(error)
        services.refresh_frame()
        if first:
            if not shown_by_view:
                services.notify(f"{error} {getattr(error, 'advice', '')}", "bad")
            services.call_later(RETRY_SECONDS, self._read_again)

    def recovered(self) -> None:
        """Notes that the database answers again."""
        if self.services.database_error:
            self.services.database_error = ""
            self.services.refresh_frame()
            self.services.notify("The database is responding again.", "good")

    def _sign_in_again(self) -> None:
        if self.services.operator is None:
            self.sign_in()

    def _read_again(self) -> None:
        if not self.services.database_error:
            return
        view = self.services.view_stack.view
        if view is not None and self.services.operator is not None:
            view.retry()
        self.services.call_later(RETRY_SECONDS, self._read_again)
