"""Links from a ticket to the calls and numbers that a mail names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from partnertui.db.models import Cdr, Ddi, Ticket, TicketLink
from partnertui.db.upsert import insert_into
from partnertui.mail.named import call_ids, numbers

MOST_CALLS = 200
CALL_IDS, NUMBERS = "call_ids", "numbers"
"""What TicketLink calls those that have no row."""


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
        unique = ["ticket_id", "object_table", "value"]
        connection.execute(insert_into(connection, TicketLink).on_conflict_do_nothing(index_elements=unique), rows)


def _cdrs(connection: Connection, ids: Sequence[str], customer_id: int | None) -> dict[str, int]:
    """The calls of this customer by their Call-IDs; a stranger's mail finds none."""
    if customer_id is None or not ids:
        return {}
    columns = select(Cdr.id, Cdr.call_id_a, Cdr.call_id_b)
    query = columns.where(or_(Cdr.call_id_a.in_(ids), Cdr.call_id_b.in_(ids)), Cdr.customer_id == customer_id)
    rows = connection.execute(query.order_by(Cdr.id.desc()).limit(MOST_CALLS)).all()
    return {call_id: row.id for row in rows for call_id in (row.call_id_a, row.call_id_b) if call_id in ids}


def _ddis(connection: Connection, found: Sequence[str], customer_id: int | None) -> dict[str, int]:
    """The DDIs of this customer by their numbers."""
    if customer_id is None or not found:
        return {}
    query = select(Ddi.number, Ddi.id).where(Ddi.number.in_(found), Ddi.customer_id == customer_id)
    return {row.number: row.id for row in connection.execute(query)}
