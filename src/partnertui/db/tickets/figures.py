"""Ticket statistics of the last 90 days by day, agent, customer and verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, Customer, OperatorAccount, Ticket, TicketAttachment, TicketMessage
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query, ResultRow, RowDict
from partnertui.db.tickets.linked_records import call_of_ticket
from partnertui.domain.evidence import AFTER, CODE, PROOF, EvidenceKind, facts_of, verdict_words
from partnertui.domain.operators import Operator
from partnertui.domain.sip_and_q850_codes import sip_words
from partnertui.domain.ticket_enums import MessageKind

DAYS = 90
GROUPINGS = ("day", "agent", "customer", "verdict")
NOBODY = "nobody"
NO_VERDICT = "No trace or call"
"""Tickets without a trace's verdict whose call, if there is one, has no response."""


@dataclass
class Sums:
    """What is counted of one day, agent, customer or verdict."""

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
    """A row for each day, agent, customer and verdict; times are medians in seconds, None where there are none.

    A ticket counts on the day (UTC) on which it was made, answered or solved. Its verdict is that of the newest trace
    attached to it, else the SIP response of its call.
    """
    since = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
    verdicts = _verdicts(connection, since)
    for ticket in connection.execute(_tickets(operator, since)):
        _add_ticket(sums, ticket, since, verdicts.get(ticket.id) or _response(ticket.sip_code))
    for at, agent, customer, ticket_id, code in connection.execute(_replies(operator, since)):
        verdict = verdicts.get(ticket_id) or _response(code)
        names = (f"{at:%Y-%m-%d}", agent or NOBODY, customer or NOBODY, verdict)
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


def _add_ticket(sums: dict[tuple[str, str], Sums], ticket: ResultRow, since: datetime, verdict: str) -> None:
    created, answered, solved = ticket.created_at, ticket.first_answered_at, ticket.solved_at
    who = (ticket.agent or NOBODY, ticket.customer or NOBODY, verdict)

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


def _response(code: int | None) -> str:
    return f"{code} {sip_words(code)}" if code else NO_VERDICT


def _verdicts(connection: Connection, since: datetime) -> dict[int, str]:
    """The verdict of the newest trace attached to each ticket that was updated since, in words."""
    traces = (
        select(TicketMessage.ticket_id, TicketAttachment.evidence)
        .join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(Ticket.last_update_at >= since, TicketAttachment.evidence_kind == EvidenceKind.TRACE.value)
        .order_by(TicketAttachment.id)
    )
    found: dict[int, str] = {}
    for row in connection.execute(traces):
        known = facts_of(row.evidence)
        if known.get(CODE) and known.get(PROOF) != AFTER:
            found[row.ticket_id] = verdict_words(known[CODE])
    return found


def _tickets(operator: Operator, since: datetime) -> Query:
    found: Query = (
        select(
            Ticket.id,
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
        select(TicketMessage.at, TicketMessage.author, Customer.company, TicketMessage.ticket_id, Cdr.sip_code)
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .outerjoin(Customer, Customer.id == TicketMessage.customer_id)
        .outerjoin(Cdr, Cdr.id == call_of_ticket())
        .where(TicketMessage.kind == MessageKind.REPLY, Ticket.last_update_at >= since, TicketMessage.at >= since)
    )
    return found if operator.partner_id is None else found.where(TicketMessage.partner_id == operator.partner_id)
