"""`partnertui operators`: adds, lists, disables and unlocks operators."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.connected_operator import find_operator, is_operator, owns_tables
from partnertui.db.database import open_database
from partnertui.db.models.base import now
from partnertui.db.operator_access.accounts import (
    NewOperator,
    add_operator,
    disconnect,
    find_account,
    listed,
    set_enabled,
    set_password,
    unlock,
)
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role
from partnertui.domain.plurals import plural
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.rows.type_aliases import RowDict

ACTIONS = ("add", "disable", "enable", "list", "passwd", "unlock")


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "action", choices=ACTIONS, help="passwd asks for a new password; unlock lifts a lock after wrong passwords"
    )
    parser.add_argument(
        "login", nargs="?", default="", metavar="NAME", help="the operator's login (not needed for list)"
    )
    parser.add_argument("--role", choices=[role.value for role in Role], help="role of a new operator")
    parser.add_argument(
        "--partner", default="", metavar="NAME", help="partner whose customers the new operator sees: name or ID"
    )
    parser.add_argument("--name", default="", metavar="NAME", help="full name of a new operator (default: the login)")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Does it and says so; exit code 0, or 1 where nothing had to be done. Raises UserError."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require()
        if args.action == "list":
            return _print_list(database)
        if not args.login:
            raise DomainError("The login is missing.", advice=f"Use: partnertui operators {args.action} NAME")
        return ROUTINES[args.action](args, database, acting_operator(database, settings))


def acting_operator(database: Database, settings: Settings) -> Operator:
    """Whose name history gives: the operator asked for or the system user's; else who owns the database, as admin.

    The owner of the database adds the first operator. On PostgreSQL nobody else becomes admin by this.
    """
    user = getpass.getuser()
    if settings.operator or database.read(lambda connection: is_operator(connection, user)):
        return database.read(lambda connection: find_operator(connection, settings.operator))
    if not database.read(owns_tables):
        return database.read(lambda connection: find_operator(connection, ""))
    return Operator(0, user, f"{user} (at the shell)", Role.ADMIN, None)


def read_password(login: str, *, optional: bool) -> str:
    """A password typed twice at the terminal, or the first line of standard input; never an argument, which others see.

    Raises DomainError if both differ, or if there is none and one is required.
    """
    if sys.stdin.isatty():
        more = " (empty for none)" if optional else ""
        typed = getpass.getpass(f"Password for {login}{more}: ")
        if typed and getpass.getpass("Repeat the password: ") != typed:
            raise DomainError("The two passwords differ.", advice="Enter the same one twice.")
    else:
        # Only the end of the line: blanks may belong to the password.
        typed = sys.stdin.readline().rstrip("\r\n")
    if not typed and not optional:
        raise DomainError("A password is required.", advice="Enter one, or pass it on standard input.")
    return typed


def _add(args: Namespace, database: Database, acting: Operator) -> int:
    if args.role is None:
        raise DomainError(
            "The role is missing.", advice=f"Set --role to one of: {', '.join(role.value for role in Role)}."
        )
    password = read_password(args.login, optional=True)
    new = NewOperator(args.login, args.name or args.login, Role(args.role), args.partner, password)
    with UnitOfWork(database, acting) as unit:
        add_operator(unit, new)
        unit.commit()
    known = "their account on this host is enough to log in"
    if database.dialect == "postgresql":
        known = "pg_hba.conf has to admit them by other means"
    how = "with a password" if password else f"without a password: {known}"
    print(f"{args.login} was added as {args.role}, {how}.")
    return 0


def _enable(args: Namespace, database: Database, acting: Operator) -> int:
    with UnitOfWork(database, acting) as unit:
        changed = set_enabled(unit, args.login, True)
        unit.commit()
    print(f"{args.login} can log in again." if changed else f"{args.login} wasn't disabled.")
    return 0 if changed else 1


def _disable(args: Namespace, database: Database, acting: Operator) -> int:
    with UnitOfWork(database, acting) as unit:
        changed = set_enabled(unit, args.login, False)
        unit.commit()
    with UnitOfWork(database, acting) as unit:  # behind the commit: nobody may connect again in between
        ended = disconnect(unit, args.login)
    words = f"{args.login} is disabled" if changed else f"{args.login} was already disabled"
    print(
        f"{words}; {plural(ended, 'database connection')} ended."
        if ended
        else f"{words}. Programs that are still running will exit on their own."
    )
    return 0 if changed else 1


def _passwd(args: Namespace, database: Database, acting: Operator) -> int:
    password = read_password(args.login, optional=database.dialect == "sqlite")
    with UnitOfWork(database, acting) as unit:
        set_password(unit, args.login, password)
        unit.commit()
    print(f"{args.login}'s password was {'set' if password else 'removed'}.")
    return 0


def _unlock(args: Namespace, database: Database, acting: Operator) -> int:
    with UnitOfWork(database, acting) as unit:
        changed = unlock(unit, find_account(unit, args.login).id)
        unit.commit()
    print(f"{args.login} is unlocked." if changed else f"{args.login} isn't locked.")
    return 0 if changed else 1


ROUTINES: dict[str, Callable[[Namespace, Database, Operator], int]] = {
    "add": _add,
    "enable": _enable,
    "disable": _disable,
    "passwd": _passwd,
    "unlock": _unlock,
}


def _print_list(database: Database) -> int:
    is_embedded = database.dialect == "sqlite"
    rows = [("LOGIN", "NAME", "ROLE", "STATE", "PASSWORD")]
    for row in database.read(listed):
        role = f"{row['role'].value} of {row['partner']}" if row["partner"] else row["role"].value
        password = ("yes" if row["has_password"] else "none") if is_embedded else "the database's"
        rows.append((row["login"], row["name"], role, _state(row), password))
    widths = [max(len(one_line(cell)) for cell in column) for column in zip(*rows, strict=True)]
    for cells in rows:
        print("  ".join(one_line(cell).ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    return 0


def _state(row: RowDict) -> str:
    if not row["enabled"]:
        return "disabled"
    until = row["locked_until"]
    return f"locked until {until.astimezone():%d %b %H:%M}" if until is not None and until > now() else "enabled"
