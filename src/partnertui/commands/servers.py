"""`partnertui servers`: adds PostgreSQL servers for CDRs of past months, lists them, and moves months to them."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from partnertui.commands.operators import read_password
from partnertui.db.database import open_database
from partnertui.db.foreign_cdr_servers.add_server import add_server
from partnertui.db.foreign_cdr_servers.catalog import cdr_servers, moved_months, require_owner
from partnertui.db.foreign_cdr_servers.column_upgrade import upgrade_months
from partnertui.db.foreign_cdr_servers.month_move import move_months
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.errors import UserError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database

ACTIONS = ("add", "list", "move", "upgrade")


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "action", choices=ACTIONS, help="upgrade adds the call columns that a newer version of the program introduced"
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="ARGUMENT",
        help="add: a NAME and its URL; move: SERVER=PARTNER,PARTNER … with partner IDs",
    )
    parser.add_argument(
        "--before", metavar="YYYY-MM", default="", help="move: only months before this one (default: all past months)"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Does it and says so. A move that was killed is run again."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        routine = {"add": _add, "list": _list, "move": _move, "upgrade": _upgrade}[args.action]
        return routine(args, database)


def _add(args: Namespace, database: Database) -> int:
    if len(args.words) != 2:
        raise DomainError(
            "Exactly one name and one URL are needed.",
            advice="Use: partnertui servers add north postgresql://login@db2/calls",
        )
    name, url = args.words
    password = os.environ.get("PGPASSWORD", "") or read_password(name, optional=True)
    add_server(database, name, url, password)
    print(
        f"{name} was added. “partnertui servers move {name}=PARTNER,PARTNER” moves those partners' calls of past months"
        " to it."
    )
    return 0


def _list(args: Namespace, database: Database) -> int:
    database.read(require_owner)
    servers, failed = database.read(cdr_servers), False
    months = {server.name: database.read(partial(moved_months, server=server)) for server in servers}
    for server in servers:
        try:
            with closing(open_database(server.url)) as there:
                there.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar(), deadline=5)
            state = "responds"
        except UserError as error:
            state, failed = f"failed: {error}", True
        print(f"{server.name}: {server.user}@{server.host}:{server.port}/{server.database}, {state}")
        for month in months[server.name]:
            noun = "partner" if len(month.partners) == 1 else "partners"
            print(f"  {month.month.removeprefix('cdrs_')}: {noun} {', '.join(map(str, month.partners))}")
    if not servers:
        print("All calls are in this database.")
    return int(failed)


def _move(args: Namespace, database: Database) -> int:
    until = datetime.now(UTC)
    if args.before:
        try:
            until = datetime.strptime(args.before, "%Y-%m").replace(tzinfo=UTC)
        except ValueError:
            raise DomainError(f"“{args.before}” isn't a month.", advice="Use the format 2024-03.") from None
    placement = dict(map(_placed, args.words))
    if not placement:
        raise DomainError("No partner was given.", advice="Use: partnertui servers move north=3,5 south=7")
    count = 0
    for line in move_months(database, until, placement):
        print(line, flush=True)
        count += 1
    print(f"{plural(count, 'month')} moved.")
    return 0


def _placed(word: str) -> tuple[str, list[int]]:
    name, _, partners = word.partition("=")
    try:
        return name, [int(partner) for partner in partners.split(",")]
    except ValueError:
        raise DomainError(f"“{word}” can't be read.", advice="Use the format north=3,5, with partner IDs.") from None


def _upgrade(args: Namespace, database: Database) -> int:
    for line in upgrade_months(database):
        print(line, file=sys.stdout, flush=True)
    return 0
