"""The select behind the list of trial sign-ups."""

from __future__ import annotations

from partnertui.db.models import TrialRegistration as Trial
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query


def registrations() -> Query:
    """Sign-ups with the customer that they became."""
    return list_query(
        Trial,
        Trial.created_at,
        Trial.product,
        Trial.name,
        Trial.company,
        Trial.email,
        Trial.phone,
        Trial.country,
        Trial.ip,
        Trial.user_agent,
        Trial.referrer,
        Trial.campaign,
        Trial.converted_at,
    )
