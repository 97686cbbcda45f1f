"""Stores who has a ticket open, and who is typing in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from partnertui.db.models import TicketViewer
from partnertui.db.models.base import table_of


def show_presence(connection: Connection, ticket_id: int, operator_id: int, typing: bool, now: datetime) -> None:
    """Notes that an operator has a ticket open now."""
    row = {"ticket_id": ticket_id, "operator_id": operator_id, "typing": typing, "seen_at": now}
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        insert(TicketViewer)
        .values(row)
        .on_conflict_do_update(index_elements=["ticket_id", "operator_id"], set_={"typing": typing, "seen_at": now})
    )


def end_presence(connection: Connection, ticket_id: int, operator_id: int) -> None:
    """Notes that an operator closed a ticket."""
    viewers = table_of(TicketViewer)
    connection.execute(delete(viewers).where(viewers.c.ticket_id == ticket_id, viewers.c.operator_id == operator_id))
