"""Tickets, their conversation, tags, links, watches and presence; canned responses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.ticket_enums import MessageKind, ParticipantKind, Priority, TicketState, WatchKind


class Ticket(MaybeOwned, Versioned, Base):
    """A support case; pausing moves its SLA due times (see domain/sla_targets)."""

    __tablename__ = "tickets"
    number: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str]
    requester_name: Mapped[str | None]
    requester_email: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"), index=True)
    priority: Mapped[Priority] = mapped_column(EnumText(Priority), default=Priority.NORMAL)
    priority_rank: Mapped[int] = mapped_column(default=2)
    state: Mapped[TicketState] = mapped_column(EnumText(TicketState), default=TicketState.NEW)
    channel: Mapped[str] = mapped_column(default="e-mail")
    created_at: Mapped[datetime] = mapped_column(default=now)
    snoozed_until: Mapped[datetime | None]
    first_answer_due_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    solution_due_at: Mapped[datetime | None]
    sla_due_at: Mapped[datetime | None]
    sla_paused_since: Mapped[datetime | None]
    sla_paused_seconds: Mapped[int] = mapped_column(default=0)
    sla_warn_at: Mapped[datetime | None]
    """When the due time that runs is near, counted back in business hours."""
    language: Mapped[str | None]
    """Language of the requester's last message, as a code; NULL if unknown."""
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    last_update_at: Mapped[datetime] = mapped_column(default=now)
    last_update_by: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    cdr_id: Mapped[int | None]
    aor: Mapped[str | None]
    payment_id: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("priority_rank BETWEEN 1 AND 4", name="rank"),
        CheckConstraint("state <> 'snoozed' OR snoozed_until IS NOT NULL", name="snoozed"),
        Index("ix_tickets_state_last_update_at", "state", "last_update_at"),
        Index("ix_tickets_last_update_at", "last_update_at"),
        Index("ix_tickets_sla_due_at", "sla_due_at"),
        Index("ix_tickets_created_at", "created_at"),
        Index("ix_tickets_subject", "subject"),
    )


class TicketMessage(MaybeOwned, Base):
    """One entry of a ticket's conversation; `facts` are the changes of an event."""

    __tablename__ = "ticket_messages"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    author: Mapped[str]
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    facts: Mapped[JsonObject | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mails.id"))
    """The mail that the message came in, whose headers and raw text can be read."""
    recipients: Mapped[JsonObject | None]
    """Whom a reply went to: {"to": [address], "cc": [address], "bcc": [address]}."""
    caution: Mapped[str | None]
    """What to know before the message is trusted, such as "by subject only"; NULL for nothing."""
    __table_args__ = (
        Index("ix_ticket_messages_ticket_id_at", "ticket_id", "at"),
        Index("ix_ticket_messages_mail_id", "mail_id"),
    )


class TicketAttachment(MaybeOwned, Base):
    """A file attached to a message: any file, or evidence (a trace, MTR, SIP test, CDR, payment …) as a snapshot.

    `evidence` is what a snapshot shows, so that it is drawn as a ladder or table again; `content` is its text.
    """

    __tablename__ = "ticket_attachments"
    message_id: Mapped[int] = mapped_column(ForeignKey("ticket_messages.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]
    size: Mapped[int | None]
    content_id: Mapped[str | None]
    """Content-ID of an inline image (RFC 2392); NULL for any other file."""
    evidence_kind: Mapped[str | None]
    evidence: Mapped[JsonObject | None]


class TicketLink(MaybeOwned, Base):
    """A row of another table, or a Call-ID or number, that a ticket is about."""

    __tablename__ = "ticket_links"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    object_table: Mapped[str]
    """"call_ids" and "numbers" for what has no row."""
    object_id: Mapped[int | None]
    value: Mapped[str]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_messages.id"))
    """The message that names it; NULL if an agent linked it."""
    __table_args__ = (
        UniqueConstraint("ticket_id", "object_table", "value"),
        Index("ix_ticket_links_object_table_value", "object_table", "value"),
    )


class TicketParticipant(MaybeOwned, Base):
    """An address that takes part in a ticket."""

    __tablename__ = "ticket_participants"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    address: Mapped[str] = mapped_column(index=True)
    name: Mapped[str | None]
    kind: Mapped[ParticipantKind] = mapped_column(EnumText(ParticipantKind))
    __table_args__ = (UniqueConstraint("ticket_id", "address"),)


class TicketWatch(MaybeOwned, Base):
    """What brings a ticket back: a time, or an event (a call, registration, payment or failure) after `since`.

    A promise made in an answer is one of kind "promise", with the words in `text`.
    """

    __tablename__ = "ticket_watches"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[WatchKind] = mapped_column(EnumText(WatchKind))
    value: Mapped[str | None]
    """The number, AOR or payment that is waited for; NULL for a time."""
    since: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None]
    text: Mapped[str | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_messages.id"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[str | None]
    """What happened, in words, or why it was ended."""
    __table_args__ = (Index("ix_ticket_watches_done_at_due_at", "done_at", "due_at"),)


class TicketTag(MaybeOwned, Base):
    """A tag on a ticket."""

    __tablename__ = "ticket_tags"
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    tag: Mapped[str] = mapped_column(index=True)
    __table_args__ = (UniqueConstraint("ticket_id", "tag"),)


class TicketViewer(Base):
    """An operator who has a ticket open, or is typing; a row expires some seconds after `seen_at`."""

    __tablename__ = "ticket_viewers"
    history = False
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    typing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("ticket_id", "operator_id"),)


class CannedResponse(Versioned, Base):
    """A prepared reply with variables such as {customer.company}; one for each language under the same name."""

    __tablename__ = "canned_responses"
    name: Mapped[str]
    folder: Mapped[str | None]
    subject: Mapped[str | None]
    body: Mapped[str]
    language: Mapped[str] = mapped_column(default=DEFAULT_LANGUAGE)
    enabled: Mapped[bool] = mapped_column(default=True)
    used: Mapped[int] = mapped_column(default=0, server_default="0")
    """In how many replies that were sent."""
    last_used_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("name", "language"),)
