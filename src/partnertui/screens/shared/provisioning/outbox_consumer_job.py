"""The job that keeps working off the provisioning outbox while the program runs."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from partnertui.db.provisioning.outbox_consumer import Emptied
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.vault.sealed_values import Vault

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.5
"""Between two looks: a switch that was away has everything within five seconds of its return."""


class OutboxJob:
    """Runs for as long as the program does; one run at a time."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.vault: Vault | None = None
        self.reason = ""
        """Why something was waiting the last time; it is said once."""
        self.unread = ""
        """Why our own database could not be read the last time; it is logged once."""

    def run(self) -> None:
        """Looks once, and again after a pause."""
        self.services.jobs.long("write users to the switch", self._work, self._done, self._failed, shown=False)

    def _work(self, cancel: Cancel, tell: object) -> Emptied:
        with HEAVY:
            from partnertui.db.kamailio.subscriber_database import (
                open_switch,  # the mapped models and the cipher, as below
            )
            from partnertui.db.provisioning.outbox_consumer import Emptied, empty_outbox, is_anything_waiting
            from partnertui.db.vault_data_keys import open_vault

        services = self.services
        if not is_anything_waiting(services.database):
            return Emptied()
        if self.vault is None:
            self.vault = open_vault(services.database, services.settings.vault, services.folders.data, create=False)
        with closing(open_switch(services.database, services.settings.kamailio)) as switch:
            return empty_outbox(services.database, switch, self.vault)

    def _done(self, found: Emptied) -> None:
        if found.reason and found.reason != self.reason:
            reason = found.reason.rstrip(".")
            self.services.notify(f"The switch isn't up to date yet: {reason}. Retrying automatically.", "warn")
        elif self.reason and not found.reason and found.written:
            self.services.notify("The switch is up to date again.", "good")
        changed = bool(found.written) or found.reason != self.reason
        self.reason, self.unread = found.reason, ""
        if changed:
            self._show()
        self.services.call_later(PAUSE_SECONDS, self.run)

    def _show(self) -> None:
        """Reads a user's record again that is in front: it says whether the account is on the switch, or why not."""
        location = self.services.location()
        if location is not None and location.screen == "users" and location.record is not None:
            self.services.context().refresh_rows()

    def _failed(self, error: UserError) -> None:
        if str(error) != self.unread:
            log.warning("the outbox could not be read: %s", error)
        self.unread = str(error)
        self.services.call_later(PAUSE_SECONDS, self.run)
