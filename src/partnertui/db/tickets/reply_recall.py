"""Recalls a reply while its mail is still waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from partnertui.db.models import OutboxMail, Ticket, TicketAttachment, TicketMessage, TicketWatch
from partnertui.db.models.base import now
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import JsonObject, RowDict
from partnertui.db.tickets.due_times import note_state
from partnertui.db.tickets.reply_mail import count_canned
from partnertui.db.tickets.states import change_state
from partnertui.db.tickets.watch_endings import resume_watches
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_states import OutboxState
from partnertui.domain.reply_recall import RECALL_SECONDS
from partnertui.domain.ticket_enums import MessageKind, TicketState

RECALLED = "recalled the reply before it was sent"


def state_before(ticket: Ticket, canned: tuple[int, ...]) -> JsonObject:
    """What a reply changes in its ticket, so that it can be put back."""
    answered, snoozed = ticket.first_answered_at, ticket.snoozed_until
    return {
        "state": str(ticket.state),
        "snoozed_until": snoozed.isoformat() if snoozed is not None else None,
        "agent_id": ticket.agent_id,
        "first_answered_at": answered.isoformat() if answered is not None else None,
        "canned": list(canned),
    }


def newest_waiting(connection: Connection, operator_id: int, ticket_id: int | None = None) -> RowDict | None:
    """The operator's reply of the last seconds whose mail has not been sent, else one of the ticket that waits."""
    just_written = OutboxMail.created_at > now() - timedelta(seconds=RECALL_SECONDS)
    columns = (
        OutboxMail.ticket_id,
        OutboxMail.ticket_message_id.label("message_id"),
        OutboxMail.body,
        OutboxMail.recipients,
        Ticket.number,
        Ticket.language,
        TicketMessage.facts,
    )
    mine = (
        select(*columns)
        .join(TicketMessage, TicketMessage.id == OutboxMail.ticket_message_id)
        .join(Ticket, Ticket.id == OutboxMail.ticket_id)
        .where(
            TicketMessage.author_id == operator_id,
            OutboxMail.state.in_((OutboxState.WAITING, OutboxState.BLOCKED)),
            or_(just_written, OutboxMail.ticket_id == ticket_id),
        )
        .order_by(just_written.desc(), OutboxMail.id.desc())
        .limit(1)
    )
    found = fetch_dicts(connection, mine)
    return found[0] | {"attached": _attached(connection, found[0]["message_id"])} if found else None


def _attached(connection: Connection, message_id: int) -> JsonObject:
    """Names of what is attached to a message, by ID as text: it stays in the ticket, for another reply to attach."""
    columns = (TicketAttachment.id, TicketAttachment.name)
    rows = connection.execute(select(*columns).where(TicketAttachment.message_id == message_id))
    return {str(row.id): row.name for row in rows}


def recall(work: UnitOfWork, message_id: int) -> None:
    """Cancels the mail of a reply and puts the ticket's state back; the conversation says that it was taken back.

    Raises DomainError if the mail is being sent, or was.
    """
    statement = select(OutboxMail).where(OutboxMail.ticket_message_id == message_id).with_for_update()
    mail = work.session.scalars(statement).one_or_none()
    message = work.get(TicketMessage, message_id)
    if mail is None or mail.state not in (OutboxState.WAITING, OutboxState.BLOCKED):
        raise DomainError("The e-mail is no longer waiting to be sent.", "Send another reply.")
    mail.state = OutboxState.CANCELLED
    ticket = work.get(Ticket, message.ticket_id, lock=True)
    before = (message.facts or {}).get("before") or {}
    if message.kind == MessageKind.REPLY and before:
        _put_back(work, ticket, before)
    message.kind, message.body = MessageKind.EVENT, RECALLED
    work.session.execute(delete(TicketWatch).where(TicketWatch.message_id == message_id, TicketWatch.done_at.is_(None)))


def _put_back(work: UnitOfWork, ticket: Ticket, before: JsonObject) -> None:
    answered = before["first_answered_at"]
    ticket.first_answered_at = datetime.fromisoformat(answered) if answered else None
    ticket.agent_id = before["agent_id"]
    ticket.language = before.get("language", ticket.language)  # replies of earlier releases didn't set it
    note_state(work, ticket, ticket.state, ticket.state, now())  # the first answer is due again
    state = TicketState(before["state"])
    until = before.get("snoozed_until")
    if state == TicketState.SNOOZED and until is None:
        state = TicketState.OPEN  # replies of earlier releases didn't keep until when
    if state != ticket.state:
        ticket.snoozed_until = datetime.fromisoformat(until) if until else None
        resume_watches(work, ticket, state)  # before the state: its event would be the newest
        change_state(work, ticket, state)
    count_canned(work, before["canned"], is_used=False)
