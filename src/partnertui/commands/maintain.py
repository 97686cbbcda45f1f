"""`partnertui maintain`: retention, partitions and upkeep of the database; run it daily."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.config import hep_folder
from partnertui.db.audit_heads_file import write_heads
from partnertui.db.database import open_database
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.maintenance.retention import Places, run_retention
from partnertui.db.maintenance.upkeep import keep_in_order
from partnertui.domain.capital_letter import capital
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.maintenance.retention import KindResult


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--dry-run", action="store_true", help="only count what would be deleted")
    parser.add_argument(
        "--partition-calls", action="store_true", help="partition calls by month from now on (PostgreSQL)"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints a line for each kind; returns 1 if something failed. Killed and run again, it goes on."""
    switch = settings.kamailio
    with ExitStack() as stack:
        database = stack.enter_context(closing(open_database(settings.database_url)))
        database.check().require()
        if args.partition_calls:
            return _partition_calls(database)
        kamailio = stack.enter_context(closing(open_database(settings.kamailio_url))) if switch.url else database
        archive = Path(settings.archive.folder).expanduser() if settings.archive.folder else None
        captures = hep_folder(settings.hep.folder, folders)
        places = Places(kamailio, switch.schema, switch.timezone, captures, archive)
        results = []
        for result in run_retention(database, places, settings.chats.keep_days, dry_run=args.dry_run):
            print(_words(result, args.dry_run), flush=True)
            results.append(result)
        failed = any(result.problem for result in results)
        if args.dry_run:
            return int(failed)
        # `|`, not `or`: the upkeep runs although retention failed.
        return int(failed | _upkeep(settings, database, sum(result.removed for result in results)))


def _partition_calls(database: Database) -> int:
    """Prints a line for each step; nothing else is done."""
    for line in partition_calls(database):
        print(line, flush=True)
    return 0


def _words(result: KindResult, dry_run: bool) -> str:
    name = capital(result.kind)
    if result.keep_days is None:
        return f"{name}: kept indefinitely."
    if result.problem:
        return f"{name}: failed. {result.problem}"
    verb = "would be removed" if dry_run else "removed"
    return f"{name}: {result.removed:,} older than {plural(result.keep_days, 'day')} {verb}."


def _upkeep(settings: Settings, database: Database, removed: int) -> bool:
    """Partitions, statistics and heads; returns whether something failed."""
    failed = False
    try:
        for line in keep_in_order(database, settings.invoices.country, removed):
            print(line)
    except UserError as error:
        print(f"Maintenance: failed. {error}")
        failed = True
    if settings.audit.heads_folder:
        at = utc_now()
        path = Path(settings.audit.heads_folder).expanduser() / f"heads-{at:%Y%m%d}.json"
        try:
            count = write_heads(database, path, at)
            print(f"Audit: heads of {count:,} chain{'s' if count != 1 else ''} written to {path}.")
        except (UserError, OSError) as error:
            print(f"Audit: failed. {error}")
            failed = True
    return failed
