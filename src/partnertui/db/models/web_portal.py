"""Sessions in the customer and partner portals, and one-time links by which operators log in as a user."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Owned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.portal_and_chat_enums import SessionKind


class WebSession(MaybeOwned, Base):
    """A session in the customer or partner panel."""

    __tablename__ = "web_sessions"
    history = False
    secrets = frozenset({"token_hash"})
    kind: Mapped[SessionKind] = mapped_column(EnumText(SessionKind))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    user_name: Mapped[str]
    token_hash: Mapped[bytes | None]
    login_link_id: Mapped[int | None] = mapped_column(ForeignKey("login_links.id"), index=True)
    """The log-in link of an operator that it began with; NULL for the user's own sessions."""
    ip: Mapped[str | None] = mapped_column(index=True)
    country: Mapped[str | None]
    page: Mapped[str | None]
    user_agent: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(default=now, index=True)
    last_seen_at: Mapped[datetime] = mapped_column(default=now, index=True)


class LoginLink(Owned, Base):
    """A one-time link to log in as a user: stored hashed, valid for a minute, redeemed by one atomic UPDATE."""

    __tablename__ = "login_links"
    history = False
    secrets = frozenset({"token_hash"})
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the operator ended it; it can't be redeemed any more then."""
    __table_args__ = (Index("ix_login_links_user_id_id", "user_id", "id"),)
