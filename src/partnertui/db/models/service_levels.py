"""Service levels: targets by priority and plan, and the business hours that they count."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned
from partnertui.db.models.types import EnumText
from partnertui.domain.ticket_enums import Priority


class BusinessCalendar(Versioned, Base):
    """When support works: hours by weekday in a time zone, and a country's public holidays."""

    __tablename__ = "business_calendars"
    name: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str]
    """IANA name, such as Europe/Berlin."""
    country: Mapped[str | None]
    """ISO 3166-1 code whose public holidays are off; NULL for none."""
    subdivision: Mapped[str | None]
    """Part of the country by ISO 3166-2, such as BY."""
    monday: Mapped[str | None]
    """Hours in local time, such as "08:00-12:00, 13:00-18:00"; NULL for a day off."""
    tuesday: Mapped[str | None]
    wednesday: Mapped[str | None]
    thursday: Mapped[str | None]
    friday: Mapped[str | None]
    saturday: Mapped[str | None]
    sunday: Mapped[str | None]


class CalendarDay(Versioned, Base):
    """A day on which the site works other hours than the calendar says; none for a day off."""

    __tablename__ = "calendar_days"
    calendar_id: Mapped[int] = mapped_column(ForeignKey("business_calendars.id"))
    day: Mapped[date]
    name: Mapped[str]
    hours: Mapped[str | None]
    """As in the calendar; NULL for a day off."""
    __table_args__ = (UniqueConstraint("calendar_id", "day"),)


class SlaTarget(Versioned, Base):
    """The SLA times of a priority, in minutes; for one price plan, or for all that have none of their own."""

    __tablename__ = "sla_targets"
    priority: Mapped[Priority] = mapped_column(EnumText(Priority))
    price_plan_id: Mapped[int | None] = mapped_column(ForeignKey("price_plans.id"))
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("business_calendars.id"))
    """Business hours that the minutes count; NULL for round the clock."""
    first_answer_minutes: Mapped[int]
    solution_minutes: Mapped[int]
    warn_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    """How many (business) minutes before the due time the warning starts."""
    __table_args__ = (
        CheckConstraint("first_answer_minutes > 0 AND solution_minutes > 0", name="minutes"),
        UniqueConstraint("priority", "price_plan_id"),
        Index(
            "uq_sla_targets_priority_all",
            "priority",
            unique=True,
            sqlite_where=text("price_plan_id IS NULL"),
            postgresql_where=text("price_plan_id IS NULL"),
        ),
    )
