"""Ticket statistics of the last 90 days by day, agent, customer and call result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, Customer, OperatorAccount, Ticket, TicketMessage
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query, ResultRow, RowDict
from partnertui.db.tickets.linked_records import call_of_ticket
from partnertui.domain.operators import Operator
from partnertui.domain.sip_and_q850_codes import sip_words
from partnertui.domain.ticket_enums import MessageKind

DAYS = 90
GROUPINGS = ("day", "agent", "customer", "call result")
NOBODY = "nobody"


@dataclass
class Sums:
    """What is counted of one day, agent, customer or call result."""

    opened: int = 0
    answered: int = 0
    """Replies that were sent."""
    solved: int = 0
    late: int = 0
    """Tickets whose first answer or solution came after it was due."""
    first_answers: list[float] = field(default_factory=list)
    """Seconds from making a ticket to its first answer."""
    solutions: list[float] = field(default_factory=list)


def ticket_figures(connection: Connection, operator: Operator, now: datetime) -> Iterator[RowDict]:
    """A row for each day, agent, customer and call result; times are medians in seconds, None where there are none.

    A ticket counts on the day (UTC) on which it was made, answered or solved.
    """
    since = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    for ticket in connection.execute(_tickets(operator, since)):
        _add_ticket(sums, ticket, since)
    for at, agent, customer, code in connection.execute(_replies(operator, since)):
        names = (f"{at:%Y-%m-%d}", agent or NOBODY, customer or NOBODY, _result(code))
        for grouping, name in zip(GROUPINGS, names, strict=True):
            sums[grouping, name].answered += 1
    for number, ((grouping, name), found) in enumerate(sorted(sums.items()), 1):
        yield {
            "id": number,
            "grouping": grouping,
            "name": name,
            "opened": found.opened,
            "answered": found.answered,
            "solved": found.solved,
            "late": found.late,
            "first_answer": round(median(found.first_answers)) if found.first_answers else None,
            "solution": round(median(found.solutions)) if found.solutions else None,
        }


def _add_ticket(sums: dict[tuple[str, str], Sums], ticket: ResultRow, since: datetime) -> None:
    created, answered, solved = ticket.created_at, ticket.first_answered_at, ticket.solved_at
    who = (ticket.agent or NOBODY, ticket.customer or NOBODY, _result(ticket.sip_code))

    def groups(at: datetime) -> Iterator[Sums]:
        for grouping, name in zip(GROUPINGS, (f"{at:%Y-%m-%d}", *who), strict=True):
            yield sums[grouping, name]

    if created >= since:
        for found in groups(created):
            found.opened += 1
    if answered is not None and answered >= since:
        for found in groups(answered):
            found.first_answers.append((answered - created).total_seconds())
            found.late += _is_late(answered, ticket.first_answer_due_at)
    if solved is not None and solved >= since:
        for found in groups(solved):
            found.solved += 1
            found.solutions.append((solved - created).total_seconds())
            found.late += _is_late(solved, ticket.solution_due_at)


def _is_late(at: datetime, due: datetime | None) -> bool:
    return due is not None and at > due


def _result(code: int | None) -> str:
    return f"{code} {sip_words(code)}" if code else "no call"


def _tickets(operator: Operator, since: datetime) -> Query:
    found: Query = (
        select(
            Ticket.created_at,
            Ticket.first_answered_at,
            Ticket.solved_at,
            Ticket.first_answer_due_at,
            Ticket.solution_due_at,
            OperatorAccount.name.label("agent"),
            Customer.company.label("customer"),
            Cdr.sip_code,
            Ticket.partner_id,
        )
        .outerjoin(OperatorAccount, OperatorAccount.id == Ticket.agent_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Cdr, Cdr.id == call_of_ticket())
        .where(Ticket.last_update_at >= since)
    )
    return scope(found, operator)


def _replies(operator: Operator, since: datetime) -> Query:
    found: Query = (
        select(TicketMessage.at, TicketMessage.author, Customer.company, Cdr.sip_code)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .outerjoin(Customer, Customer.id == TicketMessage.customer_id)
        .outerjoin(Cdr, Cdr.id == call_of_ticket())
        .where(TicketMessage.kind == MessageKind.REPLY, Ticket.last_update_at >= since, TicketMessage.at >= since)
    )
    return found if operator.partner_id is None else found.where(TicketMessage.partner_id == operator.partner_id)
