"""Writes users to the switch while the program runs.

`prepare_database` makes our database note what is to be written; `start` empties that outbox in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.config import Settings
    from partnertui.db.engine import Database
    from partnertui.kit.declare.actions import Services


def prepare_database(settings: Settings) -> Callable[[Database], None]:
    """What a database has to be told once it is open; nothing if users aren't written to the switch."""

    def prepare(database: Database) -> None:
        if settings.kamailio.subscribers == "write":
            from partnertui.db.switch_outbox import note_changes  # the mapped models, after the first paint

            database.session_listeners.append(note_changes)

    return prepare


def start(services: Services) -> None:
    """Begins to empty the outbox as soon as somebody is signed in, if users are written to the switch."""
    if services.settings.kamailio.subscribers == "write":
        from partnertui.screens.shared.provisioning.outbox_job import OutboxJob  # nobody else needs it

        services.when_signed_in(OutboxJob(services).run)
