"""The doctor names rows that sync rejected."""

from __future__ import annotations

from partnertui.db.database import Database
from partnertui.db.models import RejectedRow
from partnertui.db.models.base import now, table_of
from partnertui.doctor.database import rejected_rows


def test_rejected_rows_are_named(database: Database) -> None:
    assert list(rejected_rows(database)) == []
    row = {"source": "s", "row_key": "acc_cdrs 1", "reason": "r", "content": "c", "rejected_at": now()}
    database.write(lambda connection: connection.execute(table_of(RejectedRow).insert(), row))
    (found,) = rejected_rows(database)
    assert "1 row from the switches" in found.text
