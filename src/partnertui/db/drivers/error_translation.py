"""Translates errors of SQLAlchemy and the drivers into DatabaseErrors, without the query's parameters."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from partnertui.db.errors import (
    CallServerUnavailable,
    DatabaseError,
    DatabaseLocked,
    DatabaseNotFound,
    DatabaseReadOnly,
    DatabaseUnavailable,
    LoginRefused,
    PasswordRefused,
    QueryCancelled,
    SchemaTooOld,
    UndecodableText,
)

_BY_STATE: dict[str, tuple[type[DatabaseError], str, str]] = {
    "28P01": (PasswordRefused, "The database refused the login.", "Check the user and password in the settings."),
    "28000": (LoginRefused, "The database refused the login.", "Check the user and pg_hba.conf."),
    "3D000": (
        DatabaseNotFound,
        "The server has no database with that name.",
        "Create it, then run “partnertui migrate”.",
    ),
    "57014": (QueryCancelled, "The query was stopped.", "Try again, or narrow the filter."),
    "25006": (DatabaseReadOnly, "The database is read-only.", "If this is a standby, connect to the primary."),
    "55P03": (DatabaseLocked, "Someone else is changing this right now.", "Try again in a moment."),
    "40P01": (DatabaseLocked, "Two changes blocked each other; yours was rolled back.", "Try again."),
    "42P01": (SchemaTooOld, "The database lacks a table that this version requires.", "Run “partnertui migrate”."),
    "42703": (SchemaTooOld, "The database lacks a column that this version requires.", "Run “partnertui migrate”."),
    "42501": (DatabaseError, "This login has no permission to do that in the database.", "Ask an admin for it."),
    "53100": (
        DatabaseError,
        "The database server's disk is full; nothing was saved.",
        "Free some space and try again.",
    ),
}
_BY_TEXT: tuple[tuple[str, type[DatabaseError], str, str], ...] = (
    ("password authentication failed", PasswordRefused, *_BY_STATE["28P01"][1:]),
    (
        "no password supplied",
        PasswordRefused,
        "The database requires a password.",
        "Put it in the settings or .pgpass.",
    ),
    (
        "no pg_hba.conf entry",
        LoginRefused,
        "The database doesn't accept connections from this host.",
        "Check pg_hba.conf.",
    ),
    ('role "', LoginRefused, *_BY_STATE["28000"][1:]),
    ("does not exist", DatabaseNotFound, *_BY_STATE["3D000"][1:]),
    ("interrupted", QueryCancelled, *_BY_STATE["57014"][1:]),
    ("attempt to write a readonly", DatabaseReadOnly, "The database file is read-only.", "Check its permissions."),
    ("locked", DatabaseLocked, "Another program is writing to the database.", "Try again in a moment."),
    ("unable to open", DatabaseNotFound, "The database file can't be opened.", "Check the path and its permissions."),
    ("not a database", DatabaseNotFound, "The file isn't a partnertui database.", "Check the path in the settings."),
    ("malformed", DatabaseError, "The database file is damaged.", "Restore it from a backup."),
    ("no such table", SchemaTooOld, *_BY_STATE["42P01"][1:]),
    ("no such column", SchemaTooOld, *_BY_STATE["42703"][1:]),
    ("is full", DatabaseError, "The disk is full; nothing was saved.", "Free some space and try again."),
    ("could not decode", UndecodableText, "Some text in the database isn't valid UTF-8.", "Try again."),
    ("disk i/o", DatabaseError, "The disk reported an error.", "Check the disk and try again."),
)


def translate_error(error: SQLAlchemyError) -> DatabaseError:
    """Our error for one of SQLAlchemy's or the driver's."""
    if isinstance(error, PoolTimeout):
        return DatabaseLocked("Too many queries are running at once.", "Try again in a moment.")
    original = error.orig if isinstance(error, DBAPIError) else None
    state = getattr(original, "sqlstate", None)
    text = str(original or error).lower()
    # psycopg's words for a year that Python doesn't have; 22021 is a text that isn't in the encoding.
    if "timestamp too" in text or state == "22021":
        return UndecodableText("A row has text or a time that can't be read.", "Try again.")
    found = _BY_STATE.get(state or "")
    # SQLite has no SQLSTATE, and psycopg has none while it connects
    if found is None and state is None:
        found = next(((kind, message, advice) for part, kind, message, advice in _BY_TEXT if part in text), None)
    if found is not None:
        return found[0](found[1], found[2])
    if (server := _call_server(original, state)) is not None:
        return CallServerUnavailable(
            f"{server}, which keeps past calls, isn't responding.",
            "Newer calls aren't affected: narrow the time range, or try again later.",
        )
    if (isinstance(error, DBAPIError) and error.connection_invalidated) or _is_unreachable(original, state):
        return DatabaseUnavailable(
            "The database isn't responding.", "Lists reload automatically; save again once it responds."
        )
    # By name, so that psycopg isn't imported where the database is SQLite.
    if isinstance(error, DBAPIError) and type(original).__name__ in {"IntegrityError", "UniqueViolation"} | _VIOLATIONS:
        return DatabaseError(
            "The database refused the change: a value is already taken, missing or not allowed.", "Check the values."
        )
    kind = type(original or error).__name__
    return DatabaseError(f"The database reported an error ({kind}{f' {state}' if state else ''}).", "See the log.")


_VIOLATIONS = {"NotNullViolation", "CheckViolation", "ForeignKeyViolation", "ExclusionViolation"}


def _call_server(original: BaseException | None, state: str | None) -> str | None:
    """The other server, in words, that PostgreSQL itself couldn't reach (postgres_fdw); None for other errors."""
    if state is None or state[:2] != "08":
        return None
    found = re.search(r'"calls_(\w+)"', str(original))
    if found is not None:
        return f"The server “{found[1]}”"
    return "Another server" if "remote SQL command" in str(original) else None


def _is_unreachable(original: BaseException | None, state: str | None) -> bool:
    kinds = {kind.__name__ for kind in type(original).__mro__} if original else set()
    if state is None:
        return "OperationalError" in kinds and type(original).__module__.startswith("psycopg")
    # connection exceptions, operator intervention (a shutdown), transaction_timeout (PostgreSQL, appendix A)
    return state[:2] in {"08", "57"} or state == "25P04"
