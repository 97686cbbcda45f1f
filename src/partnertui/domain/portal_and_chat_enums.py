"""Enums of web chats and of sessions in the customer and partner portals."""

from __future__ import annotations

from enum import StrEnum


class ChatState(StrEnum):
    """State of a web chat."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    MISSED = "missed"


class SessionKind(StrEnum):
    """Which panel a web session is in."""

    FRONTEND = "frontend"
    PARTNERS = "partners"
