"""Mailboxes, the mails that came in, and the outbox of those that go out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.domain.mail_states import MailKind, OutboxState


class Mailbox(Versioned, Base):
    """An address of support: where its mail is read (IMAP) and through what it is sent (SMTP)."""

    __tablename__ = "mailboxes"
    secrets = frozenset({"password_ciphertext"})
    name: Mapped[str] = mapped_column(unique=True)
    """The sender's name that customers see."""
    address: Mapped[str] = mapped_column(unique=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    """NULL for the provider's own."""
    imap_host: Mapped[str | None]
    imap_port: Mapped[int] = mapped_column(default=993)
    imap_security: Mapped[str] = mapped_column(default="tls")
    """tls, starttls or none."""
    folder: Mapped[str] = mapped_column(default="INBOX")
    smtp_host: Mapped[str | None]
    smtp_port: Mapped[int] = mapped_column(default=465)
    smtp_security: Mapped[str] = mapped_column(default="tls")
    login: Mapped[str | None]
    sign_in: Mapped[str] = mapped_column(default="password")
    """password, or oauth2: the secret is then a refresh token."""
    password_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_secret: Mapped[bool] = mapped_column(Computed("password_ciphertext IS NOT NULL", persisted=True))
    token_url: Mapped[str | None]
    client_id: Mapped[str | None]
    copies_to: Mapped[str | None]
    """Address that gets a blind copy of each mail sent, through which an unknown outcome is settled; NULL for none."""
    enabled: Mapped[bool] = mapped_column(default=True)


class MailboxState(Base):
    """How far a mailbox has been read, and what went wrong last."""

    __tablename__ = "mailbox_states"
    history = False
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), unique=True)
    uid_validity: Mapped[int | None]
    last_uid: Mapped[int] = mapped_column(default=0)
    read_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    read_error: Mapped[str | None]
    read_failing_since: Mapped[datetime | None]
    send_error: Mapped[str | None]
    send_failing_since: Mapped[datetime | None]


class Mail(MaybeOwned, Base):
    """A mail as it came in, also one that could not be parsed."""

    __tablename__ = "mails"
    history = False
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    uid_validity: Mapped[int]
    uid: Mapped[int]
    message_id: Mapped[str | None] = mapped_column(index=True)
    content_hash: Mapped[str]
    """SHA-256 of the mail without its trace headers: a second copy has the same."""
    from_address: Mapped[str | None]
    subject: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    """By the mail's own Date header."""
    received_at: Mapped[datetime] = mapped_column(default=now)
    size: Mapped[int]
    raw: Mapped[bytes]
    kind: Mapped[MailKind] = mapped_column(EnumText(MailKind))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    problem: Mapped[str | None]
    """Why it could not be parsed, or was not imported."""
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uid_validity", "uid"),
        Index("ix_mails_content_hash", "content_hash"),
        Index("ix_mails_received_at", "received_at"),
    )


class MailReference(Base):
    """A Message-ID that belongs to a ticket, sent or received: answers to it go there."""

    __tablename__ = "mail_references"
    history = False
    message_id: Mapped[str] = mapped_column(unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)


class OutboxMail(MaybeOwned, Base):
    """A mail that goes out once: written with the reply in one transaction, sent by the mail service.

    `body` may hold variables until it is sent. A row in state "sending" whose service ended has an unknown outcome.
    """

    __tablename__ = "outbox_mails"
    history = False
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
    """NULL while no mailbox is set up: it then waits."""
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    ticket_message_id: Mapped[int] = mapped_column(ForeignKey("ticket_messages.id"), unique=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    """Message-ID header, made when the reply is written."""
    recipients: Mapped[JsonObject]
    """{"to": [address], "cc": [address], "bcc": [address]}."""
    subject: Mapped[str]
    body: Mapped[str]
    state: Mapped[OutboxState] = mapped_column(EnumText(OutboxState), default=OutboxState.WAITING)
    not_before: Mapped[datetime] = mapped_column(default=now)
    """Not sent earlier: ten seconds for undo, or the time the agent chose."""
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    handed_at: Mapped[datetime | None]
    """Set right before the text goes to the server: a mail that was claimed without it certainly did not go out."""
    sent_at: Mapped[datetime | None]
    server_answer: Mapped[str | None]
    problem: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent"),
        Index(
            "ix_outbox_mails_due",
            "not_before",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )
