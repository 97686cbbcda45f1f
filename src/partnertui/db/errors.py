"""Database errors. Query parameters never appear in their messages."""

from __future__ import annotations

from datetime import datetime

from partnertui.db.rows.type_aliases import RowDict
from partnertui.errors import UserError


class DatabaseError(UserError):
    """A database operation failed."""


class DatabaseUnavailable(DatabaseError):
    """The database can't be reached, or the connection broke."""


class CallServerUnavailable(DatabaseError):
    """A server that keeps past months of calls can't be reached; everything else works."""


class LoginRefused(DatabaseError):
    """The server refused the login."""


class PasswordRefused(LoginRefused):
    """The server wants a password, or another one."""


class DatabaseNotFound(DatabaseError):
    """There is no such database or file."""


class UndecodableText(DatabaseError):
    """A row has bytes that aren't UTF-8, or a time beyond the years that Python has."""


class SchemaTooOld(DatabaseError):
    """The schema is older than the program."""


class SchemaTooNew(DatabaseError):
    """The schema is newer than the program."""


class DatabaseReadOnly(DatabaseError):
    """The file or server is read-only."""


class DatabaseLocked(DatabaseError):
    """Another transaction holds the lock."""


class QueryTimeout(DatabaseError):
    """The time limit was exceeded."""


class OutcomeUnknown(DatabaseError):
    """The answer to COMMIT was lost: the write may or may not be stored."""


class QueryCancelled(DatabaseError):
    """The query was cancelled, usually because a newer one replaced it."""


class RowDeleted(DatabaseError):
    """The row was deleted by someone else."""


class ConcurrentChange(DatabaseError):
    """The row was changed by someone else since it was opened; `current` are its values now."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        mine_version: int = 0,
        current: RowDict | None = None,
        changed_by: str = "",
        changed_at: datetime | None = None,
    ) -> None:
        super().__init__(message, advice)
        self.mine_version, self.current = mine_version, current or {}
        self.changed_by, self.changed_at = changed_by, changed_at
