"""DDIs, and orders of new ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Owned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.pbx_enums import ActingParty, DdiState, PendingKind, PendingState, TargetType


class Ddi(MaybeOwned, Versioned, Base):
    """A number (E.164 digits), in stock or a customer's, and its route; `target_id` is an ID of `route_type`."""

    __tablename__ = "ddis"
    number: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    area: Mapped[str | None]
    route_type: Mapped[TargetType] = mapped_column(EnumText(TargetType), default=TargetType.NONE)
    target_id: Mapped[int | None]
    target: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    price_list_entry_id: Mapped[int | None] = mapped_column(ForeignKey("price_list_entries.id"))
    setup_fee: Mapped[int] = mapped_column(default=0)
    monthly_fee: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str | None]
    in_unlimited_plan: Mapped[bool] = mapped_column(default=False)
    special_case: Mapped[bool] = mapped_column(default=False)
    pattern_reason: Mapped[str | None]
    """Why the numbering plan wasn't checked when it was added; NULL where it was."""
    billing_starts_at: Mapped[datetime | None]
    state: Mapped[DdiState] = mapped_column(EnumText(DdiState), default=DdiState.FREE)
    quarantined_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (
        CheckConstraint("state <> 'active' OR customer_id IS NOT NULL", name="active"),
        Index("ix_ddis_country", "country"),
    )


class PendingDdi(Owned, Versioned, Base):
    """An order of new or ported numbers that aren't live yet; its state sums up those of its numbers."""

    __tablename__ = "pending_ddis"
    order_number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PendingKind] = mapped_column(EnumText(PendingKind))
    country: Mapped[str]
    first_number: Mapped[str | None] = mapped_column(index=True)
    numbers: Mapped[list[str]]
    quantity: Mapped[int] = mapped_column(default=1)
    losing_carrier: Mapped[str | None]
    requested_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    documents_missing: Mapped[str | None]
    state: Mapped[PendingState] = mapped_column(EnumText(PendingState), default=PendingState.DRAFT)
    required_action: Mapped[str | None]
    rejected_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)


class PendingDdiNumber(Owned, Versioned, Base):
    """One number of an order: how far it is, who must act, and the DDI that it is going to be.

    Numbers of one order go their own ways: a split port is normal. `target_id` is an ID of `route_type`.
    """

    __tablename__ = "pending_ddi_numbers"
    order_id: Mapped[int] = mapped_column(ForeignKey("pending_ddis.id"))
    number: Mapped[str] = mapped_column(index=True)
    state: Mapped[PendingState] = mapped_column(EnumText(PendingState), default=PendingState.DRAFT)
    documents_missing: Mapped[str | None]
    acting_party: Mapped[ActingParty | None] = mapped_column(EnumText(ActingParty))
    required_action: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Of a rejection, or of the exception that it came back with."""
    route_type: Mapped[TargetType] = mapped_column(EnumText(TargetType), default=TargetType.NONE)
    target_id: Mapped[int | None]
    target: Mapped[str | None]
    price_list_entry_id: Mapped[int | None] = mapped_column(ForeignKey("price_list_entries.id"))
    ddi_id: Mapped[int | None] = mapped_column(ForeignKey("ddis.id"))
    activated_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("order_id", "number"),)
