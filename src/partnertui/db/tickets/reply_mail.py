"""Queues a reply's mail in the outbox, with attachments and reminders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import BigInteger, Connection, Select, Text, column, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from partnertui.db.models import (
    CannedResponse,
    Customer,
    Mailbox,
    MailReference,
    OutboxMail,
    Ticket,
    TicketAttachment,
    TicketMessage,
    TicketParticipant,
)
from partnertui.db.models.base import now, table_of
from partnertui.db.tickets.reminders import add_reminders
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.mail_recipients import Recipients
from partnertui.domain.promised_dates import Promise
from partnertui.domain.reply_recall import RECALL_SECONDS
from partnertui.domain.ticket_enums import ParticipantKind

MOST_BYTES = 20_000_000
"""Of all attachments of a reply; most mail servers refuse more."""
NO_DOMAIN = "partnertui.invalid"
"""Right side of a Message-ID while there is no mailbox (RFC 2606)."""


@dataclass(frozen=True)
class NewAttachment:
    """A file to attach."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mailing:
    """How a reply goes out. `evidence`: IDs of attachments of the ticket that are attached to the reply, too.

    `language` is the ticket's from now on, "" to leave it: amounts and dates follow it.
    """

    recipients: Recipients
    send_at: datetime | None = None
    subject: str = ""
    canned: tuple[int, ...] = ()
    files: tuple[NewAttachment, ...] = ()
    evidence: tuple[int, ...] = ()
    reminders: tuple[Promise, ...] = field(default=())
    language: str = ""


def default_recipients(connection: Connection, ticket_id: int) -> Recipients:
    """The requester, else the customer; people in copy get a copy. Strangers get nothing."""
    found = connection.execute(
        select(Ticket.requester_email, Customer.email)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.id == ticket_id)
    ).first()
    address = (found.requester_email or found.email) if found is not None else None
    copied = select(TicketParticipant.address).where(
        TicketParticipant.ticket_id == ticket_id, TicketParticipant.kind == ParticipantKind.COPIED
    )
    others = [one for one in connection.execute(copied.order_by(TicketParticipant.id)).scalars() if one != address]
    return Recipients((address,) if address else (), tuple(others))


def put_in_outbox(work: UnitOfWork, ticket: Ticket, message: TicketMessage, text: str, mailing: Mailing) -> None:
    """Adds the mail of a reply; `text` is as it was written, with its variables."""
    work.session.flush()  # gives the message its ID
    mailbox = work.session.execute(_mailbox_of(work.session.connection(), ticket.partner_id)).first()
    domain = mailbox.address.rpartition("@")[2] if mailbox is not None else NO_DOMAIN
    message_id = f"<{ticket.number}.{token_hex(12)}@{domain}>"
    message.recipients = mailing.recipients.as_json()
    owner = {"customer_id": ticket.customer_id, "partner_id": ticket.partner_id}
    mail = OutboxMail(
        mailbox_id=mailbox.id if mailbox is not None else None,
        ticket_id=ticket.id,
        ticket_message_id=message.id,
        message_id=message_id,
        recipients=mailing.recipients.as_json(),
        subject=mailing.subject or f"Re: {ticket.subject} [#{ticket.number}]",
        body=text,
        not_before=mailing.send_at or now() + timedelta(seconds=RECALL_SECONDS),
        **owner,
    )
    work.add(mail)
    work.session.add(MailReference(message_id=message_id, ticket_id=ticket.id))
    count_canned(work, mailing.canned, is_used=True)
    add_reminders(work, ticket, message, mailing.reminders)


def count_canned(work: UnitOfWork, canned: Collection[int], *, is_used: bool) -> None:
    """Counts canned responses as used, or as not used after all."""
    if not canned:
        return
    if work.session.connection().dialect.name == "postgresql":
        work.session.execute(select(func.priv.count_canned(literal(list(canned), ARRAY(BigInteger)), is_used)))
        return
    # Counted by the database, so that two replies that are sent at once both count.
    table = table_of(CannedResponse)
    if is_used:
        counted = update(table).values(used=table.c.used + 1, last_used_at=now())
    else:
        counted = update(table).where(table.c.used > 0).values(used=table.c.used - 1)
    work.session.execute(counted.where(table.c.id.in_(canned)))


def attach(
    work: UnitOfWork, message: TicketMessage, files: tuple[NewAttachment, ...], evidence: tuple[int, ...]
) -> None:
    """Attaches files and copies of the ticket's evidence to a message.

    Raises DomainError if they are too large, or if evidence is another ticket's, such as after it was split.
    """
    if not files and not evidence:
        return
    work.session.flush()
    owner = {"customer_id": message.customer_id, "partner_id": message.partner_id, "message_id": message.id}
    for file in files:
        values = {"name": file.name, "media_type": file.media_type, "content": file.content}
        work.add(TicketAttachment(**owner, **values, size=len(file.content)))
    size = sum(len(file.content) for file in files)
    for key in evidence:
        one = work.get(TicketAttachment, key)
        # Two tickets may be of two customers: what belongs to one must never be mailed to the other.
        if work.get(TicketMessage, one.message_id).ticket_id != message.ticket_id:
            raise DomainError(
                f"{one.name} is attached to another ticket now.", "Remove it from the reply.", field="attachments"
            )
        size += len(one.content)
        kept = {"evidence_kind": one.evidence_kind, "evidence": one.evidence}
        values = {"name": one.name, "media_type": one.media_type, "content": one.content}
        work.add(TicketAttachment(**owner, **values, **kept, size=len(one.content)))
    if size > MOST_BYTES:
        raise DomainError(
            f"The attachments are too large: {size / 1e6:.1f} MB.",
            f"Most mail servers refuse more than {MOST_BYTES // 1_000_000} MB: remove one.",
            field="attachments",
        )


def _mailbox_of(connection: Connection, partner_id: int | None) -> Select[int, str]:
    """The partner's mailbox, else the provider's with the lowest ID, which partners don't see."""
    if connection.dialect.name == "postgresql":
        found = func.priv.reply_mailbox(partner_id).table_valued(column("id", BigInteger), column("address", Text))
        return select(found.c.id, found.c.address)
    usable = or_(Mailbox.partner_id.is_(None), Mailbox.partner_id == partner_id)
    return (
        select(Mailbox.id, Mailbox.address)
        .where(Mailbox.enabled, usable)
        .order_by(Mailbox.partner_id.is_(None), Mailbox.id)
        .limit(1)
    )
