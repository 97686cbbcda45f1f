"""Tickets, their conversation, canned responses and SLA targets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.db.rows.types import JsonObject
from partnertui.domain.support import MessageKind, Priority, TicketState


class Ticket(MaybeOwned, Versioned, Base):
    """A support case; pausing moves its SLA due times (see domain/support)."""

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
    __table_args__ = (Index("ix_ticket_messages_ticket_id_at", "ticket_id", "at"),)


class TicketAttachment(MaybeOwned, Base):
    """A file attached to a message: any file, or a trace, MTR or SIP test."""

    __tablename__ = "ticket_attachments"
    message_id: Mapped[int] = mapped_column(ForeignKey("ticket_messages.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]


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
    """A prepared reply with variables such as {customer.company}."""

    __tablename__ = "canned_responses"
    name: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str | None]
    body: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    enabled: Mapped[bool] = mapped_column(default=True)


class SlaTarget(Versioned, Base):
    """The SLA times of a priority, in minutes."""

    __tablename__ = "sla_targets"
    priority: Mapped[Priority] = mapped_column(EnumText(Priority), unique=True)
    first_answer_minutes: Mapped[int]
    solution_minutes: Mapped[int]
    __table_args__ = (CheckConstraint("first_answer_minutes > 0 AND solution_minutes > 0", name="minutes"),)
