"""Rows of the list of subscribers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from partnertui.db.models import Subscriber
from partnertui.db.rows.list_of import list_of


def subscribers() -> Select[*tuple[Any, ...]]:
    """Subscribers with the customer, where they are one."""
    return list_of(
        Subscriber,
        Subscriber.email,
        Subscriber.name,
        Subscriber.site,
        Subscriber.language,
        Subscriber.since,
        Subscriber.unsubscribed_at,
        Subscriber.unsubscribed_at.is_(None).label("subscribed"),
    )
