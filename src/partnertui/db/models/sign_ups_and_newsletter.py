"""Trial sign-ups on web sites, and newsletter subscribers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Versioned, now
from partnertui.domain.default_language import DEFAULT_LANGUAGE


class TrialRegistration(MaybeOwned, Versioned, Base):
    """A trial sign-up; `customer_id` is the customer it became."""

    __tablename__ = "registrations"
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    product: Mapped[str]
    name: Mapped[str]
    company: Mapped[str | None]
    email: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str | None]
    country: Mapped[str | None]
    ip: Mapped[str | None] = mapped_column(index=True)
    user_agent: Mapped[str | None]
    referrer: Mapped[str | None]
    campaign: Mapped[str | None]
    converted_at: Mapped[datetime | None]


class Subscriber(MaybeOwned, Versioned, Base):
    """An address that gets the newsletter until it is unsubscribed."""

    __tablename__ = "subscribers"
    email: Mapped[str]
    name: Mapped[str | None]
    site: Mapped[str]
    language: Mapped[str] = mapped_column(default=DEFAULT_LANGUAGE)
    since: Mapped[datetime] = mapped_column(default=now, index=True)
    unsubscribed_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("email", "site"),)
