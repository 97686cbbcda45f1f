"""Invoices and credit notes as they were issued, and the counters that their numbers come from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, now
from partnertui.db.models.types import EnumText
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.domain.billing_enums import DocumentKind


class Invoice(Owned, Base):
    """An issued document. PDF and XML are made from `snapshot` alone, so what changes later never changes them."""

    __tablename__ = "invoices"
    transaction_id: Mapped[int] = mapped_column(ForeignKey("transactions.id"), unique=True)
    kind: Mapped[DocumentKind] = mapped_column(EnumText(DocumentKind))
    seller_id: Mapped[int]
    """The partner who sells; 0 is the provider, because NULL would be unique beside itself."""
    year: Mapped[int]
    sequence: Mapped[int | None]
    """None where the number was given by another program before."""
    number: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    credits_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    """The invoice that a credit note is about."""
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_logos.id"))
    snapshot: Mapped[JsonObject]
    __table_args__ = (
        UniqueConstraint("seller_id", "number"),
        UniqueConstraint("seller_id", "kind", "year", "sequence"),
        CheckConstraint("sequence > 0", name="sequence"),
    )


class InvoiceCounter(Base):
    """The last number that a seller used in a year; locked by the transaction that issues the next one."""

    __tablename__ = "invoice_counters"
    history = False
    seller_id: Mapped[int]
    kind: Mapped[DocumentKind] = mapped_column(EnumText(DocumentKind))
    year: Mapped[int]
    last: Mapped[int]
    __table_args__ = (UniqueConstraint("seller_id", "kind", "year"), CheckConstraint("last >= 0", name="last"))


class InvoiceLogo(Base):
    """A logo as it was on documents: another one is another row."""

    __tablename__ = "invoice_logos"
    history = False
    digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the content, in hexadecimal."""
    content: Mapped[bytes]
