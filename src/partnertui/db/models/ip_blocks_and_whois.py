"""Blocked IP addresses and networks, and cached WHOIS answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Versioned, now


class BlockedIp(Versioned, Base):
    """An address or network that is blocked from web sites and registrars."""

    __tablename__ = "blocked_ips"
    network: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    blocked_at: Mapped[datetime] = mapped_column(default=now, index=True)
    until: Mapped[datetime | None]


class WhoisRecord(Base):
    """A cached WHOIS answer."""

    __tablename__ = "whois_records"
    history = False
    query: Mapped[str] = mapped_column(unique=True)
    network: Mapped[str | None]
    organisation: Mapped[str | None]
    country: Mapped[str | None]
    abuse_email: Mapped[str | None]
    source: Mapped[str]
    text: Mapped[str]
    fetched_at: Mapped[datetime] = mapped_column(default=now)
