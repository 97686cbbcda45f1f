"""`partnertui hep`: receives HEP from Kamailio's siptrace and Asterisk's res_hep, and stores it for traces."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.captures.hep_receiver import HepReceiver, endpoint_of, listening_socket
from partnertui.captures.hourly_hep_writer import HourlyFiles
from partnertui.commands.flags import number
from partnertui.config import hep_folder
from partnertui.config.settings import MOST_DAYS, Hep
from partnertui.db.database import open_database
from partnertui.db.hep.datagram_storage import HepSink
from partnertui.domain.plurals import plural

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

REPORT_SECONDS = 60.0


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--listen", metavar="ADDRESS:PORT", help=f"address and UDP port to receive HEP on (default: {Hep.listen})"
    )
    parser.add_argument(
        "--keep",
        type=number(1, MOST_DAYS, whole=True),
        metavar="DAYS",
        help=f"days to keep messages (default: {Hep.keep:g})",
    )
    parser.add_argument("--folder", metavar="FOLDER", help="folder for hourly captures; “-” writes none")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Runs until SIGTERM or SIGINT; what arrived until then is stored. Returns 1 if messages were lost."""
    listen = endpoint_of(args.listen or settings.hep.listen)
    folder = hep_folder(args.folder or settings.hep.folder, folders)
    stop = threading.Event()
    with closing(open_database(settings.database_url)) as database, listening_socket(listen) as opened:
        database.check().require(development=settings.development)
        files = HourlyFiles(folder, listen) if folder is not None else None
        sink = HepSink(database, files, args.keep or int(settings.hep.keep))
        sink.flush()  # before anything is received: a database that refuses us is an error now
        # Only a flag: an exception out of a handler could come up between any two steps of a transaction.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        receiver = HepReceiver(opened, sink.take, stop)
        print(f"Receiving HEP on {listen}; press Ctrl+C to stop.", file=sys.stderr, flush=True)
        threading.Thread(target=_report, args=(receiver, sink, stop), daemon=True).start()
        receiver.run()
        sink.flush()
        sink.give_up()
        if files is not None:
            files.close()
    print(summary(receiver, sink), file=sys.stderr)
    return 1 if sink.lost or receiver.dropped else 0


def _report(receiver: HepReceiver, sink: HepSink, stop: threading.Event) -> None:
    """Prints the counts every minute while something arrives, and problems when they begin."""
    shown, problem, latest = 0, "", time.monotonic()
    while not stop.wait(1.0):
        if sink.problem and not problem:
            print(f"partnertui: {sink.problem}", file=sys.stderr, flush=True)
        problem = sink.problem
        if time.monotonic() - latest >= REPORT_SECONDS:
            latest = time.monotonic()
            if receiver.received != shown:
                print(summary(receiver, sink), file=sys.stderr, flush=True)
            shown = receiver.received


def summary(receiver: HepReceiver, sink: HepSink) -> str:
    """The counts in a sentence."""
    counts = {
        "not SIP": sink.other,
        "malformed": sink.malformed,
        "lost": sink.lost + receiver.dropped,
    }
    rest = "".join(f"; {number:,} {what}" for what, number in counts.items() if number)
    return f"{plural(receiver.received, 'packet')} received, {plural(sink.stored, 'message')} stored{rest}."
