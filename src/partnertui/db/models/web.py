"""Web sites: chats, trial sign-ups, sessions, subscribers, blocked addresses, WHOIS answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, Owned, Versioned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.languages import DEFAULT_LANGUAGE
from partnertui.domain.pbx_enums import ChatState, SessionKind


class Chat(Owned, Base):
    """A web chat: details in plain text, messages as ciphertext only."""

    __tablename__ = "chats"
    secrets = frozenset({"text_ciphertext"})
    started_at: Mapped[datetime] = mapped_column(default=now, index=True)
    web_site: Mapped[str | None]
    operator_name: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    visitor_name: Mapped[str | None]
    email: Mapped[str | None]
    ip: Mapped[str | None] = mapped_column(index=True)
    country: Mapped[str | None]
    city: Mapped[str | None]
    user_agent: Mapped[str | None]
    referrer: Mapped[str | None]
    duration: Mapped[int] = mapped_column(default=0)
    messages: Mapped[int] = mapped_column(default=0)
    state: Mapped[ChatState] = mapped_column(EnumText(ChatState), default=ChatState.CLOSED)
    text_ciphertext: Mapped[bytes | None] = mapped_column(deferred=True)
    has_text: Mapped[bool] = mapped_column(Computed("text_ciphertext IS NOT NULL", persisted=True))
    text_destroyed_at: Mapped[datetime | None]
    """When retention destroyed the text."""


class ChatReading(Owned, Base):
    """A request to read the text of a chat, and when it was read. The request is committed before anything is read."""

    __tablename__ = "chat_readings"
    history = False  # the chat's own history has both
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"), index=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    reason: Mapped[str]
    requested_in: Mapped[str]
    """The unit of work that stored it (its `key`), in which nothing may be read."""
    requested_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]


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


class BlockedIp(Versioned, Base):
    """An address or network that is blocked from web sites and registrars."""

    __tablename__ = "blocked_ips"
    network: Mapped[str] = mapped_column(unique=True)
    reason: Mapped[str]
    blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    blocked_at: Mapped[datetime] = mapped_column(default=now)
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
