"""Links a ticket to the calls and numbers that a mail mentions."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, or_, select

from partnertui.db.insert_with_history import insert_unless_there
from partnertui.db.models import Cdr, Ddi, Ticket, TicketLink
from partnertui.db.models.types import Str
from partnertui.mail.mentioned_tickets_and_calls import call_ids, numbers

MOST_CALLS = 200
CALL_IDS, NUMBERS = "call_ids", "numbers"
"""What TicketLink calls those that have no row."""

_IDS = bindparam("call_ids", expanding=True, type_=Str)
_CALLS = (
    select(Cdr.id, Cdr.call_id_a, Cdr.call_id_b)
    .where(or_(Cdr.call_id_a.in_(_IDS), Cdr.call_id_b.in_(_IDS)), Cdr.customer_id == bindparam("customer"))
    .order_by(Cdr.id.desc())
    .limit(MOST_CALLS)
)
_NUMBERS = select(Ddi.number, Ddi.id).where(
    Ddi.number.in_(bindparam("numbers", expanding=True)), Ddi.customer_id == bindparam("customer")
)


def link_named(connection: Connection, ticket: Ticket, message_id: int, text: str, country: str | None) -> None:
    """Links the calls and numbers in a text: a call of the ticket's customer by its CDR, their DDI by its row."""
    called, maybe = call_ids(text)
    cdrs = _cdrs(connection, [*called, *maybe], ticket.customer_id)
    found = numbers(text, country)
    ddis = _ddis(connection, found, ticket.customer_id)
    links: list[tuple[str, int | None, str]] = [("cdrs", cdrs[one], one) for one in (*called, *maybe) if one in cdrs]
    links += [(CALL_IDS, None, one) for one in called if one not in cdrs]
    links += [("ddis", ddis[one], one) if one in ddis else (NUMBERS, None, one) for one in found]
    shared = {
        "ticket_id": ticket.id,
        "message_id": message_id,
        "customer_id": ticket.customer_id,
        "partner_id": ticket.partner_id,
    }
    rows = [{**shared, "object_table": table, "object_id": key, "value": value} for table, key, value in links]
    if rows:
        dialect = connection.dialect.name
        connection.execute(insert_unless_there(dialect, TicketLink, "ticket_id", "object_table", "value"), rows)


def _cdrs(connection: Connection, ids: Sequence[str], customer_id: int | None) -> dict[str, int]:
    """The calls of this customer by their Call-IDs; a stranger's mail finds none."""
    if customer_id is None or not ids:
        return {}
    rows = connection.execute(_CALLS, {"call_ids": ids, "customer": customer_id}).all()
    return {call_id: row.id for row in rows for call_id in (row.call_id_a, row.call_id_b) if call_id in ids}


def _ddis(connection: Connection, found: Sequence[str], customer_id: int | None) -> dict[str, int]:
    """The DDIs of this customer by their numbers."""
    if customer_id is None or not found:
        return {}
    rows = connection.execute(_NUMBERS, {"numbers": found, "customer": customer_id})
    return {row.number: row.id for row in rows}
