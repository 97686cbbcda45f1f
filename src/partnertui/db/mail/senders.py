"""Finds the user or customer behind a sender's address, and whether it participates in a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, literal, or_, select, union_all

from partnertui.db.insert_with_history import insert_unless_there
from partnertui.db.models import Customer, Ticket, TicketParticipant, User
from partnertui.db.models.types import Int
from partnertui.domain.ticket_enums import ParticipantKind
from partnertui.mail.header_text import Address

MOST_COPIED = 50


_ANY_PARTNER = bindparam("partner", type_=Int).is_(None)
_COLUMNS = (Customer.id, Customer.partner_id, Customer.country, Customer.language)
_CUSTOMERS = (
    select(*_COLUMNS, literal(None, Int).label("user_id"))
    .where(func.lower(Customer.email) == bindparam("address"))
    .where(or_(_ANY_PARTNER, Customer.partner_id == bindparam("partner")))
    .limit(3)
)
_USERS = (
    select(Customer.id, Customer.partner_id, Customer.country, User.language, User.id.label("user_id"))
    .join(User, User.customer_id == Customer.id)
    .where(func.lower(User.email) == bindparam("address"))
    .where(or_(_ANY_PARTNER, Customer.partner_id == bindparam("partner")))
    .limit(3)
)
# In subqueries, because SQLite takes no LIMIT in a part of a UNION.
_SENDERS = union_all(*(select(query.subquery()) for query in (_CUSTOMERS, _USERS)))
_WHOSE = select(Ticket.requester_email, Ticket.customer_id).where(Ticket.id == bindparam("ticket"))
_KNOWN = select(TicketParticipant.id).where(
    TicketParticipant.ticket_id == bindparam("ticket"),
    TicketParticipant.address == bindparam("address"),
    TicketParticipant.kind != ParticipantKind.STRANGER,
)


@dataclass(frozen=True)
class Sender:
    """An address and the customer that it certainly belongs to; all None if there is none, or more than one."""

    name: str
    address: str
    customer_id: int | None = None
    partner_id: int | None = None
    user_id: int | None = None
    country: str | None = None
    language: str | None = None


def find_sender(connection: Connection, sender: Address, partner_id: int | None) -> Sender:
    """Whose a sender's address is; in a partner's mailbox, only among the partner's customers."""
    name, address = sender
    values = {"address": address, "partner": partner_id}
    rows = connection.execute(_SENDERS, values).all()
    if len({row.id for row in rows}) != 1:
        return Sender(name, address)
    users = [row for row in rows if row.user_id is not None]
    row = (*users, *rows)[0]
    user_id = users[0].user_id if len(users) == 1 else None
    return Sender(name, address, row.id, row.partner_id, user_id, row.country, row.language)


def takes_part(connection: Connection, ticket_id: int, sender: Sender) -> bool:
    """Whether the sender is the requester, belongs to the ticket's customer, or was copied by one who does."""
    requester, customer_id = connection.execute(_WHOSE, {"ticket": ticket_id}).one()
    if (requester or "").lower() == sender.address:
        return True
    if customer_id is not None and customer_id == sender.customer_id:
        return True
    return connection.execute(_KNOWN, {"ticket": ticket_id, "address": sender.address}).first() is not None


def add_participants(connection: Connection, ticket: Ticket, found: Sequence[tuple[Address, ParticipantKind]]) -> None:
    """Adds addresses to a ticket, each as a kind; what one that is there already is, stays."""
    shared = {"ticket_id": ticket.id, "customer_id": ticket.customer_id, "partner_id": ticket.partner_id}
    rows = [{**shared, "kind": kind, "address": address, "name": name or None} for (name, address), kind in found]
    statement = insert_unless_there(connection.dialect.name, TicketParticipant, "ticket_id", "address")
    connection.execute(statement, rows)
