"""The program's own data: history and its audit chain, notes, views, drafts, committed writes, folders, probes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned, now
from partnertui.db.rows.type_aliases import JsonObject


class History(Base):
    """A change to a row: by whom, when, and what; `changes` is {field: [old, new]}. Rows are never changed or deleted.

    The rows of one customer that one transaction (on PostgreSQL, one statement) added are a batch of its audit chain.
    """

    __tablename__ = "history"
    history = False
    at: Mapped[datetime] = mapped_column(default=now)
    operator_id: Mapped[int | None]
    operator_name: Mapped[str]
    object_table: Mapped[str]
    object_id: Mapped[int]
    action: Mapped[str]
    changes: Mapped[JsonObject]
    customer_id: Mapped[int | None]
    partner_id: Mapped[int | None]
    batch: Mapped[int | None]
    """Of which batch it is; NULL until its transaction ends."""
    salt: Mapped[bytes | None]
    """Hashed with `changes`, so that they can't be guessed from the hash once they are erased."""
    changes_hash: Mapped[bytes | None]
    """SHA-256 of salt and changes, once both were erased; NULL before."""
    __table_args__ = (
        Index("ix_history_object", "object_table", "object_id", "id"),
        Index("ix_history_customer_id", "customer_id", "batch", "id"),
        Index("ix_history_unchained", "id", sqlite_where=text("batch IS NULL"), postgresql_where=text("batch IS NULL")),
        Index("ix_history_partner_id", "partner_id"),
        Index("ix_history_at", "at"),
    )


class AuditLink(Base):
    """A batch of history in the chain of a customer: what it says, and the hash of everything up to it."""

    __tablename__ = "audit_links"
    history = False
    owner_id: Mapped[int]
    """The customer; 0 for what belongs to none."""
    sequence: Mapped[int]
    """1 for the customer's first batch."""
    batch: Mapped[int]
    entries: Mapped[int]
    """Rows of the batch."""
    digest: Mapped[bytes]
    chain: Mapped[bytes]
    __table_args__ = (
        UniqueConstraint("owner_id", "sequence"),
        UniqueConstraint("batch", "owner_id"),
    )


class AuditHead(Base):
    """The end of a customer's chain; locked while a batch is added."""

    __tablename__ = "audit_heads"
    history = False
    owner_id: Mapped[int] = mapped_column(unique=True)
    sequence: Mapped[int]
    entries: Mapped[int]
    """Rows in the whole chain."""
    chain: Mapped[bytes]


class Note(Versioned, Base):
    """A note on any row; only its author may edit it."""

    __tablename__ = "notes"
    object_table: Mapped[str]
    object_id: Mapped[int]
    body: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    author_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    partner_id: Mapped[int | None] = mapped_column(index=True)
    __table_args__ = (Index("ix_notes_object", "object_table", "object_id", "id"),)


class SavedView(Versioned, Base):
    """A filter saved under a name, for one operator, or for all if `operator_id` is NULL."""

    __tablename__ = "saved_views"
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    screen: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]
    sort: Mapped[str | None]
    columns: Mapped[list[str] | None]
    __table_args__ = (UniqueConstraint("operator_id", "screen", "name"),)


class SentView(Base):
    """A view that an operator sent to a colleague, who opens it by its code."""

    __tablename__ = "sent_views"
    history = False
    code: Mapped[str] = mapped_column(unique=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    screen: Mapped[str]
    location: Mapped[JsonObject]
    """Record, filters, tab, sort and the row under the cursor."""
    sent_at: Mapped[datetime] = mapped_column(default=now)


class Draft(Base):
    """An unfinished text, as ciphertext, so that a dropped session loses nothing."""

    __tablename__ = "drafts"
    history = False
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    object_table: Mapped[str]
    object_id: Mapped[int]
    form: Mapped[str]
    text_ciphertext: Mapped[bytes]
    saved_at: Mapped[datetime] = mapped_column(default=now)
    customer_id: Mapped[int | None]
    partner_id: Mapped[int | None]
    __table_args__ = (UniqueConstraint("operator_id", "object_table", "object_id", "form"),)


class CommittedWrite(Base):
    """The idempotency key of a write that was committed, so that an unknown outcome can be looked up."""

    __tablename__ = "committed_writes"
    history = False
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str]
    """Hash of what was written; "" where only the key counts."""
    operator_id: Mapped[int]
    committed_at: Mapped[datetime] = mapped_column(default=now)
    result: Mapped[str | None]
    """What the write returned, as JSON."""
    __table_args__ = (Index("ix_committed_writes_operator_id_committed_at", "operator_id", "committed_at"),)


class VaultKey(Base):
    """A data key of the vault, wrapped by the master key; a customer's own is destroyed when they are erased."""

    __tablename__ = "vault_keys"
    history = False
    key_id: Mapped[str] = mapped_column(unique=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(default=now)
    owner_id: Mapped[int | None] = mapped_column(index=True)
    """The customer whose values it seals; NULL for the keys of all else."""


class CaptureFolder(Versioned, Base):
    """A folder on the support host that has captures."""

    __tablename__ = "capture_folders"
    name: Mapped[str] = mapped_column(unique=True)
    path: Mapped[str] = mapped_column(unique=True)
    pattern: Mapped[str] = mapped_column(default="*.pcap*")
    enabled: Mapped[bool] = mapped_column(default=True)


class ProbeRun(Base):
    """A probe that was sent, with its result once it has ended; probe limits count them over all sessions."""

    __tablename__ = "probe_runs"
    history = False
    at: Mapped[datetime] = mapped_column(default=now)
    operator_id: Mapped[int]
    kind: Mapped[str]
    target: Mapped[str]
    outcome: Mapped[str | None]
    """In a few words; NULL until it has ended."""
    phone: Mapped[str | None]
    """AOR of the phone; NULL where only an address is known."""
    customer_id: Mapped[int | None]
    partner_id: Mapped[int | None]
    report: Mapped[str | None]
    """The result as text, as it goes into a ticket."""
    figures: Mapped[JsonObject | None]
    """What two results are compared by: {label: value}."""
    __table_args__ = (
        Index("ix_probe_runs_phone_id", "phone", "id"),
        Index("ix_probe_runs_target_at", "target", "at"),
        Index("ix_probe_runs_operator_id_at", "operator_id", "at"),
    )
