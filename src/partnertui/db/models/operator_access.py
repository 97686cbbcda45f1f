"""Operator sessions and failed logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, now


class FailedLogIn(Base):
    """A wrong password of an operator; removed by a log-in that succeeds, and by unlocking."""

    __tablename__ = "failed_log_ins"
    history = False
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    origin: Mapped[str]
    __table_args__ = (Index("ix_failed_log_ins_operator_id_at", "operator_id", "at"),)


class OperatorSession(Base):
    """One run of the program by an operator, from signing in to its end."""

    __tablename__ = "operator_sessions"
    history = False
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    """When the program said last that it runs."""
    last_key_at: Mapped[datetime] = mapped_column(default=now)
    origin: Mapped[str]
    """Address of the SSH client, or the host that it runs on."""
    program_version: Mapped[str]
    ended_at: Mapped[datetime | None]
    signed_out_by: Mapped[str | None]
    """Name of the admin who ended it; the program reads that and says so."""
    __table_args__ = (
        Index("ix_operator_sessions_operator_id_started_at", "operator_id", "started_at"),
        Index("ix_operator_sessions_ended_at", "ended_at"),
    )
