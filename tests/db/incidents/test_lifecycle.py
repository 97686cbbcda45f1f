"""Incidents are kept once, grow while calls fail, and end when they get through again; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from tests.db.makers import ANN, staff

from partnertui.db.database import Database
from partnertui.db.incidents.call_attempts import call_attempts, failure_words, network_of, phone_model
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.models import Cdr, IncidentFailure, IncidentRecord
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.call_enums import Disposition
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


def test_what_is_over_is_not_found_again(database: Database) -> None:
    """Its failures are within the ten minutes still; five new ones are a new incident."""
    staff(database)
    calls(database, DEAD, [n / 10 for n in range(9)], 503)
    assert len(look_for_incidents(database, ANN, None, NOW + timedelta(minutes=1))) == 1
    calls(database, DEAD, [1.1, 1.2, 1.3])
    for seconds in range(90, 300, 20):
        assert look_for_incidents(database, ANN, None, NOW + timedelta(seconds=seconds)) == []
    assert [one.state for one in kept(database)] == [IncidentState.ENDED]
    calls(database, DEAD, [5 + n / 10 for n in range(5)], 503)
    assert len(look_for_incidents(database, ANN, None, NOW + timedelta(minutes=5.5))) == 1


def test_the_failures_of_an_open_one_are_no_second_one(database: Database) -> None:
    """Once the carrier is known, its failures don't count for the prefix that most of its calls have."""
    staff(database)
    calls(database, ALIVE, [n / 10 for n in range(6)])
    calls(database, DEAD, [n / 10 for n in range(6)], 503)
    assert len(look_for_incidents(database, ANN, None, NOW + timedelta(minutes=1))) == 1
    calls(database, DEAD, [1 + n / 10 for n in range(20)], 503)
    assert look_for_incidents(database, ANN, None, NOW + timedelta(minutes=3)) == []
    assert [(one.value, one.failures) for one in kept(database)] == [(DEAD, 26)]


@pytest.mark.parametrize(
    ("disposition", "code", "cause", "words"),
    [
        (Disposition.NO_ANSWER, 408, 18, "408 Request Timeout"),
        (Disposition.NO_ANSWER, 408, 19, ""),
        (Disposition.NO_ANSWER, 408, 102, ""),
        (Disposition.NO_ANSWER, 480, 18, ""),
        (Disposition.REJECTED, 403, 21, "403 Forbidden"),
        (Disposition.REJECTED, 603, 21, ""),
        (Disposition.BUSY, 486, 17, ""),
        (Disposition.CONGESTION, 503, 41, "503 Service Unavailable"),
    ],
)
def test_what_counts_as_a_failure(disposition: Disposition, code: int, cause: int, words: str) -> None:
    assert failure_words(disposition, code, cause) == words


def test_a_call_between_two_customers_counts_once(database: Database) -> None:
    """It is two CDRs, and what it was sent to is a phone, not a carrier."""
    common = {
        "started_at": NOW,
        "source_number": "1001",
        "source_ip": "192.0.2.1",
        "destination_ip": "198.51.100.7",
        "disposition": Disposition.FAILED,
        "sip_code": 480,
    }
    rows = [
        common
        | {"origin": f"kamailio:{call}#failed{end}", "destination_number": f"20{call}"}
        | {"direction": direction, "category": category}
        for call in range(3)
        for end, direction, category in (("", "outbound", "dialled"), ("#received", "inbound", "missed"))
    ]
    database.write(lambda connection: connection.execute(insert(Cdr), rows))
    before = NOW - timedelta(minutes=1)
    found = database.read(lambda connection: list(call_attempts(connection, before, NOW)))
    assert [dict(one.shares) for one in found] == [{SharedBy.NETWORK: ("198.51.100.0/24",)}] * 3


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
