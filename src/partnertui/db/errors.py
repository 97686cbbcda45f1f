"""What can go wrong with a database, each as a sentence and what to do. Parameters of a query are never in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any


class DatabaseTrouble(Exception):
    """The database did not do what was asked."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message, self.advice = message, advice


class DatabaseAway(DatabaseTrouble):
    """No connection, or it broke."""


class WrongPassword(DatabaseTrouble):
    """The server refused the login."""


class NoSuchDatabase(DatabaseTrouble):
    """There is no database of that name, or no file."""


class SchemaOlder(DatabaseTrouble):
    """The tables are older than the program."""


class SchemaNewer(DatabaseTrouble):
    """The tables are newer than the program."""


class ReadOnlyDatabase(DatabaseTrouble):
    """The file or the server takes no writes."""


class DatabaseLocked(DatabaseTrouble):
    """Somebody else holds the write lock."""


class DeadlineExceeded(DatabaseTrouble):
    """The answer took too long."""


class QueryCancelled(DatabaseTrouble):
    """A newer query took its place."""


class GoneRow(DatabaseTrouble):
    """The row was deleted by somebody else."""


class StaleEdit(DatabaseTrouble):
    """The row was changed by somebody else since it was opened."""

    def __init__(
        self,
        message: str,
        advice: str = "",
        *,
        mine_version: int = 0,
        current: dict[str, Any] | None = None,
        changed_by: str = "",
        changed_at: datetime | None = None,
    ) -> None:
        super().__init__(message, advice)
        self.mine_version, self.current = mine_version, current or {}
        self.changed_by, self.changed_at = changed_by, changed_at
