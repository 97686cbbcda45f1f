"""`partnertui ledger check`: checks that every customer's ledger adds up to the credit."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.commands.progress_line import overwrite_line
from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.database import open_database
from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("action", choices=("check",), help="check all entries and the balance they add up to")
    parser.add_argument("--customer", type=int, metavar="ID", help="only this customer's ledger")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints what differs, and how much was looked at; returns 1 if something differs."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        report = check_ledgers(
            database, customer_id=args.customer, tell=_show_progress if sys.stderr.isatty() else lambda *done: None
        )
    if args.customer is not None and not report.customers:
        raise DomainError(f"There is no customer {args.customer}.", advice="Check the ID on the Customers screen.")
    for problem in report.problems:
        print(f"{problem.customer_id} {one_line(problem.company, 60)}: {problem.text}")
    if report.wrong and len(report.problems) < report.wrong:
        print(f"Only the first {len(report.problems):,} differences are listed.")
    print(report.words())
    return 1 if report.wrong else 0


def _show_progress(done: int, total: int) -> None:
    overwrite_line(f"{done:,} of {total:,} ledgers")
