"""Partners, operators, customers and their users."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import FOLDED, Base, MaybeOwned, Owned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.customer_and_user_enums import (
    CustomerStatus,
    Presence,
    TourState,
    UserRole,
    UserState,
    XmppStatus,
)
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.operators import Role
from partnertui.domain.price_list_enums import PriceListSlot
from partnertui.domain.vat_numbers import VatState


class Partner(Versioned, Base):
    """A reseller, who only sees their own customers and is the seller on their invoices."""

    __tablename__ = "partners"
    name: Mapped[str] = mapped_column(unique=True, info=FOLDED)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    country: Mapped[str | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    vat_number: Mapped[str | None]
    registration: Mapped[str | None]
    """Company register and number, as they must be on letters."""
    bank_name: Mapped[str | None]
    iban: Mapped[str | None]
    bic: Mapped[str | None]
    invoice_prefix: Mapped[str | None] = mapped_column(unique=True, index=True)
    """What the numbers of their documents begin with: NW makes NW-INV-2026-000001. Two sellers never share one."""
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("invoice_logos.id"))


class OperatorAccount(Versioned, Base):
    """An operator of this program; `database_role` is the PostgreSQL role they connect as."""

    __tablename__ = "operators"
    secrets = frozenset({"password_hash"})
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(info=FOLDED)
    email: Mapped[str | None]
    role: Mapped[Role] = mapped_column(EnumText(Role))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    database_role: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    locked_until: Mapped[datetime | None]
    """Until when no password is accepted, after too many wrong ones."""
    __table_args__ = (CheckConstraint("role <> 'partner' OR partner_id IS NOT NULL", name="partner"),)


class Customer(Versioned, Base):
    """A customer: contact, billing address, status, plan and credit; money in micro-units."""

    __tablename__ = "customers"
    company: Mapped[str] = mapped_column(info=FOLDED)
    contact: Mapped[str | None] = mapped_column(info=FOLDED)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    status: Mapped[CustomerStatus] = mapped_column(EnumText(CustomerStatus), default=CustomerStatus.TRIAL)
    created_at: Mapped[datetime] = mapped_column(default=now)
    trial_ends_at: Mapped[datetime | None]
    country: Mapped[str]
    street: Mapped[str | None]
    street2: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    state: Mapped[str | None]
    currency: Mapped[str]
    vat_number: Mapped[str | None]
    vat_checked: Mapped[bool] = mapped_column(default=False)
    vat_checked_at: Mapped[datetime | None]
    vat_state: Mapped[VatState] = mapped_column(
        EnumText(VatState), default=VatState.UNKNOWN, server_default=VatState.UNKNOWN
    )
    """What VIES says; `vat_checked` is about the check digits alone."""
    vat_answered_at: Mapped[datetime | None]
    """When VIES said valid or invalid."""
    vat_asked_at: Mapped[datetime | None]
    """When VIES was asked last."""
    vat_answer: Mapped[str | None]
    """What came of it, in words."""
    price_plan_id: Mapped[int | None] = mapped_column(ForeignKey("price_plans.id"), index=True)
    credit: Mapped[int] = mapped_column(default=0)
    credit_limit: Mapped[int] = mapped_column(default=0)
    auto_top_up: Mapped[bool] = mapped_column(default=False)
    top_up_threshold: Mapped[int | None]
    top_up_amount: Mapped[int | None]
    unlimited_minutes_left: Mapped[int] = mapped_column(default=0)
    minute_seconds_used: Mapped[int] = mapped_column(default=0, server_default="0")
    """Seconds of the last of these minutes that calls have used, 0 to 59."""
    language: Mapped[str] = mapped_column(default=DEFAULT_LANGUAGE)
    time_zone: Mapped[str] = mapped_column(default="UTC")
    sip_domain: Mapped[str | None]
    max_channels: Mapped[int | None]
    caller_id_number: Mapped[str | None]
    international_calls: Mapped[bool] = mapped_column(default=True)
    premium_calls: Mapped[bool] = mapped_column(default=False)
    invoice_email: Mapped[str | None]
    purchase_order: Mapped[str | None]
    external_reference: Mapped[str | None]
    newsletter: Mapped[bool] = mapped_column(default=False)
    xmpp_status: Mapped[XmppStatus] = mapped_column(EnumText(XmppStatus), default=XmppStatus.OFF)
    tour_state: Mapped[TourState] = mapped_column(EnumText(TourState), default=TourState.NOT_STARTED)
    blocked_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("length(country) = 2", name="country"),
        CheckConstraint("credit_limit >= 0", name="credit_limit"),
        CheckConstraint("unlimited_minutes_left >= 0", name="minutes"),
        CheckConstraint("minute_seconds_used BETWEEN 0 AND 59", name="seconds_used"),
        CheckConstraint("NOT (auto_top_up AND top_up_amount IS NULL)", name="top_up"),
        Index("ix_customers_company", "company"),
        Index("ix_customers_folded_company", text("lower(company)")),
        Index("ix_customers_email", "email"),
        Index("ix_customers_folded_email", text("lower(email)")),
        Index("ix_customers_phone", "phone"),
        Index("ix_customers_sip_domain", "sip_domain"),
    )


class CustomerPriceList(Owned, Versioned, Base):
    """A price list that a customer uses for one purpose (`slot`)."""

    __tablename__ = "customer_price_lists"
    slot: Mapped[PriceListSlot] = mapped_column(EnumText(PriceListSlot))
    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_lists.id"), index=True)
    __table_args__ = (UniqueConstraint("customer_id", "slot"),)


class User(Owned, Versioned, Base):
    """A customer's user; `sip_username`@`sip_domain` is the AOR in Kamailio's location table."""

    __tablename__ = "users"
    secrets = frozenset({"password_hash", "sip_password_ciphertext"})
    name: Mapped[str] = mapped_column(info=FOLDED)
    email: Mapped[str]
    extension: Mapped[str | None]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    role: Mapped[UserRole] = mapped_column(EnumText(UserRole), default=UserRole.USER)
    state: Mapped[UserState] = mapped_column(EnumText(UserState), default=UserState.ACTIVE)
    sip_username: Mapped[str]
    sip_domain: Mapped[str]
    sip_password_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    # Operators' roles may not select the ciphertext, so the database says whether there is one.
    has_sip_password: Mapped[bool] = mapped_column(Computed("sip_password_ciphertext IS NOT NULL", persisted=True))
    password_hash: Mapped[str | None] = mapped_column(deferred=True)
    caller_id_number: Mapped[str | None]
    mobile: Mapped[str | None]
    department: Mapped[str | None]
    job_title: Mapped[str | None]
    language: Mapped[str] = mapped_column(default=DEFAULT_LANGUAGE)
    time_zone: Mapped[str] = mapped_column(default="UTC")
    voicemail_enabled: Mapped[bool] = mapped_column(default=True)
    call_recording: Mapped[bool] = mapped_column(default=False)
    international_calls: Mapped[bool] = mapped_column(default=True)
    call_waiting: Mapped[bool] = mapped_column(default=True)
    ring_time: Mapped[int] = mapped_column(default=30)
    two_factor: Mapped[bool] = mapped_column(default=False)
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    """When it was removed: the row stays, so that old calls keep their user, without anything one could log in with."""
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("sip_username", "sip_domain"),
        UniqueConstraint("customer_id", "extension"),
        Index("ix_users_folded_email", text("lower(email)")),
        Index("ix_users_name", "name"),
        Index("ix_users_folded_name", text("lower(name)")),
    )


class UserStatus(MaybeOwned, Base):
    """A line of a user's status log: presence, sign-in or registration changed."""

    __tablename__ = "user_statuses"
    history = False
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    presence: Mapped[Presence] = mapped_column(EnumText(Presence))
    detail: Mapped[str | None]
    ip: Mapped[str | None]
    __table_args__ = (Index("ix_user_statuses_user_id_at", "user_id", "at"),)
