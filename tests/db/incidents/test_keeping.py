"""Incidents are kept once, grow while calls fail, and end when they get through again; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from tests.db.makers import ANN, staff

from partnertui.db.engine import Database
from partnertui.db.incidents.call_attempts import network_of, phone_model
from partnertui.db.incidents.keeping import look_for_incidents
from partnertui.db.models import Cdr, IncidentFailure, IncidentRecord
from partnertui.db.models.base import table_of
from partnertui.db.rows.types import ResultRow
from partnertui.domain.calls import Disposition
from partnertui.domain.incidents import IncidentState, SharedBy

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DEAD, ALIVE = "203.0.113.66", "203.0.113.10"


def calls(database: Database, carrier: str, minutes: Sequence[float], code: int = 0) -> None:
    """Outbound calls through a carrier, so many minutes after NOW."""
    rows = [
        {
            "started_at": NOW + timedelta(minutes=minute),
            "category": "dialled",
            "direction": "outbound",
            "customer_id": 1 + number % 3,
            "source_number": "1001",
            "destination_number": f"4420718{number:05}",
            "source_ip": "198.51.100.6",
            "destination_ip": carrier,
            "source_user_agent": "Yealink SIP-T46U 108.86.0.20",
            "disposition": Disposition.FAILED if code else Disposition.ANSWERED,
            "sip_code": code or 200,
        }
        for number, minute in enumerate(minutes)
    ]
    database.write(lambda connection: connection.execute(insert(Cdr), rows))


def kept(database: Database) -> Sequence[ResultRow]:
    return database.read(lambda connection: connection.execute(select(table_of(IncidentRecord))).all())


def test_a_dead_carrier_from_its_first_failure_to_its_end(database: Database) -> None:
    staff(database)
    calls(database, ALIVE, [n / 4 for n in range(20)])
    calls(database, DEAD, [4 + n / 10 for n in range(4)], 503)
    assert look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5)) == []
    calls(database, DEAD, [4.5, 4.6], 503)
    [new] = look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5))
    [incident] = kept(database)
    assert (incident.shared_by, incident.value, incident.verdict) == (
        SharedBy.CARRIER,
        DEAD,
        "503 Service Unavailable",
    )
    assert (incident.id, incident.failures, incident.customers, incident.state) == (new, 6, 3, IncidentState.OPEN)
    assert look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5)) == []
    calls(database, DEAD, [5.5], 503)
    assert look_for_incidents(database, ANN, None, NOW + timedelta(minutes=6)) == []
    assert kept(database)[0].failures == 7
    calls(database, DEAD, [6.5, 6.6])
    look_for_incidents(database, ANN, None, NOW + timedelta(minutes=7))
    assert kept(database)[0].state == IncidentState.OPEN
    calls(database, DEAD, [7.5])
    look_for_incidents(database, ANN, None, NOW + timedelta(minutes=8))
    assert kept(database)[0].state == IncidentState.ENDED
    failures = database.read(lambda connection: connection.execute(select(IncidentFailure.cdr_id)).scalars().all())
    assert len(failures) == len(set(failures)) == 7


def test_what_failed_all_day_is_no_news(database: Database) -> None:
    staff(database)
    calls(database, DEAD, [-600 + 10 * n for n in range(50)], 503)
    calls(database, DEAD, [4 + n / 10 for n in range(8)], 503)
    calls(database, ALIVE, [n / 4 for n in range(20)])
    assert look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5)) == []


@pytest.mark.parametrize(
    ("agent", "model"),
    [
        ("Yealink SIP-T46U 108.86.0.20", "Yealink SIP-T46U"),
        ("snomD735/10.1.169.16", "snomD735"),
        ("Fanvil X4 2.12.1.3", "Fanvil X4"),
        ("Bria 6.7.3 stamp 12", "Bria"),
        ("", None),
        (None, None),
    ],
)
def test_a_model_is_a_user_agent_without_its_version(agent: str | None, model: str | None) -> None:
    assert phone_model(agent) == model


def test_networks() -> None:
    assert network_of("198.51.100.6") == "198.51.100.0/24"
    assert network_of("2001:db8:f::10") == "2001:db8:f::/48"
    assert network_of("phone.example") is None
