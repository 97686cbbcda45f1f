"""Signing in, and what happens while the database doesn't answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from partnertui.db.errors import DatabaseError
from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.shell.services import AppServices

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

    def sign_in(self) -> None:
        """Checks the schema and looks the operator up, in the background."""
        services, login = self.services, self.services.settings.operator

        def work() -> Operator:
            with HEAVY:
                from partnertui.db.rows.lookup import find_operator  # the mapped models, after the first paint

            services.database.check().require(development=services.settings.development)
            return services.database.read(lambda connection: find_operator(connection, login))

        services.jobs.write("sign in", work, self.signed_in, self.refused, saves=False)

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

    def refused(self, error: UserError) -> None:
        """Says why nobody can work yet; a database that is away is tried again."""
        self.answered = True
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
