"""Moves the rows of a ticket to another one, for merge and split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Table, delete, select, update
from sqlalchemy.orm import Session

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import (
    Mail,
    MailReference,
    OutboxMail,
    Ticket,
    TicketLink,
    TicketMessage,
    TicketParticipant,
    TicketWatch,
)
from partnertui.db.models.base import table_of
from partnertui.domain.ticket_enums import MessageKind

Moved = dict[str, list[int]]
"""IDs of the rows that were moved, by table."""
TABLES = tuple(
    table_of(model)
    for model in (TicketMessage, TicketParticipant, TicketLink, TicketWatch, Mail, MailReference, OutboxMail)
)
UNIQUE = {"ticket_participants": ("address",), "ticket_links": ("object_table", "value")}
"""Columns that a ticket has only once; a row whose values the other ticket has stays where it is."""


def movable(session: Session, source: int, target: int) -> Moved:
    """The rows of a ticket that can follow it into another one; its events stay."""
    found: Moved = {}
    for table in TABLES:
        statement = select(table.c.id).where(table.c.ticket_id == source)
        if table.name == "ticket_messages":
            statement = statement.where(table.c.kind != MessageKind.EVENT)
        if names := UNIQUE.get(table.name):
            other = table.alias()
            same = [other.c[name] == table.c[name] for name in names]
            statement = statement.where(~select(other.c.id).where(other.c.ticket_id == target, *same).exists())
        found[table.name] = list(session.scalars(statement.order_by(table.c.id)))
    return found


def move_rows(session: Session, moved: Moved, source: int, target: Ticket) -> None:
    """Gives rows that still belong to `source` to another ticket, with its customer and partner."""
    for table in TABLES:
        if moved.get(table.name):
            values: dict[str, int | None] = {"ticket_id": target.id}
            if "customer_id" in table.c:
                values |= {"customer_id": target.customer_id, "partner_id": target.partner_id}
            session.execute(update(table).where(*_are(session, table, moved[table.name], source)).values(values))


def remove_rows(session: Session, table: Table, ids: Sequence[int], ticket: int) -> None:
    """Deletes rows that still belong to a ticket."""
    if ids:
        session.execute(delete(table).where(*_are(session, table, ids, ticket)))


def _are(session: Session, table: Table, ids: Iterable[int], ticket: int) -> tuple[ColumnElement[bool], ...]:
    return is_in(session.connection(), table.c.id, list(ids)), table.c.ticket_id == ticket
