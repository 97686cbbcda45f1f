"""Provisioning of users to the switch while the program runs.

`prepare` makes our database note what is to be written; `start` empties that outbox in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.config import Settings
    from partnertui.db.database import Database
    from partnertui.kit.declare.actions import Services


def prepare(settings: Settings, database: Database) -> None:
    """Makes a database that was just opened note changes of users, if they are written to the switch."""
    if settings.kamailio.subscribers == "write":
        from partnertui.db.provisioning.outbox_producer import (
            note_changes,  # the mapped models, which nobody else needs yet
        )

        database.session_listeners.append(note_changes)


def start(services: Services) -> None:
    """Begins to empty the outbox as soon as somebody is signed in."""
    from partnertui.screens.shared.provisioning.outbox_consumer_job import OutboxJob  # `prepare` runs without it

    services.when_signed_in(OutboxJob(services).run)
