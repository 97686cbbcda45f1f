"""`partnertui sync`: imports finished calls of Kamailio and Asterisk as CDRs, and provisions users on the switch."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.commands.progress_line import overwrite_line
from partnertui.db.database import open_database
from partnertui.db.kamailio.subscriber_database import open_switch
from partnertui.db.provisioning.outbox_consumer import empty_outbox
from partnertui.db.sync import sync
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.terminal.safe_text import block

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.sync import SyncReport


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--kamailio", metavar="URL", help="database with Kamailio's tables")
    parser.add_argument("--asterisk", metavar="URL", help="database with Asterisk's cdr table")
    parser.add_argument("--master-csv", metavar="FILE", help="Asterisk's Master.csv")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints the number of calls per source; returns 1 if rows couldn't be imported."""
    csv = args.master_csv or settings.asterisk.master_csv
    asterisk = args.asterisk or settings.asterisk.url
    kamailio = args.kamailio or settings.kamailio_url
    with ExitStack() as opened:
        ours = opened.enter_context(closing(open_database(settings.database_url)))
        ours.check().require(development=settings.development)
        is_written = write_users(ours, settings, folders)
        report = sync(
            ours,
            kamailio=opened.enter_context(closing(open_database(kamailio, read_only=True))),
            kamailio_schema=settings.kamailio.schema,
            asterisk=opened.enter_context(closing(open_database(asterisk, read_only=True))) if asterisk else None,
            asterisk_table=settings.asterisk.table,
            master_csv=Path(csv) if csv else None,
            timezone=settings.kamailio.timezone or None,
            asterisk_timezone=settings.asterisk.timezone or None,
            country=settings.default_country,
            progress=show_progress if sys.stderr.isatty() else None,
        )
    if not report.by_source:
        raise DomainError(
            "No source of finished calls is configured.",
            advice="Set kamailio.url, asterisk.url or asterisk.master_csv in the settings, or use --kamailio, "
            "--asterisk or --master-csv.",
        )
    for line in summary(report):
        print(line)
    return 1 if report.bad or not is_written else 0


def write_users(ours: Database, settings: Settings, folders: Folders) -> bool:
    """Writes users to the switch, if the settings say so, and prints how many. False if some are waiting."""
    if settings.kamailio.subscribers != "write":
        return True

    vault = open_vault(ours, settings.vault, folders.data, create=False)
    with closing(open_switch(ours, settings.kamailio)) as switch:
        found = empty_outbox(ours, switch, vault)
    accounts = "SIP account" if found.written == 1 else "SIP accounts"
    waiting = f"; {found.waiting:,} waiting: {found.reason}" if found.waiting else ""
    print(f"{found.written:,} {accounts} written to the switch{waiting}")
    return not found.waiting


def show_progress(source: str, rows: int) -> None:
    """Overwrites one line of standard error."""
    overwrite_line(f"{source}: {rows:,} rows read")


def summary(report: SyncReport) -> list[str]:
    """The report as lines, without control characters from the switches' tables."""
    known = plural(report.known, "row belongs", "rows belong")
    lines = [f"{plural(report.imported, 'CDR')} imported; {known} to calls already imported."]
    lines += [f"  {source}: {number:,}" for source, number in report.by_source.items()]
    if report.unmatched:
        unmatched = plural(report.unmatched, "of them doesn't", "of them don't")
        lines.append(f"{unmatched} belong to a customer: neither the SIP username nor the DDI is known.")
    if report.charged:
        lines.append(
            f"{plural(report.charged, 'of them has a price and was', 'of them have a price and were')} charged."
        )
    if report.without_price:
        unpriced = plural(report.without_price, "of them has no price and wasn't", "of them have no price and weren't")
        lines.append(
            f"{unpriced} charged (screen: CDR, view “No price”); once"
            " the prices are added, “partnertui rate” will charge them."
        )
    if report.waiting:
        waiting = plural(report.waiting, "call has just ended and isn't", "calls have just ended and aren't")
        lines.append(f"{waiting} complete yet; left for the next run.")
    if report.bad:
        lines.append(f"{plural(report.bad, 'row')} couldn't be imported (screen: Rejected rows):")
        lines += [f"  {block(error)}" for error in report.errors]
    return lines
