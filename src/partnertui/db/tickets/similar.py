"""Finds solved tickets with the same verdict or SIP code, and what solved them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.incidents.call_attempts import phone_model
from partnertui.db.models import Cdr, History, Ticket, TicketAttachment, TicketMessage
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query, ResultRow
from partnertui.db.tickets.linked_records import call_of_ticket, linked_phones
from partnertui.db.what_changed import LEFT_OUT, entry_words
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.evidence import CODE, USER_AGENT, EvidenceKind, facts_of
from partnertui.domain.incidents import ORDINARY_CODES
from partnertui.domain.operators import Operator
from partnertui.domain.sip_and_q850_codes import sip_words
from partnertui.domain.ticket_enums import DONE, STAYS_SOLVED, MessageKind

LOOKED_AT, SHOWN = 2_000, 10
"""Solved tickets that are compared, the newest ones; those that are shown."""
MOST_REPLIES, MOST_ACTIONS = 3, 8
FINE = frozenset({"ok", "transferred", "unregistered"})
WEIGHTS = {"verdict": 4, "response": 3, "phone": 2, "carrier": 2}


@dataclass(frozen=True)
class Traits:
    """What a ticket is compared by."""

    verdicts: frozenset[str] = frozenset()
    sip_code: int | None = None
    phone: str | None = None
    carrier: str | None = None


@dataclass(frozen=True)
class Similar:
    """A ticket that stayed solved. `shared`: what is the same, in words; `actions`: notes and changes of records."""

    id: int
    number: str
    subject: str
    solved_at: datetime | None
    shared: tuple[str, ...]
    replies: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass
class _Candidate:
    row: ResultRow
    traits: Traits
    shared: dict[str, str] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, datetime]:
        return sum(WEIGHTS[name] for name in self.shared), self.row.last_update_at


def similar_tickets(connection: Connection, operator: Operator, ticket_id: int) -> list[Similar]:
    """At most SHOWN tickets, the most alike first; none where neither verdict nor SIP code of the ticket is known."""
    own = _traits(connection, [_one(connection, operator, ticket_id)])[ticket_id]
    if not own.verdicts and not _is_telling(own.sip_code):
        return []
    found = _candidates(connection, operator, ticket_id)
    traits = _traits(connection, found)
    alike = [_Candidate(row, traits[row.id], shared(own, traits[row.id])) for row in found]
    alike = sorted((one for one in alike if "verdict" in one.shared or "response" in one.shared), key=lambda o: o.rank)
    kept: list[Similar] = []
    for one in reversed(alike):
        if len(kept) == SHOWN:
            break
        if stayed_solved(connection, one.row.id):
            kept.append(_similar(connection, operator, one))
    return kept


def shared(own: Traits, other: Traits) -> dict[str, str]:
    """What two tickets have in common, in words by what it is."""
    same: dict[str, str] = {}
    verdicts = sorted(own.verdicts & other.verdicts)
    if verdicts:
        same["verdict"] = f"verdict {verdicts[0].replace('_', ' ')}"
    if own.sip_code == other.sip_code and _is_telling(own.sip_code):
        same["response"] = f"{own.sip_code} {sip_words(own.sip_code)}"
    if own.phone and own.phone == other.phone:
        same["phone"] = own.phone
    if own.carrier and own.carrier == other.carrier:
        same["carrier"] = f"carrier {own.carrier}"
    return same


def _is_telling(code: int | None) -> bool:
    """Whether a SIP code says what went wrong: 200 or busy doesn't."""
    return code is not None and code >= 300 and code not in ORDINARY_CODES


COLUMNS = (
    Ticket.id,
    Ticket.number,
    Ticket.subject,
    Ticket.solved_at,
    Ticket.created_at,
    Ticket.last_update_at,
    call_of_ticket().label("cdr_id"),
    Ticket.customer_id,
    Ticket.partner_id,
)


def _one(connection: Connection, operator: Operator, ticket_id: int) -> ResultRow:
    statement: Query = select(*COLUMNS).where(Ticket.id == ticket_id)
    return connection.execute(scope(statement, operator)).one()


def _candidates(connection: Connection, operator: Operator, ticket_id: int) -> list[ResultRow]:
    """The newest solved tickets, of each state by its index."""
    found: list[ResultRow] = []
    for state in sorted(DONE):
        statement: Query = select(*COLUMNS).where(
            Ticket.state == state, Ticket.id != ticket_id, Ticket.merged_into_id.is_(None)
        )
        newest = scope(statement, operator).order_by(Ticket.last_update_at.desc()).limit(LOOKED_AT // len(DONE))
        found += connection.execute(newest)
    return found


def _traits(connection: Connection, tickets: Sequence[ResultRow]) -> dict[int, Traits]:
    """Verdicts of attached traces; code and carrier of the call; the phone attached, else linked, else the call's."""
    calls = _calls(connection, {row.cdr_id for row in tickets if row.cdr_id is not None})
    linked = linked_phones(connection, [row.id for row in tickets])
    verdicts: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, str] = {}
    for ticket, kind, stored in _evidence(connection, [row.id for row in tickets]):
        facts = facts_of(stored)
        if kind == EvidenceKind.PHONE:
            phones[ticket] = facts.get(USER_AGENT, "")
        elif facts.get(CODE) and facts[CODE] not in FINE:
            verdicts[ticket].add(facts[CODE])
    found: dict[int, Traits] = {}
    for row in tickets:
        call = calls.get(row.cdr_id or 0)
        inbound = call is not None and call.direction == CallDirection.INBOUND
        agent = phones.get(row.id) or next((phone.user_agent for phone in linked[row.id] if phone.user_agent), None)
        if agent is None and call is not None:
            agent = call.destination_user_agent if inbound else call.source_user_agent
        outbound = call is not None and call.direction == CallDirection.OUTBOUND
        found[row.id] = Traits(
            frozenset(verdicts[row.id]),
            call.sip_code if call is not None else None,
            phone_model(agent),
            call.destination_ip if call is not None and outbound else None,
        )
    return found


def _calls(connection: Connection, ids: Iterable[int]) -> dict[int, ResultRow]:
    columns = (
        Cdr.id,
        Cdr.direction,
        Cdr.sip_code,
        Cdr.source_user_agent,
        Cdr.destination_user_agent,
        Cdr.destination_ip,
    )
    found: dict[int, ResultRow] = {}
    for part in _parts(sorted(ids)):
        found |= {row.id: row for row in connection.execute(select(*columns).where(Cdr.id.in_(part)))}
    return found


def _evidence(connection: Connection, tickets: Sequence[int]) -> Iterable[ResultRow]:
    kinds = (EvidenceKind.TRACE.value, EvidenceKind.PHONE.value)
    for part in _parts(tickets):
        statement = (
            select(TicketMessage.ticket_id, TicketAttachment.evidence_kind, TicketAttachment.evidence)
            .join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
            .where(TicketMessage.ticket_id.in_(part), TicketAttachment.evidence_kind.in_(kinds))
            .order_by(TicketAttachment.id)
        )
        yield from connection.execute(statement)


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))


def stayed_solved(connection: Connection, ticket_id: int) -> bool:
    """Whether a solved ticket was never reopened within STAYS_SOLVED."""
    events = (
        select(TicketMessage.at, TicketMessage.facts)
        .where(TicketMessage.ticket_id == ticket_id, TicketMessage.kind == MessageKind.EVENT)
        .order_by(TicketMessage.at, TicketMessage.id)
    )
    done = {state.value for state in DONE}
    solved_at: datetime | None = None
    for row in connection.execute(events):
        change = (row.facts or {}).get("state")
        if not isinstance(change, list) or len(change) != 2:
            continue
        if change[1] in done:
            # Closing a ticket that was solved doesn't begin its time anew.
            solved_at = solved_at if change[0] in done and solved_at is not None else row.at
        elif solved_at is not None and row.at - solved_at <= STAYS_SOLVED:
            return False
    return True


def _similar(connection: Connection, operator: Operator, one: _Candidate) -> Similar:
    ticket = one.row
    written = (
        select(TicketMessage.kind, TicketMessage.body)
        .where(TicketMessage.ticket_id == ticket.id, TicketMessage.kind.in_([MessageKind.REPLY, MessageKind.NOTE]))
        .order_by(TicketMessage.at.desc(), TicketMessage.id.desc())
        .limit(MOST_REPLIES + MOST_ACTIONS)
    )
    rows = list(connection.execute(written))
    replies = [row.body for row in rows if row.kind == MessageKind.REPLY][:MOST_REPLIES]
    notes = [row.body for row in rows if row.kind == MessageKind.NOTE]
    actions = (*_changes(connection, operator, ticket), *(note.partition("\n")[0] for note in notes))
    return Similar(
        ticket.id,
        ticket.number,
        ticket.subject,
        ticket.solved_at,
        tuple(one.shared.values()),
        tuple(replies),
        actions[:MOST_ACTIONS],
    )


def _changes(connection: Connection, operator: Operator, ticket: ResultRow) -> list[str]:
    """What agents changed on the customer's records while they worked on a ticket."""
    if ticket.customer_id is None:
        return []
    columns = (History.operator_name, History.action, History.object_table, History.changes, History.partner_id)
    statement: Query = select(*columns).where(
        History.customer_id == ticket.customer_id,
        History.at >= ticket.created_at,
        History.at <= (ticket.solved_at or ticket.last_update_at),
        History.operator_id.is_not(None),
        History.object_table.not_in([*LEFT_OUT, "ticket_attachments"]),
    )
    rows = connection.execute(scope(statement, operator).order_by(History.at.desc()).limit(MOST_ACTIONS))
    return [entry_words(row.operator_name, row.action, row.object_table, row.changes) for row in rows]
