"""Chats with visitors of web sites, and the audited requests to read their text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Computed, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, now
from partnertui.db.models.types import EnumText
from partnertui.domain.portal_and_chat_enums import ChatState


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
