"""The select behind the list of newsletter subscribers."""

from __future__ import annotations

from partnertui.db.models import Subscriber
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def subscribers() -> Query:
    """Subscribers with the customer, where they are one."""
    return list_query(
        Subscriber,
        Subscriber.email,
        Subscriber.name,
        Subscriber.site,
        Subscriber.language,
        Subscriber.since,
        Subscriber.unsubscribed_at,
        Subscriber.unsubscribed_at.is_(None).label("subscribed"),
    )
