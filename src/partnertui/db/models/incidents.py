"""Incidents with their failures, and the registrations that were seen, so that a loss is noticed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.incidents import IncidentState, SharedBy


class IncidentRecord(Versioned, Base):
    """Failures that share a value; open until attempts with it get through again."""

    __tablename__ = "incidents"
    shared_by: Mapped[SharedBy] = mapped_column(EnumText(SharedBy))
    value: Mapped[str]
    verdict: Mapped[str]
    also: Mapped[str | None]
    """Other values that all failures share, in words."""
    state: Mapped[IncidentState] = mapped_column(EnumText(IncidentState), default=IncidentState.OPEN)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    noticed_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    failures: Mapped[int]
    customers: Mapped[int]
    attempts: Mapped[int]
    """With the same value in the minutes when it was noticed, failed or not."""
    answered_at: Mapped[datetime | None]
    """When its tickets were answered together."""
    __table_args__ = (
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_incidents_state_last_at", "state", "last_at"),
        Index(
            "uq_incidents_open",
            "shared_by",
            "value",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )


class IncidentFailure(Base):
    """A failed call, or a phone whose registration was lost, of an incident."""

    __tablename__ = "incident_failures"
    history = False
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    cdr_id: Mapped[int | None]
    aor: Mapped[str | None]
    at: Mapped[datetime]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    partner_id: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("incident_id", "cdr_id"),
        Index("ix_incident_failures_cdr_id", "cdr_id"),
        Index("ix_incident_failures_incident_id_aor", "incident_id", "aor"),
    )


class SeenRegistration(Base):
    """A phone that was registered when it was looked last; `lost_at` is set once it isn't any more."""

    __tablename__ = "seen_registrations"
    history = False
    aor: Mapped[str] = mapped_column(unique=True)
    network: Mapped[str | None]
    transport: Mapped[str | None]
    user_agent: Mapped[str | None]
    server: Mapped[str | None]
    seen_at: Mapped[datetime]
    lost_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_seen_registrations_lost_at", "lost_at"),)
