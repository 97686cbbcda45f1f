"""Numbers of new tickets, whoever makes them."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from partnertui.db.models import Ticket
from partnertui.db.models.types import Str

FIRST_NUMBER = 10_000
"""The number of a ticket is this and its place: T-10001 is the first."""
NUMBER_LOCK = 7_301_300
"""Of PostgreSQL's advisory locks: who holds it takes the next number."""

_LOCK = select(func.pg_advisory_xact_lock(NUMBER_LOCK))
_HIGHEST = select(func.max(Ticket.id))
_TAKEN = select(Ticket.id).where(Ticket.number == bindparam("number", type_=Str))


def next_number(connection: Connection) -> str:
    """A number that no ticket has, nor another transaction takes at the same time."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time
        connection.execute(_LOCK)
    number = FIRST_NUMBER + 1 + (connection.scalar(_HIGHEST) or 0)
    while connection.scalar(_TAKEN, {"number": f"T-{number}"}) is not None:
        number += 1
    return f"T-{number}"
