"""Asks for passwords at the start, and locks and unlocks the screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from partnertui.db.errors import LoginRefused
from partnertui.db.operator_access.password_check import check_log_in, origin
from partnertui.db.operator_access.sign_in import require_password
from partnertui.domain.account_lockout import MOST_FAILURES
from partnertui.kit.shell.lock_screen import CoverScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.shell.services import AppServices

WORDS_SECONDS = 60.0
"""How long the words that end a session stay, if nobody presses a key."""


class Access:
    """Covers the program until somebody has proved who they are, or for good."""

    def __init__(self, services: AppServices) -> None:
        self.services = services
        self.asks: Literal["", "stored", "database"] = ""
        """Whose password unlocks the screen: ours, the database's, or none."""
        self.cover: CoverScreen | None = None
        self._asked_before = False
        """Whether a password of the database was asked for already."""
        self._failures = 0
        """Of the database's password since the screen was locked; ours are counted in the database."""

    def ask_to_log_in(self, operator: Operator, then: Callable[[], None]) -> None:
        """Asks for the password that we store."""
        self._show(f"Log in as {operator.name}", f"Password of “{operator.login}”:", self._stored(operator), then)

    def ask_for_database_password(self, then: Callable[[], None]) -> None:
        """Asks for the password of the database, which refused to go on without."""
        from partnertui.db.database_url_logins import (  # here, because SQLite never asks
            login_of,
            remember_password,
        )

        url = self.services.settings.database_url

        def check(typed: str) -> None:
            remember_password(url, typed)

        def done() -> None:
            if (database := self.services.opened_database) is not None:
                self.services.opened_database = None
                database.close()
            then()

        self._show("Log in to the database", f"Database password of “{login_of(url)}”:", check, done)

    def say_refused(self, error: UserError) -> None:
        """Says on the cover why the database refused; silent about a password that nobody has typed yet."""
        if self.cover is not None and self._asked_before:
            self.cover.call_after_refresh(self.cover.refused, error)
        self._asked_before = True

    def lock(self, reason: str) -> None:
        """Clears the screen and asks for the password; over SSH without one it ends the session."""
        operator, services = self.services.operator, self.services
        if self.cover is not None or operator is None:
            return
        if not self.asks and (services.known_by_account or "SSH_CONNECTION" in os.environ):
            self.end(f"{reason} Your SSH account has no password here, so your session has ended; connect again.")
            return
        check = {"stored": self._stored(operator), "database": self._database(), "": None}[self.asks]
        if self.asks == "database":
            from partnertui.db.database_url_logins import login_of  # as above

            more = f"Database password of “{login_of(services.settings.database_url)}”:"
        elif self.asks:
            more = f"Password of “{operator.login}”:"
        else:
            more = services.keymap.fill("No password is set: {key:cover.open} unlocks.")
        self._show(f"Locked: {operator.name}", f"{reason} {more}", check, lambda: None, "unlock")

    def end(self, words: str) -> None:
        """Covers the screen with the reason for good, and ends the program at the next key; drafts are kept."""
        services = self.services
        if self.cover is not None:
            self.cover.dismiss(False)
            self.cover = None
        services.drafts.flush()

        def leave() -> None:
            services.app.exit(return_code=1, message=f"partnertui: {words}")

        kept = "" if services.drafts.refusal else " Unsaved text is kept as drafts."
        self._show("Your session has ended", f"{words}{kept}", None, leave, "close")
        services.call_later(WORDS_SECONDS, leave)

    def _show(
        self,
        heading: str,
        text: str,
        check: Callable[[str], None] | None,
        then: Callable[[], None],
        verb: str = "log in",
    ) -> None:
        services = self.services
        self.cover = cover = CoverScreen(services, heading, text, check=check, verb=verb)
        services.held_dialogs = []
        services.erase_terminal()

        def answered(answer: bool | None) -> None:
            # A cover that `end` has replaced is dismissed, too: its answer must open nothing any more.
            if self.cover is cover and answer:
                self.cover, held = None, services.held_dialogs or []
                services.held_dialogs = None
                then()
                for show in held:
                    show()

        services.app.push_screen(cover, answered)

    def _stored(self, operator: Operator) -> Callable[[str], None]:
        return lambda typed: check_log_in(self.services.database, operator, typed, origin())

    def _database(self) -> Callable[[str], None]:
        url, self._failures = self.services.settings.database_url, 0

        def check(typed: str) -> None:
            try:
                require_password(url, typed)
            except LoginRefused:
                self._failures += 1
                if self._failures >= MOST_FAILURES:
                    # `check` runs in a job's thread, and a screen may only be shown on the loop.
                    self.services.app.call_from_thread(self.end, f"{MOST_FAILURES} wrong passwords in a row.")
                raise

        return check
