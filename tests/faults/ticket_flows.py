"""What agents do to a ticket, each on the same ticket over and over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from tests.db.makers import ANN, BOB, NOW
from tests.db.tickets.desk import add_ticket
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket
from tests.db.users.makers import VAULT
from tests.faults.flow import Flow, Work, count, counts

from partnertui.db.database import Database
from partnertui.db.drafts import seal_draft, write_draft
from partnertui.db.models import Customer, OutboxMail, Ticket, TicketLink, TicketMessage, TicketTag, TicketWatch
from partnertui.db.models.base import table_of
from partnertui.db.tickets.agent_options import agents
from partnertui.db.tickets.linkable_rows import linkable
from partnertui.db.tickets.links import add_link
from partnertui.db.tickets.merge import merge
from partnertui.db.tickets.replies import ALL_READ, note, reply
from partnertui.db.tickets.reply_mail import Mailing
from partnertui.db.tickets.reply_recall import recall
from partnertui.db.tickets.split import split
from partnertui.db.tickets.states import assign, set_priority, set_state
from partnertui.db.tickets.tags import change_tags
from partnertui.db.tickets.take_over import REPLY, take_over
from partnertui.db.tickets.wake_conditions import snooze
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.drafts import DraftOf, StoredDraft
from partnertui.domain.mail_recipients import Recipients
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.operators import Operator, Role
from partnertui.domain.ticket_enums import MessageKind, Priority, TicketState, WatchKind

PAM = Operator(5, "pam", "Pam", Role.PARTNER, 7)
"""A colleague of Pat's, at the same partner."""
ADDRESS = Recipients(("ada@acme.example",))


def ticket(database: Database) -> None:
    """The ticket with a tag, and an ID that no other one gets; its customer has no credit that the ledger lacks."""
    one_ticket(database)

    def work(connection: Connection) -> None:
        connection.execute(update(table_of(Customer)).values(credit=0))
        owner = {"ticket_id": TICKET, "customer_id": CUSTOMER, "partner_id": 7}
        connection.execute(insert(TicketTag), {"tag": "t0", **owner})
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT setval('tickets_id_seq', 100)")

    database.write(work)


def version_seen(database: Database) -> int:
    """The version of the ticket that its record shows."""
    return database.read(lambda c: c.execute(select(Ticket.version).where(Ticket.id == TICKET)).scalar_one())


def event(words: str) -> ColumnElement[bool]:
    """Events of the conversation that begin so."""
    return (TicketMessage.kind == MessageKind.EVENT) & TicketMessage.body.startswith(words)


def ticket_reply(database: Database, number: int, key: str, who: Operator) -> Work:
    """A reply with its mail."""
    mailing = Mailing(ADDRESS)
    return lambda unit: reply(unit, TICKET, f"round {number}", None, read_to=ALL_READ, mailing=mailing)


def replied(database: Database) -> int:
    """Replies, each with its mail."""
    found = count(database, TicketMessage, TicketMessage.kind == "reply")
    assert count(database, OutboxMail) == found
    return found


def ticket_note(database: Database, number: int, key: str, who: Operator) -> Work:
    """An internal note."""
    return lambda unit: note(unit, TICKET, f"round {number}")


def ticket_state(database: Database, number: int, key: str, who: Operator) -> Work:
    """Pending, and open again."""
    version = version_seen(database)
    now = database.read(lambda c: c.execute(select(Ticket.state).where(Ticket.id == TICKET)).scalar_one())
    state = TicketState.PENDING if now == TicketState.OPEN else TicketState.OPEN
    return lambda unit: set_state(unit, TICKET, state, version=version)


def priority(database: Database, number: int, key: str, who: Operator) -> Work:
    """High, and normal again."""
    version = version_seen(database)
    return lambda unit: set_priority(unit, TICKET, (Priority.HIGH, Priority.NORMAL)[number % 2], version=version)


def snoozed(database: Database, number: int, key: str, who: Operator) -> Work:
    """Until a number calls."""
    version = version_seen(database)
    return lambda unit: snooze(unit, TICKET, None, WatchKind.CALL, f"+4930{2_300_000 + number}", version=version)


def assigned(database: Database, number: int, key: str, who: Operator) -> Work:
    """To one of those that the dialog offers."""
    version = version_seen(database)
    offered = database.read(lambda connection: agents(connection, who))
    agent, name, _ = offered[number % len(offered)]
    return lambda unit: assign(unit, TICKET, agent, name, version=version)


def tagged(database: Database, number: int, key: str, who: Operator) -> Work:
    """One tag in place of the other."""
    version = version_seen(database)
    tags = select(TicketTag.tag).where(TicketTag.ticket_id == TICKET)
    old = database.read(lambda connection: list(connection.scalars(tags)))
    return lambda unit: change_tags(unit, TICKET, [f"t{number}"], old, version=version)


def _message(database: Database, number: int, who: Operator) -> None:
    said = {"ticket_id": TICKET, "customer_id": CUSTOMER, "partner_id": 7, "kind": MessageKind.CUSTOMER, "at": NOW}
    row = said | {"author": "Ada Lane", "body": f"Something else, {number}."}
    database.write(lambda connection: connection.execute(insert(TicketMessage), row))


def split_off(database: Database, number: int, key: str, who: Operator) -> Work:
    """The newest message becomes a ticket of its own."""
    version = version_seen(database)
    newest = select(func.max(TicketMessage.id)).where(TicketMessage.kind == MessageKind.CUSTOMER)
    message = database.read(lambda c: c.execute(newest).scalar_one())
    return lambda unit: split(unit, TICKET, [message], f"Else {number}", version=version)


def _other_ticket(database: Database, number: int, who: Operator) -> None:
    newest = NOW + timedelta(days=3650, minutes=number)  # of those that are offered
    add_ticket(database, f"Other {number}", at=newest, customer_id=CUSTOMER, partner_id=7)


def _newest_ticket(connection: Connection) -> int:
    return connection.execute(select(func.max(Ticket.id))).scalar_one()


def linked(database: Database, number: int, key: str, who: Operator) -> Work:
    """Two tickets, both ways."""
    version, row = version_seen(database), {"id": TICKET, "customer_id": CUSTOMER}
    offered = database.read(lambda connection: list(linkable(connection, row)))
    other = max(offered, key=lambda one: one.id)
    return lambda unit: add_link(unit, TICKET, other.table, other.id, other.value, version=version)


def _drafts(database: Database, number: int, who: Operator) -> None:
    """Of a colleague, in the same ticket."""
    colleague = PAM if who.role == Role.PARTNER else BOB if who.id == ANN.id else ANN
    what = DraftOf("tickets", TICKET, REPLY)
    sealed = seal_draft(VAULT, colleague.id, what, StoredDraft({"text": f"round {number}"}, NOW))
    database.write(lambda connection: write_draft(connection, colleague.id, what, sealed, NOW))


def taken_over(database: Database, number: int, key: str, who: Operator) -> Work:
    """The colleague's ticket, with their draft."""
    version = version_seen(database)
    return lambda unit: take_over(unit, VAULT, TICKET, version=version)


def _reply_waits(database: Database, number: int, who: Operator) -> None:
    with UnitOfWork(database, who) as unit:
        reply(unit, TICKET, f"round {number}", None, read_to=ALL_READ, mailing=Mailing(ADDRESS))
        unit.commit()


def recalled(database: Database, number: int, key: str, who: Operator) -> Work:
    """The reply whose mail waits."""
    waiting = select(func.max(OutboxMail.ticket_message_id)).where(OutboxMail.state == OutboxState.WAITING)
    message = database.read(lambda c: c.execute(waiting).scalar_one())
    return lambda unit: recall(unit, message)


def merging(database: Database, number: int, key: str, who: Operator) -> Work:
    """A ticket is merged into the first one."""
    merged = database.read(_newest_ticket)
    return lambda unit: merge(unit, merged, TICKET, version=1, vault=None)


def _merged(database: Database, number: int, who: Operator) -> None:
    add_ticket(database, f"No audio {number}", "Two", "Three", customer_id=CUSTOMER, partner_id=7)


TICKET_FLOWS = {
    "ticket reply": Flow(ticket, ticket_reply, replied),
    "merge of tickets": Flow(ticket, merging, counts(Ticket, Ticket.merged_into_id.is_not(None)), prepare=_merged),
    "ticket state": Flow(ticket, ticket_state, counts(TicketMessage, event("state: "))),
    "ticket snoozed": Flow(ticket, snoozed, counts(TicketWatch)),
    "ticket assigned": Flow(ticket, assigned, counts(TicketMessage, event("assigned to "))),
    "ticket tagged": Flow(ticket, tagged, counts(TicketMessage, event("tags: "))),
    "ticket split": Flow(ticket, split_off, counts(Ticket, Ticket.split_from_id.is_not(None)), prepare=_message),
    "ticket linked": Flow(ticket, linked, lambda database: count(database, TicketLink) // 2, prepare=_other_ticket),
    "take-over with draft": Flow(
        ticket, taken_over, counts(TicketMessage, event("assigned to ")), prepare=_drafts, commits=2
    ),
    "recall of a reply": Flow(
        ticket, recalled, counts(OutboxMail, OutboxMail.state == OutboxState.CANCELLED), prepare=_reply_waits
    ),
}
"""Cut at each statement by tests/faults, and tried as each role by tests/db/security."""
MORE_TICKET_FLOWS = {
    "internal note": Flow(ticket, ticket_note, counts(TicketMessage, TicketMessage.kind == MessageKind.NOTE)),
    "ticket priority": Flow(ticket, priority, counts(TicketMessage, event("priority: "))),
}
"""Tried as each role alone."""
