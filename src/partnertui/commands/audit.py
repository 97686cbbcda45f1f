"""`partnertui audit`: proves that history is complete, exports it, and shows a record as it was."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import read_regular
from partnertui.db.audit_export import history_lines
from partnertui.db.audit_heads_file import write_heads
from partnertui.db.audit_verification import Head, verify
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.record_as_of import model_of, number_as_of, record_as_of
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import parse_number
from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.output_file import whole_file

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import datetime

    from sqlalchemy import Connection

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database

TIME = "a time such as 2026-05-03T14:00, yesterday or 3d"


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser(
        "verify", help="verify all history against its hash chains; exits with 1 if they differ"
    )
    verify.add_argument("--heads", metavar="FILE", help="chain heads that “audit heads” wrote earlier")
    heads = actions.add_parser("heads", help="write the heads of all chains to a file, to be kept elsewhere")
    heads.add_argument("-o", "--output", metavar="FILE", required=True, help="file to write; replaced if it exists")
    export = actions.add_parser("export", help="write history as JSON lines")
    export.add_argument("-o", "--output", metavar="FILE", required=True, help="file to write; replaced if it exists")
    export.add_argument("--customer", type=int, metavar="ID", help="only this customer's history")
    export.add_argument("--since", metavar="TIME", help=TIME)
    export.add_argument("--until", metavar="TIME", help=TIME)
    show = actions.add_parser("show", help="print a record as of a given time")
    show.add_argument("table", help="such as customers or ddis")
    show.add_argument("id", type=int)
    show.add_argument("--at", metavar="TIME", required=True, help=TIME)
    number = actions.add_parser("number", help="print who had a number at a given time, and where it was routed")
    number.add_argument("number")
    number.add_argument("--at", metavar="TIME", required=True, help=TIME)


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Returns 1 if history was tampered with, or the record isn't known."""
    action = {"verify": _verify, "heads": _heads, "export": _export, "show": _show, "number": _number}[args.action]
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        return action(args, settings, database)


def _verify(args: Namespace, settings: Settings, database: Database) -> int:
    saved = _read_heads(args.heads) if args.heads else None
    result = database.read(lambda connection: verify(connection, saved), deadline=86_400, steady=True)
    for problem in result.problems:
        print(f"{problem.owner} (customer {problem.owner_id}): {problem.text}.")
    erased = f", {result.erased:,} of them erased" if result.erased else ""
    print(
        f"{plural(result.entries, 'entry', 'entries')} in {plural(result.owners, 'chain')} compared{erased}:"
        f" {plural(len(result.problems), 'problem')}."
    )
    if saved is None:
        print("Without --heads, anyone who can write to the whole database could have rewritten the chains as well.")
    return int(bool(result.problems))


def _read_heads(path: str) -> dict[int, Head]:
    try:
        data = json.loads(read_regular(Path(path)))
        return {int(owner): Head(**values) for owner, values in data["heads"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DomainError(
            f"{path} can't be read as audit chain heads.", advice="Use a file written by “partnertui audit heads”."
        ) from error


def _heads(args: Namespace, settings: Settings, database: Database) -> int:
    count = write_heads(database, Path(args.output), utc_now())
    print(
        f"{plural(count, 'chain')}: {args.output}. Keep the file where nobody with write access to the database"
        " can change it."
    )
    return 0


def _export(args: Namespace, settings: Settings, database: Database) -> int:
    since, until = (_moment(text) if text else None for text in (args.since, args.until))

    def work(connection: Connection) -> int:
        count = 0
        for line in history_lines(connection, args.customer, since, until):
            file.write(f"{line}\n")
            count += 1
        return count

    with whole_file(Path(args.output), replace=True) as file:
        count = database.read(work, deadline=86_400, steady=True)
    print(f"{plural(count, 'entry', 'entries')}: {args.output}")
    return 0


def _moment(typed: str) -> datetime:
    return Time().parse(typed)


def _show(args: Namespace, settings: Settings, database: Database) -> int:
    model, at = model_of(args.table), _moment(args.at)
    if model is None:
        raise DomainError(f"There is no table “{args.table}”.", advice="Use one such as customers, users or ddis.")
    operator = database.read(lambda connection: find_operator(connection, settings.operator))
    past = database.read(lambda connection: record_as_of(connection, model, args.id, at, operator))
    if past is None:
        raise DomainError(f"Neither {args.table} nor its history has a record {args.id}.", advice="Check its ID.")
    if past.values is None:
        print(f"This record didn't exist on {at.astimezone():%Y-%m-%d %H:%M:%S %Z}.")
        return 1
    wide = max(map(len, past.values))
    for name, value in past.values.items():
        print(f"{name:<{wide}}  {'' if value is None else one_line(str(value), 500)}".rstrip())
    print(f"As of {at.astimezone():%Y-%m-%d %H:%M:%S %Z}; {plural(past.changes_since, 'later change')} left out.")
    return 0


def _number(args: Namespace, settings: Settings, database: Database) -> int:
    digits, at = parse_number(args.number, settings.default_country), _moment(args.at)
    operator = database.read(lambda connection: find_operator(connection, settings.operator))
    found = database.read(lambda connection: number_as_of(connection, digits, at, operator))
    if found is None or found.past.values is None:
        raise DomainError(f"{args.number} wasn't one of our numbers then.", advice="Check the number and the time.")
    print(f"{found.customer or 'nobody (in stock)'}, {found.past.values['state']}, routed to: {found.route}")
    if found.past.last_changed_at is not None:
        print(
            f"Last changed before that: {found.past.last_changed_at:%Y-%m-%d %H:%M:%S} UTC by"
            f" {found.past.last_changed_by}"
        )
    return 0
