"""The selects behind the two lists of portal sessions: customers' users, and partners."""

from __future__ import annotations

from partnertui.db.models import Partner, User, WebSession
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def sessions() -> Query:
    """Sessions with user, customer and partner."""
    return (
        list_query(
            WebSession,
            WebSession.kind,
            WebSession.user_id,
            User.name.label("user"),
            WebSession.user_name,
            Partner.name.label("partner"),
            WebSession.ip,
            WebSession.country,
            WebSession.page,
            WebSession.user_agent,
            WebSession.started_at,
            WebSession.last_seen_at,
        )
        .outerjoin(User, User.id == WebSession.user_id)
        .outerjoin(Partner, Partner.id == WebSession.partner_id)
    )
