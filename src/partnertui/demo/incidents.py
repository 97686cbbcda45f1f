"""A demo incident: calls that a demo carrier refused."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, insert, select

from partnertui.db.incidents.call_attempts import failure_words
from partnertui.db.models import Cdr, IncidentFailure, IncidentRecord
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.incidents import LEAST_FAILURES, IncidentState, SharedBy


def make_incident(connection: Connection) -> None:
    """The failures of one carrier with one response that lie closest together; none where there are too few calls."""
    calls = _closest(connection)
    if not calls:
        return
    found = connection.execute(
        insert(IncidentRecord).returning(IncidentRecord.id),
        {
            "shared_by": SharedBy.CARRIER,
            "value": calls[0].destination_ip,
            "verdict": failure_words(calls[0].disposition, calls[0].sip_code),
            "state": IncidentState.OPEN,
            "first_at": calls[0].started_at,
            "last_at": calls[-1].started_at,
            "noticed_at": calls[-1].started_at,
            "failures": len(calls),
            "customers": len({call.customer_id for call in calls}),
            "attempts": len(calls),
        },
    ).scalar_one()
    failures = [
        {
            "incident_id": found,
            "cdr_id": call.id,
            "at": call.started_at,
            "customer_id": call.customer_id,
            "partner_id": call.partner_id,
        }
        for call in calls
    ]
    connection.execute(insert(IncidentFailure), failures)


def _closest(connection: Connection) -> list[ResultRow]:
    columns = ("id", "started_at", "destination_ip", "disposition", "sip_code", "customer_id", "partner_id")
    failed = select(*(getattr(Cdr, name) for name in columns)).where(
        Cdr.direction == CallDirection.OUTBOUND, Cdr.sip_code >= 400, Cdr.destination_ip.is_not(None)
    )
    groups: dict[tuple[str, int], list[ResultRow]] = defaultdict(list)
    for call in connection.execute(failed.order_by(Cdr.started_at, Cdr.id)):
        if failure_words(call.disposition, call.sip_code):
            groups[call.destination_ip, call.sip_code].append(call)
    runs = [
        calls[at : at + LEAST_FAILURES] for calls in groups.values() for at in range(len(calls) - LEAST_FAILURES + 1)
    ]
    return min(runs, key=lambda run: (run[-1].started_at - run[0].started_at, run[0].id), default=[])
