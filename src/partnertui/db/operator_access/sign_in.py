"""Decides who logs in, and whether a password is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from partnertui.db.database import used_password
from partnertui.db.models import OperatorAccount
from partnertui.db.models.base import table_of
from partnertui.db.rows.common_lookups import find_operator, owns_tables
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
