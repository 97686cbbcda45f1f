"""Simulates support: now and then a new ticket about a failed call, and colleagues who read tickets."""

from __future__ import annotations

from datetime import datetime
from random import Random

from sqlalchemy import Connection, Integer, cast, delete, func, insert, select

from partnertui.db.models import Customer, Ticket, TicketMessage, TicketTag, TicketViewer
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.platform.customer_snapshot import Customers
from partnertui.demo.platform.live_calls import LiveCalls
from partnertui.demo.service_levels import due_times
from partnertui.demo.ticket_texts import STORIES
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.ticket_enums import PRIORITY_RANK, Priority, TicketState

TICKET_SECONDS = 120
"""At most one ticket in each slot of the clock."""
PRESENCE_SECONDS = 10
STAY_SECONDS = 70
"""How long a colleague stays with a ticket."""


class SupportDesk:
    """Tickets of the platform's customers, and presence of two operators."""

    def __init__(self, customers: Customers, calls: LiveCalls) -> None:
        self.customers, self.calls = customers, calls
        self._slot = 0
        self._seen = 0

    def begin(self, connection: Connection, now: datetime) -> None:
        """Counts the time from now on."""
        self._slot = int(now.timestamp()) // TICKET_SECONDS
        self.step(connection, now)

    def due(self, now: datetime) -> bool:
        """Whether a ticket may come, or presence is to be renewed."""
        seconds = int(now.timestamp())
        return seconds // PRESENCE_SECONDS > self._seen or self._is_ticket_due(seconds)

    def _is_ticket_due(self, seconds: int) -> bool:
        return seconds // TICKET_SECONDS > self._slot and bool(self.calls.failed)

    def step(self, connection: Connection, now: datetime) -> None:
        """Does what is due."""
        seconds = int(now.timestamp())
        if self._is_ticket_due(seconds):
            self._slot = seconds // TICKET_SECONDS
            self._open_ticket(connection, self.calls.failed.pop(), now)
        if seconds // PRESENCE_SECONDS > self._seen:
            self._seen = seconds // PRESENCE_SECONDS
            self._show_presence(connection, now)

    def _open_ticket(self, connection: Connection, call: RowDict, now: datetime) -> None:
        customers = table_of(Customer)
        found = connection.execute(
            select(customers.c.contact, customers.c.email).where(customers.c.id == call["customer_id"])
        ).first()
        if found is None:
            return
        story = next(one for one in STORIES if one.about == "failed")
        priority = Priority(story.priority)
        words = {
            "user": call["source_name"] or "A colleague",
            "contact": found.contact,
            "number": format_number(call["destination_number"]) if call["destination_number"] else "a number",
            "when": f"{call['started_at']:%d %B, %H:%M} UTC",
        }
        owner = {"customer_id": call["customer_id"], "partner_id": call["partner_id"]}
        last = connection.scalar(select(func.max(cast(func.substr(Ticket.number, 3), Integer)))) or 10_000
        ticket = {
            **owner,
            "number": f"T-{last + 1}",
            "user_id": call["user_id"],
            "subject": story.subject.format_map(words),
            "requester_name": found.contact,
            "requester_email": found.email,
            "priority": priority,
            "priority_rank": PRIORITY_RANK[priority],
            "state": TicketState.NEW,
            "created_at": now,
            **due_times(now, priority, answered=False),
            "last_update_at": now,
            "last_update_by": found.contact,
            "cdr_id": call["id"],
        }
        number = connection.execute(insert(Ticket).returning(Ticket.id), [ticket]).scalar_one()
        text = story.body.format_map(words)
        said = {"kind": "customer", "author": found.contact, "body": text, "at": now}
        connection.execute(insert(TicketMessage), [{**owner, **said, "ticket_id": number}])
        connection.execute(insert(TicketTag), [{**owner, "ticket_id": number, "tag": tag} for tag in story.tags])

    def _show_presence(self, connection: Connection, now: datetime) -> None:
        """Each colleague has one of the newest tickets open, and types now and then."""
        newest = list(
            connection.scalars(
                select(Ticket.id)
                .where(Ticket.state.in_((TicketState.NEW, TicketState.OPEN)))
                .order_by(Ticket.id.desc())
                .limit(12)
            )
        )
        colleagues = [row["id"] for row in self.customers.colleagues]
        connection.execute(delete(TicketViewer).where(TicketViewer.operator_id.in_(colleagues)))
        if not newest:
            return
        stay = int(now.timestamp()) // STAY_SECONDS
        rows = []
        for colleague in colleagues:
            random = Random(f"{self.customers.seed}/presence/{colleague}/{stay}")
            ticket, typing = random.choice(newest), random.random() < 0.4
            rows.append({"ticket_id": ticket, "operator_id": colleague, "typing": typing, "seen_at": now})
        connection.execute(insert(TicketViewer), rows)
