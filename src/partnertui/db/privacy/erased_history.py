"""Clears the content of history entries and keeps their hashes, so that the audit chain stays valid."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, LargeBinary, Table, Text, bindparam, select, type_coerce, update

from partnertui.db.audit_chain import changes_hash
from partnertui.db.audit_verification import ERASED
from partnertui.db.database import Database
from partnertui.db.models import History
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.db.secure_deletion import overwrite_deleted

BATCH = 1_000
ENTRIES = table_of(History)


def erase_entries_of(database: Database, customer_id: int) -> int:
    """Erases all entries of a customer but those about erasures, BATCH to a transaction; returns how many."""
    count = 0
    while found := database.write(
        lambda connection: _erase(connection, ENTRIES.c.customer_id == customer_id, limit=BATCH)
    ):
        count += found
    return count


def erase_unowned_entries(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Erases entries about rows that were made before the rows belonged to a customer."""
    _erase(
        connection,
        ENTRIES.c.customer_id.is_(None) & (ENTRIES.c.object_table == table.name) & ENTRIES.c.object_id.in_(ids),
        limit=None,
    )


def _erase(connection: Connection, which: Expression, limit: int | None) -> int:
    overwrite_deleted(connection)
    changes = type_coerce(ENTRIES.c.changes, Text).label("text")  # as it was hashed
    query = select(ENTRIES.c.id, ENTRIES.c.salt, changes).where(
        which, ENTRIES.c.changes_hash.is_(None), ENTRIES.c.action != ERASED
    )
    rows = connection.execute(query.order_by(ENTRIES.c.id).limit(limit)).all()
    if not rows:
        return 0
    statement = (
        update(ENTRIES)
        .where(ENTRIES.c.id == bindparam("of_id"))
        .values(changes={}, salt=None, changes_hash=bindparam("hash", type_=LargeBinary))
    )
    hashes = [{"of_id": row.id, "hash": changes_hash(row.salt, row.text)} for row in rows]
    connection.execute(statement, hashes)
    return len(rows)
