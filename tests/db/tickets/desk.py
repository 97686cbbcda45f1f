"""Tickets for the tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from tests.db.makers import ANN, NOW, staff

from partnertui.db.database import Database
from partnertui.db.models import Customer, Ticket, TicketMessage
from partnertui.db.models.base import Base
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator


def desk(database: Database) -> None:
    """Operators, and two customers: Acme with ID 1, Brown with ID 2."""
    staff(database)
    people = [{"id": at + 1, "company": name, "country": "GB", "currency": "GBP"} for at, name in enumerate(NAMES)]
    database.write(lambda connection: connection.execute(insert(Customer), people))


NAMES = ("Acme", "Brown")


def add_ticket(database: Database, subject: str, *bodies: str, at: datetime = NOW, **values: Any) -> int:
    """A ticket with a message of the customer for each body, a minute apart; returns its ID."""

    def work(connection: Any) -> int:
        count = len(connection.execute(select(Ticket.id)).all())
        row = {"number": f"T-{10001 + count}", "subject": subject, "customer_id": 1, "state": "open"}
        row |= {"created_at": at, "last_update_at": at, "requester_email": "ann@acme.example"} | values
        ticket: int = connection.execute(insert(Ticket).returning(Ticket.id), [row]).scalar_one()
        for index, body in enumerate(bodies):
            said = {"ticket_id": ticket, "customer_id": row["customer_id"], "kind": "customer", "author": "Ann Lee"}
            said |= {"body": body, "at": at + timedelta(minutes=index)}
            connection.execute(insert(TicketMessage), [said])
        return ticket

    return database.write(work)


def ticket_of(database: Database, ticket: int) -> Any:
    """A ticket's row as it is now."""
    return database.read(lambda c: c.execute(select(Ticket.__table__).where(Ticket.id == ticket)).one())


def rows_of(database: Database, model: type[Base], ticket: int) -> list[Any]:
    """The rows of a table that belong to a ticket."""
    table = model.__table__
    query = select(table).where(table.c.ticket_id == ticket).order_by(table.c.id)
    return list(database.read(lambda connection: connection.execute(query).all()))


def unit(database: Database, operator: Operator = ANN) -> UnitOfWork:
    """A unit of work of Ann."""
    return UnitOfWork(database, operator)
