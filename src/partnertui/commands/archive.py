"""`partnertui archive`: writes the calls of past months into Parquet files."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.archive.month_files import month_of
from partnertui.db.archive.write_months import archive_months
from partnertui.db.database import open_database
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--before", metavar="YYYY-MM", default="", help="archive only months before this one (default: all past months)"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FOLDER",
        default="",
        help="folder to write to (default: archive.folder in the settings)",
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints a line for each month. Killed and run again, it goes on; nothing is deleted from the database."""
    before = month_of(utc_now())
    if args.before:
        try:
            before = min(before, datetime.strptime(args.before, "%Y-%m").replace(tzinfo=UTC))
        except ValueError:
            raise DomainError(f"“{args.before}” isn't a month.", advice="Use the format 2024-03.") from None
    name = args.output or settings.archive.folder
    if not name:
        raise DomainError("No folder was given.", advice="Set archive.folder in the settings, or add -o FOLDER.")
    folder, count = Path(name).expanduser(), 0
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        try:
            for done in archive_months(database, folder, before):
                count += done.is_new
                state = "written" if done.is_new else "already there"
                print(f"{done.month:%Y-%m}: {plural(done.calls, 'call')} {state}: {done.path}", flush=True)
        except OSError as error:
            raise UserError(f"The archive can't be written: {error.strerror or error}.", "Check the folder.") from None
    print(f"{plural(count, 'month')} written.")
    return 0
