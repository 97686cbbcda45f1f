"""Failures that belong to an incident already, so that they make no second one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import IncidentFailure, IncidentRecord
from partnertui.domain.incidents import WINDOW, Attempt, IncidentState


def without_explained(connection: Connection, attempts: Sequence[Attempt], now: datetime) -> list[Attempt]:
    """The attempts without the failures of known incidents: those kept, and those that share an open one's value.

    While the minutes go by, the same failures may look like another value's; and those of an incident that has ended
    are still within the window.
    """
    kept = (
        select(IncidentFailure.cdr_id, IncidentFailure.aor, IncidentFailure.at)
        .join(IncidentRecord, IncidentRecord.id == IncidentFailure.incident_id)
        .where(IncidentRecord.last_at > now - WINDOW, IncidentFailure.at > now - WINDOW)
    )
    known = {row.cdr_id or (row.aor, row.at) for row in connection.execute(kept)}
    opened = select(IncidentRecord.shared_by, IncidentRecord.value).where(IncidentRecord.state == IncidentState.OPEN)
    open_values = {(row.shared_by, row.value) for row in connection.execute(opened)}

    def is_explained(one: Attempt) -> bool:
        key = one.id if one.id > 0 else (one.party, one.at)
        return key in known or any(
            (kind, value) in open_values for kind, values in one.shares.items() for value in values
        )

    return [one for one in attempts if not one.verdict or not is_explained(one)]
