"""Assigns numbers to new tickets."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from partnertui.db.models import Ticket
from partnertui.db.models.types import Str

FIRST_NUMBER = 10_000
"""The number of a ticket is this and its place: T-10001 is the first."""
_HIGHEST = select(func.max(Ticket.id))
_TAKEN = select(Ticket.id).where(Ticket.number == bindparam("number", type_=Str))


def next_number(connection: Connection) -> str:
    """A number that no ticket has, nor another transaction takes at the same time."""
    if connection.dialect.name == "postgresql":
        # under a lock, and of all tickets: a partner sees only their own, and may not lock others out
        return str(connection.scalar(select(func.priv.next_ticket_number(FIRST_NUMBER))))
    number = FIRST_NUMBER + 1 + (connection.scalar(_HIGHEST) or 0)
    while connection.scalar(_TAKEN, {"number": f"T-{number}"}) is not None:
        number += 1
    return f"T-{number}"
