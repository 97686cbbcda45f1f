"""Reads the failed calls of a carrier complaint, and how many calls were sent to that carrier meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from partnertui.db.models import Cdr, IncidentFailure
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.carrier_complaint import CarrierFailure, may_be_carriers_fault

MOST_COUNTED = 50_000
"""Calls of the time that are looked at to find those to one carrier."""
MOST_OF_INCIDENT = 500
LONGEST_COUNTED = timedelta(days=2)
"""Failures farther apart aren't compared with all calls of the time: the share would say nothing."""
COLUMNS = (
    Cdr.started_at,
    Cdr.source_number,
    Cdr.destination_number,
    Cdr.call_id_a,
    Cdr.call_id_b,
    Cdr.sip_code,
    Cdr.q850_cause,
    Cdr.server,
    Cdr.destination_ip,
    Cdr.disposition,
    Cdr.direction,
)


def failures_of_calls(connection: Connection, ids: Sequence[int]) -> list[CarrierFailure]:
    """Those of the calls that may be complained about."""
    found: list[CarrierFailure] = []
    for start in range(0, len(ids), IDS_PER_QUERY):
        found += _failures(connection, select(*COLUMNS).where(Cdr.id.in_(ids[start : start + IDS_PER_QUERY])))
    return found


def failures_of_incident(connection: Connection, incident_id: int) -> list[CarrierFailure]:
    """The newest of an incident's calls that may be complained about."""
    statement = (
        select(*COLUMNS)
        .join(IncidentFailure, IncidentFailure.cdr_id == Cdr.id)
        .where(IncidentFailure.incident_id == incident_id)
        .order_by(IncidentFailure.at.desc())
        .limit(MOST_OF_INCIDENT)
    )
    return _failures(connection, statement)


def attempts_to(connection: Connection, carrier: str, first: datetime, last: datetime) -> int | None:
    """Outbound calls to a carrier's address between two times, by the index on time; None if there are too many."""
    if last - first > LONGEST_COUNTED:
        return None
    meanwhile = (
        select(Cdr.destination_ip, Cdr.direction)
        .where(Cdr.started_at >= first, Cdr.started_at <= last)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    own = func.count().filter(
        meanwhile.c.destination_ip == carrier, meanwhile.c.direction == CallDirection.OUTBOUND.value
    )
    total, sent = connection.execute(select(func.count(), own).select_from(meanwhile)).one()
    return int(sent) if total <= MOST_COUNTED else None


def _failures(connection: Connection, statement: Query) -> list[CarrierFailure]:
    rows = connection.execute(statement).mappings()
    return [
        _failure(dict(row))
        for row in rows
        if may_be_carriers_fault(row["disposition"], row["direction"], row["q850_cause"])
    ]


def _failure(row: Row) -> CarrierFailure:
    call_ids = (row["call_id_b"], row["call_id_a"])  # the second leg is the one that the carrier has seen
    return CarrierFailure(
        row["started_at"],
        row["source_number"] or "",
        row["destination_number"] or "",
        tuple(dict.fromkeys(call_id for call_id in call_ids if call_id)),
        row["sip_code"],
        "",
        row["q850_cause"],
        row["server"] or "",
        row["destination_ip"] or "",
    )
