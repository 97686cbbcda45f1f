"""How long each kind of record is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned
from partnertui.db.models.types import EnumText
from partnertui.domain.privacy.retention import RetentionKind


class RetentionRule(Versioned, Base):
    """How long one kind of record is kept, and what `partnertui maintain` did about it last."""

    __tablename__ = "retention_rules"
    kind: Mapped[RetentionKind] = mapped_column(EnumText(RetentionKind), unique=True)
    keep_days: Mapped[int | None]
    """NULL for good."""
    last_run_at: Mapped[datetime | None]
    last_removed: Mapped[int | None]
    """How many rows or files the last run removed."""
    last_problem: Mapped[str | None]
    """Why the last run failed; NULL if it didn't."""
    __table_args__ = (CheckConstraint("keep_days > 0", name="days"),)
