"""Messages of a ticket to choose from, for splitting it."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models import TicketMessage
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.read_limits import MESSAGES_READ
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.ticket_enums import MessageKind

BEGINNING = 300
"""Characters of each message."""


def messages_of(connection: Connection, ticket: int) -> list[RowDict]:
    """The newest messages of a ticket, without events, newest first: ID, kind, author, time, beginning of the text."""
    body = func.substr(TicketMessage.body, 1, BEGINNING).label("body")
    columns = (TicketMessage.id, TicketMessage.kind, TicketMessage.author, TicketMessage.at, body)
    statement = select(*columns).where(TicketMessage.ticket_id == ticket, TicketMessage.kind != MessageKind.EVENT)
    return fetch_dicts(connection, statement.order_by(TicketMessage.id.desc()).limit(MESSAGES_READ))
