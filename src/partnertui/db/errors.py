"""What can go wrong with a database, each as a sentence and what to do. Parameters of a query are never in it."""

from __future__ import annotations

from datetime import datetime

from partnertui.db.rows.types import RowDict
from partnertui.errors import UserError


class DatabaseError(UserError):
    """The database could not do what was asked."""


class DatabaseUnavailable(DatabaseError):
    """No connection, or it broke."""


class LoginRefused(DatabaseError):
    """The server refused the login."""


class DatabaseNotFound(DatabaseError):
    """There is no database of that name, or no file."""


class SchemaTooOld(DatabaseError):
    """The tables are older than the program."""


class SchemaTooNew(DatabaseError):
    """The tables are newer than the program."""


class DatabaseReadOnly(DatabaseError):
    """The file or the server takes no writes."""


class DatabaseLocked(DatabaseError):
    """Somebody else holds the write lock."""


class QueryTimeout(DatabaseError):
    """The answer took too long."""


class QueryCancelled(DatabaseError):
    """A newer query took its place."""


class RowDeleted(DatabaseError):
    """The row was deleted by somebody else."""


class ConcurrentChange(DatabaseError):
    """The row was changed by somebody else since it was opened."""

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
