"""Tells which call, phone and payment a ticket is about: its own column, else what was linked last.

Mails and agents write links; only what made a ticket, such as an import, writes the columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import CustomerPhone, Ticket, TicketLink, User

PHONES = ("users", "customer_phones")
"""Tables whose rows are phones, or have one."""


@dataclass(frozen=True)
class LinkedPhone:
    """A phone that a ticket is linked to: its user, AOR, and the user agent by which it was last provisioned."""

    user_id: int | None
    aor: str
    user_agent: str


def call_of_ticket() -> ColumnElement[int | None]:
    """The ID of the call that a ticket is about, in a query that has Ticket among its tables; NULL for none."""
    return func.coalesce(Ticket.cdr_id, _newest("cdrs"))


def payment_of_ticket() -> ColumnElement[int | None]:
    """The ID of the payment that a ticket is about, as `call_of_ticket`."""
    return func.coalesce(Ticket.payment_id, _newest("payments"))


def _newest(table: str) -> ColumnElement[int | None]:
    linked = select(TicketLink.object_id).where(
        TicketLink.ticket_id == Ticket.id, TicketLink.object_table == table, TicketLink.object_id.is_not(None)
    )
    return linked.order_by(TicketLink.id.desc()).limit(1).correlate(Ticket).scalar_subquery()


def aor_of_ticket(connection: Connection, ticket_id: int) -> str:
    """The AOR of the phone that a ticket is about, else of its requester's; "" for none."""
    own = select(Ticket.aor, User.sip_username, User.sip_domain).outerjoin(User, User.id == Ticket.user_id)
    row = connection.execute(own.where(Ticket.id == ticket_id)).first()
    if row is None:
        return ""
    linked = (phone.aor for phone in linked_phones(connection, [ticket_id])[ticket_id] if phone.aor)
    return row.aor or next(linked, "") or _aor(row.sip_username, row.sip_domain)


def linked_phones(connection: Connection, tickets: Iterable[int]) -> dict[int, list[LinkedPhone]]:
    """The phones that tickets are linked to, the newest link first."""
    provisioned = (
        select(CustomerPhone.last_provisioned_agent)
        .where(CustomerPhone.user_id == TicketLink.object_id, CustomerPhone.last_provisioned_agent.is_not(None))
        .order_by(CustomerPhone.last_provisioned_at.desc(), CustomerPhone.id.desc())
        .limit(1)
        .correlate(TicketLink)
        .scalar_subquery()
    )
    is_phone = TicketLink.object_table == "customer_phones"
    agent = case((is_phone, CustomerPhone.last_provisioned_agent), else_=provisioned)
    user = case((is_phone, CustomerPhone.user_id), else_=TicketLink.object_id)
    statement = (
        select(TicketLink.ticket_id, User.id, User.sip_username, User.sip_domain, agent.label("user_agent"))
        .outerjoin(CustomerPhone, and_(is_phone, CustomerPhone.id == TicketLink.object_id))
        .outerjoin(User, User.id == user)
        .where(is_in(connection, TicketLink.ticket_id, tickets), TicketLink.object_table.in_(PHONES))
        .order_by(TicketLink.id.desc())
    )
    found: dict[int, list[LinkedPhone]] = defaultdict(list)
    for row in connection.execute(statement):
        aor = _aor(row.sip_username, row.sip_domain)
        found[row.ticket_id].append(LinkedPhone(row.id, aor, row.user_agent or ""))
    return found


def _aor(username: str | None, domain: str | None) -> str:
    return f"{username}@{domain}" if username else ""
