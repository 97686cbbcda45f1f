"""Price lists, plans and products; money in micro-units of the list's currency."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned
from partnertui.db.models.types import EnumText
from partnertui.domain.billing_enums import BillingPeriod, ItemType
from partnertui.domain.price_list_enums import PriceListKind


class PriceList(Versioned, Base):
    """Prices of one kind in one currency."""

    __tablename__ = "price_lists"
    name: Mapped[str]
    kind: Mapped[PriceListKind] = mapped_column(EnumText(PriceListKind))
    currency: Mapped[str]
    enabled: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (UniqueConstraint("name", "currency"),)


class PriceListEntry(Versioned, Base):
    """One price: per minute to a prefix, of a DDI in an area, or of a product."""

    __tablename__ = "price_list_entries"
    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_lists.id"))
    name: Mapped[str]
    prefix: Mapped[str | None]
    country: Mapped[str | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    per_minute: Mapped[int | None]
    per_call: Mapped[int | None]
    setup_fee: Mapped[int | None]
    monthly_fee: Mapped[int | None]
    first_seconds: Mapped[int] = mapped_column(default=60)
    step_seconds: Mapped[int] = mapped_column(default=1)
    unlimited: Mapped[bool] = mapped_column(default=False)
    minimum_charge: Mapped[int | None]
    """The least that a call costs."""
    valid_from: Mapped[date | None]
    """The first day on which it is valid, by the customer's clock; None: always was."""
    valid_to: Mapped[date | None]
    """The last day; None: without an end."""
    __table_args__ = (
        CheckConstraint("first_seconds > 0 AND step_seconds > 0", name="steps"),
        Index("ix_price_list_entries_price_list_id_prefix", "price_list_id", "prefix"),
        Index("ix_price_list_entries_name", "name"),
    )


class RatedTerms(Base):
    """What a price said when calls were charged by it: kept as it was, so that each charge can be explained later."""

    # no foreign keys: price and list may be deleted
    __tablename__ = "rated_terms"
    history = False
    fingerprint: Mapped[str] = mapped_column(unique=True)
    price_id: Mapped[int] = mapped_column(index=True)
    price_list_id: Mapped[int]
    price_list: Mapped[str]
    name: Mapped[str]
    prefix: Mapped[str]
    currency: Mapped[str]
    per_minute: Mapped[int]
    per_call: Mapped[int]
    minimum: Mapped[int]
    first_seconds: Mapped[int]
    step_seconds: Mapped[int]
    unlimited: Mapped[bool]


class PricePlan(Versioned, Base):
    """A recurring plan and the minutes it includes."""

    __tablename__ = "price_plans"
    name: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    period: Mapped[BillingPeriod] = mapped_column(EnumText(BillingPeriod), default=BillingPeriod.MONTHLY)
    monthly_fee: Mapped[int] = mapped_column(default=0)
    per_user_fee: Mapped[int] = mapped_column(default=0)
    unlimited_minutes: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)


class Product(Versioned, Base):
    """Something a customer can buy: a user licence, a phone, a service."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    item_type: Mapped[ItemType] = mapped_column(EnumText(ItemType))
    category: Mapped[str] = mapped_column(default="")
    description: Mapped[str | None]
    currency: Mapped[str]
    price: Mapped[int] = mapped_column(default=0)
    period: Mapped[BillingPeriod] = mapped_column(EnumText(BillingPeriod), default=BillingPeriod.MONTHLY)
    is_user_licence: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
