"""Creates and alters the PostgreSQL login role of each operator.

Statements are composed by psycopg's own quoting; role statements take no parameters.
"""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Connection, text

from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Role

GROUP = "partnertui_{role}"
PLAIN = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT"
"""What every operator's login is; it inherits, because the tables are granted to its group alone."""


def group_of(role: Role) -> str:
    """The group role that holds the grants of a role."""
    return GROUP.format(role=role.value)


def _execute(connection: Connection, statement: sql.Composable) -> None:
    connection.exec_driver_sql(statement.as_string(None).replace("%", "%%"))


def require_right(connection: Connection) -> None:
    """Raises DomainError unless this login may create roles."""
    query = text("SELECT rolsuper OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user")
    if not connection.execute(query).scalar():
        raise DomainError(
            "This database login can't create or change logins.",
            advice="Connect as a superuser, or as a role with CREATEROLE.",
        )


def exists(connection: Connection, login: str) -> bool:
    """Whether the server has a role of that name."""
    query = text("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = :login")
    return connection.execute(query, {"login": login}).scalar() is not None


def create(connection: Connection, login: str, role: Role, password: str) -> None:
    """Creates the login of an operator; without a password it gets in by other means alone, such as `peer`.

    Raises DomainError if the server has a role of that name, or if this login may not create roles.
    """
    require_right(connection)
    if login.startswith(("pg_", "partnertui_")) or login in {"public", "none"}:
        raise DomainError(f"The name “{login}” is reserved.", advice="Choose another login.", field="login")
    if exists(connection, login):
        raise DomainError(
            f"The database server already has a role “{login}”.",
            advice="Choose another login, or drop that role if nobody uses it.",
            field="login",
        )
    _ensure_groups(connection)
    words = sql.SQL("CREATE ROLE {login} LOGIN {plain} IN ROLE {group}").format(
        login=sql.Identifier(login), plain=sql.SQL(PLAIN), group=sql.Identifier(group_of(role))
    )
    _execute(connection, words)
    if password:
        set_password(connection, login, password)


def _ensure_groups(connection: Connection) -> None:
    for role in Role:
        if not exists(connection, group_of(role)):
            _execute(connection, sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(group_of(role))))


def set_password(connection: Connection, login: str, password: str) -> None:
    """Sets the password of a login; only its SCRAM verifier (RFC 5802) goes to the server and its log."""
    require_right(connection)
    driver = connection.connection.driver_connection
    assert driver is not None
    verifier = driver.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    words = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(verifier))
    _execute(connection, words)


def allow(connection: Connection, login: str, *, allowed: bool) -> None:
    """Lets a login connect from now on, or not any more; what is connected stays so until `disconnect`."""
    require_right(connection)
    words = "ALTER ROLE {} LOGIN" if allowed else "ALTER ROLE {} NOLOGIN"
    _execute(connection, sql.SQL(words).format(sql.Identifier(login)))


def move(connection: Connection, login: str, old: Role, new: Role) -> None:
    """Gives a login the rights of another role, and takes those of the old one away."""
    require_right(connection)
    _ensure_groups(connection)
    for words, role in (("REVOKE {} FROM {}", old), ("GRANT {} TO {}", new)):
        _execute(connection, sql.SQL(words).format(sql.Identifier(group_of(role)), sql.Identifier(login)))


def drop(connection: Connection, login: str) -> None:
    """Drops the login of an operator who is deleted."""
    require_right(connection)
    _execute(connection, sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(login)))


def disconnect(connection: Connection, login: str) -> int:
    """Ends all connections of a login to any database of the server; how many."""
    query = text(
        "SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity "
        "WHERE usename = :login AND pid <> pg_catalog.pg_backend_pid()"
    )
    return int(connection.execute(query, {"login": login}).scalar_one())
