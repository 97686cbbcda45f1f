"""Decides who logs in and which password is needed, and checks a password of the database."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from partnertui.db.connected_operator import find_operator, owns_tables
from partnertui.db.database import open_database
from partnertui.db.database_url_logins import used_password
from partnertui.db.errors import LoginRefused
from partnertui.db.models import OperatorAccount
from partnertui.db.models.base import table_of
from partnertui.domain.operators import Operator


@dataclass(frozen=True)
class SignedIn:
    """An operator, and the password that proves it: one that we store, the database's, or none."""

    operator: Operator
    password: Literal["", "stored", "database"]


def sign_in(connection: Connection, login: str) -> SignedIn:
    """The operator of a login, as `find_operator` finds it, with the password that has to be asked for.

    Raises DomainError if there is none or it is disabled.
    """
    operator, account = find_operator(connection, login), table_of(OperatorAccount)
    query = select(account.c.password_hash.is_not(None)).where(account.c.id == operator.id)
    # a login of PostgreSQL is proved by PostgreSQL, and may not read what we store of passwords
    if owns_tables(connection) and connection.execute(query).scalar():
        return SignedIn(operator, "stored")
    return SignedIn(operator, "database" if used_password(connection) else "")


def require_password(url: str, typed: str) -> None:
    """Makes a new connection with a password. Raises LoginRefused unless the server asked for it and took it."""
    with closing(open_database(url, password=typed)) as database:
        if not database.read(used_password):
            raise LoginRefused("The database doesn't require a password.", "Connect again.")
