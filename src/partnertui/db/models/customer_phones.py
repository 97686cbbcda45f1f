"""Customers' phones, and the models that can be provisioned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, Versioned, now


class PhoneModel(Versioned, Base):
    """A phone model that can be provisioned; `ouis` are its maker's MAC prefixes, six lower-case hex digits each."""

    __tablename__ = "phone_models"
    make: Mapped[str]
    model: Mapped[str]
    lines: Mapped[int] = mapped_column(default=1)
    firmware: Mapped[str | None]
    ouis: Mapped[list[str]]
    enabled: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (UniqueConstraint("make", "model"),)


class CustomerPhone(Owned, Versioned, Base):
    """A phone of a customer; the MAC is twelve lower-case hex digits."""

    __tablename__ = "customer_phones"
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    phone_model_id: Mapped[int] = mapped_column(ForeignKey("phone_models.id"), index=True)
    mac: Mapped[str] = mapped_column(unique=True)
    vendor: Mapped[str | None]
    firmware: Mapped[str | None]
    last_provisioned_at: Mapped[datetime | None]
    last_provisioned_ip: Mapped[str | None]
    last_provisioned_agent: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (CheckConstraint("length(mac) = 12 AND mac = lower(mac)", name="mac"),)
