"""Tickets for the tests, with who asked and what it is about."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert
from tests.db.makers import NOW, customer, staff

from partnertui.db.database import Database
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.domain.ticket_enums import MessageKind, TicketState

CUSTOMER, TICKET = 11, 21


def one_ticket(database: Database, **fields: object) -> None:
    """A customer of partner 7 with one open ticket, in which the customer wrote once."""
    staff(database)

    def work(connection: Connection) -> None:
        company = customer(id=CUSTOMER, company="Acme", contact="Ada Lane", partner_id=7, country="DE", currency="EUR")
        named = {name: value for name, value in vars(company).items() if not name.startswith("_")}
        connection.execute(insert(table_of(type(company))), {**named, "credit": 1_234_500_000, "created_at": NOW})
        ticket = {
            "id": TICKET,
            "number": "7001",
            "subject": "No audio",
            "requester_name": "Ada Lane",
            "requester_email": "ada@acme.example",
            "customer_id": CUSTOMER,
            "partner_id": 7,
            "state": TicketState.OPEN,
            "created_at": NOW,
            "last_update_at": NOW,
            "language": "de",
        }
        connection.execute(insert(Ticket), ticket | fields)
        message = {
            "ticket_id": TICKET,
            "customer_id": CUSTOMER,
            "partner_id": 7,
            "kind": MessageKind.CUSTOMER,
            "author": "Ada Lane",
            "body": "Nobody can hear us.",
            "at": NOW - timedelta(minutes=5),
        }
        connection.execute(insert(TicketMessage), message)

    database.write(work)
