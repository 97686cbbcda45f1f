"""`partnertui invoice`: issues the document of a transaction and writes it to a file, or checks such a file."""

from __future__ import annotations

import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import read_regular
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import new_key
from partnertui.db.invoices.issued_document_file import DETAILED, PDF, XML, issue_once, read_issued
from partnertui.domain.errors import DomainError
from partnertui.domain.safe_text import one_line
from partnertui.invoices.provider import provider
from partnertui.invoices.validation import check_file
from partnertui.kit.clock import utc_now
from partnertui.kit.views import output_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

CHECK = "check"


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("what", metavar="ID", help=f"ID of a transaction, or “{CHECK}”")
    parser.add_argument("file", nargs="?", metavar="FILE", help=f"PDF or XML to check, after “{CHECK}”")
    parser.add_argument(
        "--detailed", action="store_true", help="include the calls in the document's period, by user and destination"
    )
    parser.add_argument("--xml", action="store_true", help="write only the Factur-X XML")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write, - for standard output")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0; 1 if a checked file has mistakes. Raises DomainError, DatabaseError."""
    if args.what == CHECK:
        return _check(args)
    # 18 digits fit into 64 bits; \d would match the digits of every script.
    if args.file is not None or not re.fullmatch("[0-9]{1,18}", args.what):
        raise DomainError(
            f"“{args.what}” isn't a transaction ID.",
            advice="Use: partnertui invoice ID -o FILE, or partnertui invoice check FILE.",
        )
    if not args.output:
        raise DomainError("No file to write was given.", advice="Add -o FILE, or -o - for standard output.")
    if args.xml and args.detailed:
        raise DomainError("The XML can't include calls.", advice="Leave out --xml or --detailed.")
    if args.output == "-" and sys.stdout.isatty():
        raise DomainError("A document can't be written to a terminal.", advice="Use -o FILE, or redirect it to a file.")
    return _write(args, settings)


def _write(args: Namespace, settings: Settings) -> int:
    form = XML if args.xml else DETAILED if args.detailed else PDF
    path = Path(args.output).expanduser()
    if args.output != "-":
        output_file.check(path, replace=True)  # before anything is issued
    seller = provider(settings.invoices)
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        try:
            invoice_id = issue_once(database, operator, new_key(), int(args.what), seller, utc_now())
        except RowDeleted:
            raise DomainError(f"There is no transaction {args.what}.") from None
        issued = read_issued(database, operator, invoice_id, form)
    content = issued.content(form)
    if args.output == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return 0
    with output_file.whole_file(path, replace=True) as out:
        out.buffer.write(content)
    print(f"{issued.document.kind.capitalize()} {issued.document.number}: {len(content):,} bytes in {path}.")
    return 0


def _check(args: Namespace) -> int:
    """Prints what is wrong with a file, each sort of check on its own."""
    if not args.file:
        raise DomainError("No file to check was given.", advice="Use: partnertui invoice check FILE.")
    try:
        content = read_regular(Path(args.file).expanduser())
    except OSError as error:
        raise DomainError(f"{args.file} can't be read: {error.strerror}.") from None
    found = check_file(content)
    print(f"{one_line(found.number, 80)}, profile {one_line(found.profile, 120)}")
    checks = (("Amounts to the cent", found.cents), ("Official schema", found.schema), ("Official rules", found.rules))
    for name, problems in checks:
        print(f"{name}: {f'{len(problems)} wrong' if problems else 'correct'}")
        for problem in problems:
            print(f"  {one_line(problem, 400)}")
    return 0 if found.is_valid else 1
