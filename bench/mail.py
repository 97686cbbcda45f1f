"""Imports a mailbox of many mails from a Dovecot of its own: `python bench/mail.py [--mails 10000] [--postgresql]`.

Prints how long it took, how many a second, and the most memory that the service used; 10,000 take at most 120 s.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.db.mail.desk import Desk, acme
from tests.mail.dovecot import Dovecot
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import Mail, Ticket, TicketMessage

LIMIT_SECONDS = 120.0
ADDRESS = "bench@example.com"
HTML = "<html><body><p>No audio since <b>noon</b>.</p>" + "<p>It began after the update.</p>" * 20 + "</body></html>"


def made_mail(number: int) -> bytes:
    """A mail: each third one answers another one, each fourth is HTML, each hundredth has a file of 200 kB."""
    head = f"From: Caller {number % 500} <c{number % 500}@acme.example>\r\nTo: {ADDRESS}\r\n"
    head += f"Message-ID: <{number}@acme.example>\r\n"
    head += f"Subject: No audio, case {number}\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\n"
    if number % 3 == 2:
        head += f"In-Reply-To: <{number - 1}@acme.example>\r\n"
    if number % 4 == 0:
        return (head + f"Content-Type: text/html; charset=utf-8\r\n\r\n{HTML}\r\n").encode()
    text = f"Number {number}: nobody hears us on +49 30 23125{number % 1000:03}.\r\nCall-ID: {number}abc@192.0.2.1\r\n"
    if number % 100 == 1:
        head += "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        parts = (
            f"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: application/x-pcap; name=t.pcap\r\n"
        )
        return f"{head}{parts}\r\n{'x' * 200_000}\r\n--b--\r\n".encode()
    return (head + "\r\n" + text * 10).encode()


def measure(database: Database, dovecot: Dovecot, mails: int) -> float:
    """The seconds that the import took."""
    upgrade(database)
    desk = Desk(database, dovecot, ADDRESS)
    desk.stop = threading.Event()
    desk.service = desk.new_service(timedelta(minutes=10))
    database.write(acme)
    begun, busy = time.monotonic(), time.process_time()
    desk.service.once()
    seconds = time.monotonic() - begun
    if desk.problems or desk.count(Mail) != mails:
        raise SystemExit(f"{desk.count(Mail)} of {mails} mails: {desk.problems}")
    print(f"{time.process_time() - busy:.1f} s of processor time in this process")
    print(f"{mails:,} mails, {desk.count(Ticket):,} tickets, {desk.count(TicketMessage):,} messages")
    return seconds


def main() -> int:
    """Prints the figures; 1 if it took too long."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true")
    args = parser.parse_args()
    dovecot, cluster = Dovecot(), Cluster() if args.postgresql else None
    dovecot.drop(ADDRESS, [made_mail(number) for number in range(args.mails)])
    with tempfile.TemporaryDirectory() as folder:
        try:
            if cluster is not None:
                cluster.start()
            database = open_database(cluster.url("postgres") if cluster else f"sqlite:///{folder}/bench.db")
            seconds = measure(database, dovecot, args.mails)
            database.close()
        finally:
            dovecot.stop()
            if cluster is not None:
                cluster.stop()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{seconds:.1f} s, {args.mails / seconds:,.0f} mails a second, at most {most} MiB of memory")
    return int(seconds > LIMIT_SECONDS * args.mails / 10_000)


if __name__ == "__main__":
    sys.exit(main())
