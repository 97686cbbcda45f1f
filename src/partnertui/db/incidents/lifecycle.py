"""Stores new incidents, adds failures to open ones, and ends those that recovered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.incidents.call_attempts import call_attempts
from partnertui.db.incidents.failures_of_known_incidents import without_explained
from partnertui.db.incidents.registration_attempts import look_at_registrations, registration_attempts
from partnertui.db.incidents.usual_failure_rates import usual_rates
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.models import IncidentFailure, IncidentRecord
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.incidents import (
    LEAST_FAILURES,
    WINDOW,
    Attempt,
    Incident,
    IncidentState,
    SharedBy,
    find_incidents,
    has_recovered,
)
from partnertui.domain.operators import Operator


def look_for_incidents(
    database: Database, operator: Operator, kamailio: KamailioDatabase | None, now: datetime
) -> list[int]:
    """Looks at the last ten minutes once; returns the IDs of the incidents that are new.

    Raises DatabaseError, and KamailioUnavailable if `kamailio` is given and its table can't be read.
    """
    if kamailio is not None:
        switch = kamailio
        database.write(lambda connection: look_at_registrations(connection, switch, now))
    attempts = database.read(
        lambda connection: [
            *call_attempts(connection, now - WINDOW, now),
            *registration_attempts(connection, now),
        ]
    )
    unexplained = database.read(lambda connection: without_explained(connection, attempts, now))
    # apart: that a phone is registered says nothing about its calls, and there are many more of them than calls
    calls, registrations = ([one for one in unexplained if is_call(one) is wanted] for wanted in (True, False))
    suspects = {
        (kind, value) for one in calls if one.verdict for kind, values in one.shares.items() for value in values
    }
    failures = sum(1 for one in calls if one.verdict)
    rates = database.read(lambda connection: usual_rates(connection, now)) if failures >= LEAST_FAILURES else {}
    found = find_incidents(calls, now, {key: rate for key, rate in rates.items() if key in suspects})
    found += find_incidents(registrations, now)
    return commit_once(database, operator, new_key(), lambda unit: _keep(unit, found, attempts, now))


def is_call(attempt: Attempt) -> bool:
    """Whether it is a call; else a registration."""
    return attempt.id > 0


def _keep(unit: UnitOfWork, found: Sequence[Incident], attempts: Sequence[Attempt], now: datetime) -> list[int]:
    known = select(IncidentRecord).where(IncidentRecord.state == IncidentState.OPEN).with_for_update()
    open_ones = {(one.shared_by, one.value): one for one in unit.session.scalars(known)}
    new: list[int] = []
    for incident in found:
        record = open_ones.get((incident.shared_by, incident.value))
        if record is None:
            record = IncidentRecord(
                shared_by=incident.shared_by,
                value=incident.value,
                verdict=incident.verdict,
                also=", ".join(f"{kind} {value}" for kind, value in incident.also) or None,
                first_at=incident.first_at,
                last_at=incident.last_at,
                failures=0,
                customers=0,
                attempts=incident.attempts,
            )
            unit.add(record)
            unit.session.flush()
            new.append(record.id)
            open_ones[incident.shared_by, incident.value] = record
    for (kind, value), record in open_ones.items():
        own = [one for one in attempts if value in one.shares.get(kind, ())]
        _add_failures(unit, record, [one for one in own if one.verdict])
        _end_if_over(record, own, kind, value, now)
    return new


def _add_failures(unit: UnitOfWork, record: IncidentRecord, failed: Sequence[Attempt]) -> None:
    """Adds the failures that it doesn't have yet, and counts them again if there were any."""
    own = select(IncidentFailure.cdr_id, IncidentFailure.aor).where(IncidentFailure.incident_id == record.id)
    known = {cdr if cdr is not None else aor for cdr, aor in unit.session.execute(own)}
    fresh = [one for one in failed if (one.id if is_call(one) else one.party) not in known]
    for one in fresh:
        unit.add(
            IncidentFailure(
                incident_id=record.id,
                cdr_id=one.id if is_call(one) else None,
                aor=None if is_call(one) else one.party,
                at=one.at,
                customer_id=one.customer_id,
            )
        )
    if fresh:
        unit.session.flush()
        counts = select(func.count(), func.count(IncidentFailure.customer_id.distinct())).where(
            IncidentFailure.incident_id == record.id
        )
        record.failures, record.customers = unit.session.execute(counts).one()
        record.last_at = max(record.last_at, *(one.at for one in fresh))


def _end_if_over(record: IncidentRecord, own: Sequence[Attempt], kind: SharedBy, value: str, now: datetime) -> None:
    incident = Incident(kind, value, record.verdict, (), 0)
    # where calls failed, phones that register end nothing, nor the other way round
    failed = {is_call(one) for one in own if one.verdict} or {True, False}
    later = [one for one in own if is_call(one) in failed and one.done_at > record.last_at]
    if has_recovered(incident, later):
        record.state, record.ended_at = IncidentState.ENDED, now
