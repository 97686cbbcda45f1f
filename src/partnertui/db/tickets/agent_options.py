"""Operators to whom a ticket can be assigned."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models import OperatorAccount, Ticket
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import DONE


def agents(connection: Connection, operator: Operator | None) -> list[tuple[int, str, int]]:
    """ID and name of the enabled operators, and how many open tickets each has; for a partner their own operators."""
    open_tickets = select(func.count()).select_from(Ticket)
    open_tickets = open_tickets.where(Ticket.agent_id == OperatorAccount.id, Ticket.state.not_in(DONE))
    count = open_tickets.correlate(OperatorAccount).scalar_subquery()
    statement = select(OperatorAccount.id, OperatorAccount.name, count).where(OperatorAccount.enabled)
    if operator is not None and operator.partner_id is not None:
        statement = statement.where(OperatorAccount.partner_id == operator.partner_id)
    return [
        (number, name, tickets)
        for number, name, tickets in connection.execute(statement.order_by(OperatorAccount.name))
    ]
