"""Deletes the text of chats whose retention time is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from partnertui.db.database import Database
from partnertui.db.models import Chat, History
from partnertui.db.models.base import now
from partnertui.db.secure_deletion import overwrite_deleted

BATCH = 500
WHO = "partnertui chats expire"


def expire_chats(database: Database, before: datetime) -> int:
    """Destroys the text of chats that began before a time; returns how many. Each batch is committed by itself.

    The chats stay, with the time at which their text was destroyed. SQLite overwrites the bytes, also in its log;
    PostgreSQL frees them at the next VACUUM, and backups keep what they have. Raises DatabaseError.
    """
    destroyed = 0
    while found := database.write(lambda connection: _destroy(connection, before)):
        destroyed += found
    if destroyed and database.dialect == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return destroyed


def _destroy(connection: Connection, before: datetime) -> int:
    overwrite_deleted(connection)
    columns = select(Chat.id, Chat.customer_id, Chat.partner_id)
    old = columns.where(Chat.started_at < before, Chat.text_ciphertext.is_not(None)).order_by(Chat.id).limit(BATCH)
    rows = connection.execute(old.with_for_update()).all()
    if not rows:
        return 0
    at = now()
    gone = {"text_ciphertext": None, "text_destroyed_at": at}
    connection.execute(update(Chat).where(Chat.id.in_([row.id for row in rows])).values(gone))
    entry = {"at": at, "operator_id": None, "operator_name": WHO, "object_table": "chats", "action": "changed"}
    change = {"text": ["hidden", "destroyed"]}
    entries = [
        {
            **entry,
            "object_id": row.id,
            "changes": change,
            "customer_id": row.customer_id,
            "partner_id": row.partner_id,
        }
        for row in rows
    ]
    connection.execute(insert(History), entries)
    return len(rows)
