"""Runs an export: one read transaction, one file, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from partnertui.kit.views.export.plan import Plan, how_many, write
from partnertui.kit.views.output_file import whole_file

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from partnertui.db.database import Database
    from partnertui.db.query_cancellation import Cancel

HOURS = 12 * 3600.0
Tell = Callable[[int, int], None]


def export_to(database: Database, plan: Plan, form: str, out: TextIO, cancel: Cancel, tell: Tell | None = None) -> int:
    """Writes all rows of one snapshot; returns their number. Calls `tell(done, total)` with the progress."""

    def work(connection: Connection) -> int:
        if tell is None:
            return write(connection, plan, form, out, cancel, lambda done: None)
        total = how_many(connection, plan)
        return write(connection, plan, form, out, cancel, lambda done: tell(done, max(done, total)))

    return database.read(work, cancel=cancel, deadline=HOURS, steady=True)


def export_file(
    database: Database, plan: Plan, form: str, path: Path, cancel: Cancel, *, replace: bool, tell: Tell | None = None
) -> int:
    """Writes the file, whole or not at all; returns the number of rows. Raises DomainError, DatabaseError."""
    with whole_file(path, replace=replace) as out:
        return export_to(database, plan, form, out, cancel, tell)
