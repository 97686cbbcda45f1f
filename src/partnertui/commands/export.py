"""`partnertui export SCREEN`: writes all rows of a screen, filtered and sorted, to a file or to standard output."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui import screens
from partnertui.commands.progress_line import overwrite_line
from partnertui.db.connected_operator import find_operator
from partnertui.db.customer_lookup import customer_country, customers_like
from partnertui.db.database import open_database
from partnertui.db.foreign_cdr_servers.partner_pruning import name_partner
from partnertui.db.query_cancellation import Cancel
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Listing, Sort
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.partner_row_filter import own_joins, own_rows
from partnertui.kit.declare.query import parse
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.export.plan import FORMATS, make_plan
from partnertui.kit.views.export.run import export_file, export_to
from partnertui.kit.views.headless_services import headless_context
from partnertui.kit.views.output_file import Exists, standard_output
from partnertui.kit.views.page_row_source import source_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.db.rows.source import RowSource
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.page import Page
    from partnertui.kit.views.export.plan import Plan


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("screen", help="ID of the screen; partnertui screens lists them")
    parser.add_argument("--filter", default="", metavar='"..."', help="filter, as typed after / in the program")
    parser.add_argument("--customer", type=int, metavar="ID", help="only this customer's rows")
    parser.add_argument("--tab", default="", metavar="TITLE", help="only this tab's rows (default: all tabs)")
    parser.add_argument(
        "--sort", default="", metavar="COLUMN", help="column to sort by; --sort=-COLUMN sorts descending"
    )
    parser.add_argument("--format", choices=("csv", "xml", "jsonl"), help="default: by the file's extension, else csv")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="file to write; - is standard output")
    parser.add_argument("--replace", action="store_true", help="overwrite an existing file")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes the rows; if that fails, no file is left."""
    catalog = screens.find()
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        name_partner(database, operator)
        visible = catalog.visible(operator.role)
        if args.screen not in visible:
            raise DomainError(
                f"There is no screen “{args.screen}”.", advice=f"Available screens: {', '.join(visible)}."
            )
        page = catalog.page(args.screen)
        source = source_of(page, headless_context(settings, folders, catalog, args.screen, operator=operator))
        country = country_of(database, args.customer) or settings.default_country
        return write(args, database, planned(args, page, source, database, operator, country))


def country_of(database: Database, customer: int | None) -> str:
    """The customer's country, as numbers in the filter are read; "" for none."""
    return "" if customer is None else database.read(lambda connection: customer_country(connection, customer))


def planned(
    args: Namespace, page: Page, source: RowSource, database: Database, operator: Operator, country: str
) -> Plan:
    """The plan that the flags describe; raises DomainError for flags that aren't valid."""
    criteria = [*own_rows(page, operator), *tab_of(page, args.tab, operator)]
    if args.customer is not None:
        require_customer(database, operator, args.customer)
        if not page.scope:
            raise DomainError("The rows on this screen don't belong to customers.", advice="Remove --customer.")
        criteria.append(Equals(page.scope, args.customer))
    criteria += criteria_of(page, args.filter, country)
    listing = Listing(own_joins(page, operator), sort_of(page, args.sort), tuple(criteria))
    description = "; ".join(filter(None, (f"tab: {args.tab}" if args.tab else "", args.filter)))
    return make_plan(args.screen, page, listing, source=source, filter=description, customer=args.customer)


def criteria_of(page: Page, text: str, country: str) -> tuple[Criterion, ...]:
    """The criteria of a filter; raises DomainError that underlines a mistake."""
    parsed = parse(text, page.asked, page.search, utc_now(), country)
    if parsed.mistake is None:
        return parsed.criteria
    start, end = parsed.mistake.start, max(parsed.mistake.end, parsed.mistake.start + 1)
    shown = text.replace("\n", " ").replace("\t", " ")
    raise DomainError(
        f"The filter isn't valid: {parsed.mistake.message}",
        advice=f"  {shown}\n  {' ' * start}{'^' * (end - start)}",
    )


def tab_of(page: Page, title: str, operator: Operator) -> tuple[Criterion, ...]:
    """The criteria of a tab, none for an empty title; raises DomainError for an unknown tab."""
    if not title:
        return ()
    tab = next((tab for tab in page.tabs if tab.title.lower() == title.lower()), None)
    if tab is None:
        tabs = ", ".join(tab.title for tab in page.tabs)
        raise DomainError(
            f"There is no tab “{title}”.", advice=f"Available tabs: {tabs}." if tabs else "This screen has no tabs."
        )
    return (*tab.criteria, *tab.more(operator))


def sort_of(page: Page, typed: str) -> Sort:
    """The order given, else the page's own; raises DomainError for a column that can't be sorted by."""
    if not typed:
        return Sort.parse(page.sort)
    sort = Sort.parse(typed)
    name = sort.field.replace("-", "_")
    sortable = [column.name for column in page.columns if column.sortable]
    if name not in sortable:
        raise DomainError(
            f"This screen can't be sorted by “{name}”.", advice=f"Available columns: {', '.join(sortable)}."
        )
    return Sort(name, sort.descending)


def require_customer(database: Database, operator: Operator, customer: int) -> None:
    """Raises DomainError if there is no such customer, or it belongs to another partner."""
    found = database.read(lambda c: customers_like(c, str(customer), operator=operator))
    if customer not in {row["id"] for row in found}:
        # The same words for another partner's customer: they must not tell which IDs exist.
        raise DomainError(f"There is no customer {customer}.", advice="partnertui export customers lists them.")


def write(args: Namespace, database: Database, plan: Plan) -> int:
    """Writes to standard output, or to a file, completely or not at all."""
    tell = show_progress if sys.stderr.isatty() else None
    ending = args.output.rpartition(".")[2].lower()
    form = args.format or (ending if ending in FORMATS else "csv")
    if args.output == "-":
        # On a terminal the progress would be written between the rows.
        with standard_output(sys.stdout) as out:
            export_to(database, plan, form, out, Cancel(), None if sys.stdout.isatty() else tell)
        return 0
    path = Path(args.output).expanduser()
    try:
        rows = export_file(database, plan, form, path, Cancel(), replace=args.replace, tell=tell)
    except Exists as error:
        raise DomainError(str(error), advice="Overwrite it with --replace, or choose another file with -o.") from None
    if tell is not None:
        print("\r\x1b[2K", end="", file=sys.stderr)
    print(f"{plural(rows, 'row')} in {one_line(str(path), 200)}.", file=sys.stderr)
    return 0


def show_progress(done: int, total: int) -> None:
    """Overwrites one line of standard error."""
    overwrite_line(f"{done:,} of {total:,} rows")
