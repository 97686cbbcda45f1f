"""The select behind the Chats list."""

from __future__ import annotations

from partnertui.db.models import Chat, User
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def chats() -> Query:
    """Chats with customer and user; whether there is a text, but never the text."""
    return list_query(
        Chat,
        Chat.started_at,
        Chat.web_site,
        Chat.operator_name,
        Chat.user_id,
        User.name.label("user"),
        Chat.visitor_name,
        Chat.email,
        Chat.ip,
        Chat.country,
        Chat.city,
        Chat.user_agent,
        Chat.referrer,
        Chat.duration,
        Chat.messages,
        Chat.state,
        Chat.text_destroyed_at,
        Chat.has_text,
    ).outerjoin(User, User.id == Chat.user_id)
