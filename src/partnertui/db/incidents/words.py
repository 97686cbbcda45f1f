"""Describes an incident in a sentence."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import IncidentRecord
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.plurals import plural


def incident_words(connection: Connection, incident_id: int) -> str:
    """An incident in a sentence, by its ID."""
    columns = ("shared_by", "value", "verdict", "failures", "customers", "first_at")
    found = select(*(getattr(IncidentRecord, name) for name in columns)).where(IncidentRecord.id == incident_id)
    return sentence(dict(connection.execute(found).mappings().one()))


def sentence(row: Row) -> str:
    """An incident in a sentence, from its row."""
    failures, customers = row["failures"], row["customers"]
    what = f"{plural(failures, 'failure')} ({row['verdict']})"
    whom = f" affecting {plural(customers, 'customer')}" if customers else ""
    first = f"{row['first_at']:%Y-%m-%d %H:%M:%S}"
    return f"{what}{whom} share the {row['shared_by']} {row['value']}; the first was at {first} UTC."
