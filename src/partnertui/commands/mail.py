"""`partnertui mail`: reads mailboxes into tickets, and sends the replies that wait in the outbox."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from partnertui.commands.flags import number
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.mail.service import MailService
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.errors import NotAllowed
from partnertui.domain.operators import STAFF

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

INTERVAL_SECONDS, COPY_SECONDS = 20.0, 600.0
SECONDS = number(0.2, 86_400)


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--once",
        action="store_true",
        help="receive and send once (for use with a timer) instead of running continuously",
    )
    parser.add_argument(
        "--interval",
        type=SECONDS,
        metavar="SECONDS",
        default=INTERVAL_SECONDS,
        help="seconds between checks for new mail (default: 20)",
    )
    parser.add_argument(
        "--copy-wait",
        type=SECONDS,
        metavar="SECONDS",
        default=COPY_SECONDS,
        help="seconds to wait for the blind copy of an e-mail that may have been sent, before sending it again"
        " (default: 600)",
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Runs until SIGTERM or SIGINT, which end it in order; returns 1 if something can't be read or sent now."""
    stop = threading.Event()
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        if operator.role not in STAFF:
            raise NotAllowed(
                "Only staff can receive and send mail for all customers.", advice="Set operator to a staff login."
            )
        vault = open_vault(database, settings.vault, folders.data, create=False)
        wait = timedelta(seconds=args.copy_wait)
        service = MailService(database, operator, vault, stop, copy_wait=wait)
        # Only a flag: an exception out of a handler could come up between handing a mail over and noting it.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        if args.once:
            service.once()
        else:
            print("Receiving and sending mail; press Ctrl+C to stop.", file=sys.stderr, flush=True)
            service.run(args.interval)
    states = "".join(f", {number:,} {state}" for state, number in sorted(service.sent.items()))
    print(f"{service.received:,} e-mail{'s' if service.received != 1 else ''} received{states}.")
    return int(args.once and service.failed)
