"""`partnertui wake`: reopens tickets whose snooze, promise or awaited event is due; run it every minute."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.db.tickets.waking import wake_tickets
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Brings them back and says how many; run twice, or by two at a time, each comes back once."""
    with closing(open_database(settings.database_url)) as database, closing(open_kamailio(settings)) as kamailio:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        count = wake_tickets(database, operator, kamailio, utc_now())
    print(f"{count:,} ticket{'s' if count != 1 else ''} woken.")
    return 0
