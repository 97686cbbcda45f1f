"""Finds the operator of a login or of this database session, and whether the session owns the tables."""

from __future__ import annotations

import getpass

from sqlalchemy import Connection, select
from sqlalchemy import text as sql

from partnertui.db.models import OperatorAccount
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role


def find_operator(connection: Connection, login: str) -> Operator:
    """The operator with a login; raises DomainError if there is none or it is disabled.

    An empty login stands for the system user's, else for the first operator, because an embedded database has one user.
    On PostgreSQL it is whoever logged in to the database, and another login is refused; only who owns the tables, for
    whom no row is closed anyway, says whose name is used.
    """
    if connection.dialect.name == "postgresql":
        login = _database_login(connection, login)
    login = login or _default_login(connection)
    columns = (OperatorAccount.id, OperatorAccount.login, OperatorAccount.name, OperatorAccount.role)
    query = select(*columns, OperatorAccount.partner_id, OperatorAccount.enabled).where(OperatorAccount.login == login)
    row = connection.execute(query).mappings().first()
    if row is None:
        logins = connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.login).limit(5)).scalars()
        names, is_owner = ", ".join(logins), connection.dialect.name != "postgresql" or owns_tables(connection)
        advice = f"Set operator in the settings, or --operator, to a login such as {names}."
        if not names or not is_owner:
            advice = "Operators are added with “partnertui operators add”."
        raise DomainError(f"There is no operator with the login “{login}”.", advice=advice)
    if not row["enabled"]:
        raise DomainError(f"The login “{login}” is disabled.", advice="An admin can enable it.")
    return Operator(row["id"], row["login"], row["name"], Role(row["role"]), row["partner_id"])


def is_operator(connection: Connection, login: str) -> bool:
    """Whether there is an operator with a login; on PostgreSQL, with the login of this database session."""
    # session_user, because SET ROLE changes current_user.
    user = sql("SELECT 1 FROM operators WHERE login = session_user")
    named = select(OperatorAccount.id).where(OperatorAccount.login == login)
    return connection.execute(user if connection.dialect.name == "postgresql" else named).first() is not None


def owns_tables(connection: Connection) -> bool:
    """Whether this session owns the tables, so that no rule of the database stops it; always so on SQLite."""
    if connection.dialect.name != "postgresql":
        return True
    query = sql(
        # to_regclass() is NULL where the table isn't there yet; a cast to regclass would fail.
        "SELECT rolsuper OR pg_catalog.pg_has_role(session_user, relowner, 'MEMBER') FROM pg_catalog.pg_roles,"
        " pg_catalog.pg_class WHERE rolname = session_user AND pg_class.oid = to_regclass('operators')"
    )
    return bool(connection.execute(query).scalar())


def _database_login(connection: Connection, wanted: str) -> str:
    """The login of this database session, or the one that the owner of the tables wants to be."""
    user = str(connection.execute(sql("SELECT session_user")).scalar_one())
    if wanted != user and owns_tables(connection) and (wanted or not is_operator(connection, user)):
        return wanted
    if wanted and wanted != user:
        raise DomainError(
            f"You are logged in to the database as “{user}”, so you can't work as “{wanted}”.",
            advice="Omit --operator and the operator setting: on PostgreSQL, the database login decides.",
        )
    return user


def _default_login(connection: Connection) -> str:
    logins = list(connection.execute(select(OperatorAccount.login).order_by(OperatorAccount.id)).scalars())
    user = getpass.getuser()
    return user if user in logins or not logins else logins[0]
