"""Rows of the list of sign-ups."""

from __future__ import annotations

from partnertui.db.models import TrialRegistration as Trial
from partnertui.db.rows.list_of import list_of
from partnertui.db.rows.types import Query


def registrations() -> Query:
    """Sign-ups with the customer that they became."""
    return list_of(
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
