"""`partnertui rate`: charges calls that had no price; with --again, recharges calls whose price was corrected."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from partnertui.commands.price_list_lookup import find_price_list
from partnertui.commands.progress_line import overwrite_line
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.idempotent_writes import new_key
from partnertui.db.rating.rate_calls import rate_calls
from partnertui.db.rating.rerate import Scope, dry_run
from partnertui.db.rating.rerate import rate_again as correct
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.cdr.rate_action import report_text
from partnertui.screens.prices.rate_again import difference_text, total_texts

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.rating.rerate import Difference


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--since",
        metavar="DAY",
        help="also rate calls since this date that were imported before rating was set up; with --again, the first day",
    )
    parser.add_argument("--customer", type=int, metavar="ID", help="only this customer's calls")
    parser.add_argument("--again", metavar="LIST", help="re-rate the calls of a price list: ID or name (needs --since)")
    parser.add_argument("--prefix", default="", help="with --again: only calls to this prefix")
    parser.add_argument(
        "--apply", action="store_true", help="with --again: make the corrections that the dry run shows"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0; 1 if calls without a price are left, or a customer couldn't be corrected."""
    since = read_day(args.since)
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        if args.again:
            return rate_again(args, settings, database, since)
        return rate(args, database, since)


def rate(args: Namespace, database: Database, since: datetime | None) -> int:
    """Rates what has no price."""
    tell = show_progress if sys.stderr.isatty() else lambda done: None
    customers = [args.customer] if args.customer is not None else ()
    report = rate_calls(database, since=since, customers=customers, progress=tell)
    print(report_text(report))
    return 1 if report.without_price else 0


def rate_again(args: Namespace, settings: Settings, database: Database, since: datetime | None) -> int:
    """The dry run, and with --apply the correction."""
    if since is None:
        raise DomainError(
            "--again requires a date.", "Add --since with the date from which to re-rate, such as 2026-11-01."
        )
    scope = Scope(find_price_list(database, args.again), args.prefix, since, datetime.now(UTC))
    found = [one for one in dry_run(database, scope) if args.customer in (None, one.customer_id)]
    for one in found:
        print(f"{one_line(one.company, 40)} ({one.customer_id}): {difference_text(one)}")
    print("\n".join(total_texts(found)) or "No charges would change.")
    if not args.apply:
        if found:
            print("This was a dry run: add --apply to make the corrections.")
        return 0
    return corrected(settings, database, scope, found)


def corrected(settings: Settings, database: Database, scope: Scope, found: list[Difference]) -> int:
    """Corrects customer by customer; one that can't be is named, and the others go on."""
    operator = database.read(lambda connection: find_operator(connection, settings.operator))
    key, refused = new_key(), 0
    for one in found:
        try:
            correct(database, operator, scope, one, key)
        except DomainError as error:
            refused += 1
            print(f"{error} {error.advice}".strip(), file=sys.stderr)
    print(f"Corrected for {len(found) - refused:,} of {plural(len(found), 'customer')}.")
    return 1 if refused else 0


def read_day(typed: str | None) -> datetime | None:
    """The beginning of a day by the clock of this host. Raises DomainError."""
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        raise DomainError(f"“{typed}” isn't a date.", "Use the format 2026-11-01.") from None
    return found.astimezone(UTC)


def show_progress(done: int) -> None:
    """Overwrites one line of standard error."""
    overwrite_line(f"{done:,} calls")
