"""`partnertui incidents`: detects incidents in recent failures, once or repeatedly."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.incidents.words import incident_words
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.db.kamailio.table_versions import KamailioUnavailable
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--interval", metavar="S", type=float, default=0, help="check again every S seconds")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints each new incident in a line; with an interval until it is interrupted."""
    with closing(open_database(settings.database_url)) as database, closing(open_kamailio(settings)) as kamailio:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        was_told = False
        while True:
            try:
                found = look_for_incidents(database, operator, kamailio, utc_now())
                was_told = False
            except KamailioUnavailable as error:  # its calls may be here all the same, and it comes back
                if not was_told:
                    print(f"Registrations can't be checked: {error} {error.advice}", file=sys.stderr, flush=True)
                was_told = True
                found = look_for_incidents(database, operator, None, utc_now())
            for new in found:
                print(database.read(partial(incident_words, incident_id=new)), flush=True)
            if args.interval <= 0:
                return 0
            time.sleep(args.interval)
