"""`partnertui import KIND FILE`: checks every line of a CSV file, then imports all of them, or none."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.commands.price_list_lookup import find_price_list
from partnertui.commands.progress_line import overwrite_line
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.idempotent_writes import new_key
from partnertui.db.imports.run import CsvImport
from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.customers.actions import CUSTOMERS
from partnertui.screens.ddis.actions import NUMBERS
from partnertui.screens.prices.actions import RATES
from partnertui.screens.shared.csv_import.dry_run_report import lines_text, report_texts
from partnertui.screens.shared.csv_import.import_kinds import ImportOptions
from partnertui.screens.shared.provisioning import prepare
from partnertui.screens.users.actions import USERS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.imports.run import Checked
    from partnertui.screens.shared.csv_import.import_kinds import ImportKind

DECIMALS = {"point": ".", "comma": ","}


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    known = kinds()
    about = "; ".join(f"{kind.word}: {kind.about}" for kind in known.values())
    parser.add_argument("kind", choices=tuple(known), metavar="KIND", help=about)
    parser.add_argument("file", metavar="FILE", help="CSV file with column names in its first line")
    parser.add_argument("--dry-run", action="store_true", help="check every line and import nothing")
    parser.add_argument("--list", default="", metavar="LIST", help="price list to import rates into: ID or name")
    parser.add_argument(
        "--customer", type=int, metavar="ID", help="ID of the customer the rows belong to, if the file doesn't say"
    )
    parser.add_argument(
        "--decimal", choices=tuple(DECIMALS), help="decimal mark of amounts (default: detected in each amount)"
    )
    parser.add_argument("--problems", default="", metavar="FILE", help="write all problems to a new file")


def kinds() -> dict[str, ImportKind]:
    """What can be imported, by its word."""
    return {kind.word: kind for kind in (RATES, NUMBERS, CUSTOMERS, USERS)}


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0 if it is imported, or could be; 1 if a line isn't valid."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        price_list = find_price_list(database, args.list) if args.list else None
        options = ImportOptions(
            database, settings, folders, price_list, args.customer, DECIMALS.get(args.decimal or "", "")
        )
        prepare(settings, database)
        kind = kinds()[args.kind]
        importer = kind.importer(options)
        tell = show_progress if sys.stderr.isatty() else lambda done, total: None
        job = CsvImport(database, operator, Path(args.file).expanduser(), importer, tell=tell)
        checked = checked_file(job, args.problems)
        report(checked, args.problems)
        if checked.problems.count:
            return 1
        if args.dry_run:
            say(f"{lines_text(checked.lines)} can be imported. Nothing was imported: this was a dry run.")
            return 0
        count = job.store(checked, new_key())
        one, several = importer.noun.split("/")
        say(f"{count:,} {one if count == 1 else several} imported. {kind.after}".strip())
    return 0


def checked_file(job: CsvImport, problems: str) -> Checked:
    """The dry run; writes problems to a new file, if one is named."""
    with ExitStack() as opened:
        file = None
        if problems:
            try:
                file = opened.enter_context(Path(problems).expanduser().open("x", encoding="utf-8", newline=""))
            except OSError as error:
                raise DomainError(f"{problems} can't be written: {error.strerror}.", "Choose another file.") from None
        return job.check(file)


def report(checked: Checked, problems: str) -> None:
    """Says how the file is written, which columns aren't read, and what is wrong."""
    for text in report_texts(checked):
        say(text)
    if problems and checked.problems.count:
        say(f"The full list is in {problems}.")


def say(text: str) -> None:
    """Prints a line of standard error, over the progress."""
    clear = "\r\x1b[2K" if sys.stderr.isatty() else ""
    print(f"{clear}{one_line(text, 1000)}", file=sys.stderr, flush=True)


def show_progress(done: int, total: int) -> None:
    """Overwrites one line of standard error."""
    overwrite_line(f"{100 * done // max(1, total)}% read")
