"""Phones that lose their registration together are an incident: one NAT, one transport, one model, the registrar."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select
from tests.db.kamailio import switches
from tests.db.makers import ANN, staff

from partnertui.db.database import Database
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.models import Cdr, IncidentRecord
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.call_enums import Disposition
from partnertui.domain.incidents import IncidentState, SharedBy

NOW = switches.NOW
PHONES = 40
NATS, MODELS = 5, ("Yealink SIP-T46U 108.86.0.20", "snomD735/10.1.169.16", "Fanvil X4 2.12.1.3")


def phone(number: int, expires: datetime) -> dict[str, object]:
    """A phone behind one of five NATs, every fourth over TLS, through one of two registrars."""
    address = f"198.51.{number % NATS}.7"
    transport = ";transport=tls" if number % 4 == 0 else ""
    return switches.registration(
        number,
        f"{3000 + number}",
        expires=expires,
        contact=f"sip:{3000 + number}@{address}:{20000 + number}{transport}",
        received=None,
        user_agent=MODELS[number % 3],
        socket="udp:203.0.113.10:5060" if number % 2 else "udp:203.0.113.11:5060",
    )


@pytest.fixture
def office(database: Database) -> Database:
    def work(connection: Connection) -> None:
        location = create_tables(connection).location
        rows = [phone(number, NOW + timedelta(hours=1)) for number in range(PHONES)]
        connection.execute(location.insert(), rows)

    staff(database)
    database.write(work)
    look_for_incidents(database, ANN, KamailioDatabase(database.url, "", ""), NOW)
    return database


def lose(database: Database, numbers: list[int]) -> None:
    location = KamailioDatabase(database.url, "", "").tables.location
    users = [f"{3000 + number}" for number in numbers]
    database.write(lambda connection: connection.execute(delete(location).where(location.c.username.in_(users))))


def found(database: Database, minutes: float) -> list[tuple[SharedBy, str, IncidentState]]:
    look_for_incidents(database, ANN, KamailioDatabase(database.url, "", ""), NOW + timedelta(minutes=minutes))
    incidents = table_of(IncidentRecord)
    rows = database.read(lambda connection: connection.execute(select(incidents).order_by(incidents.c.id)).all())
    return [(row.shared_by, row.value, row.state) for row in rows]


def test_nothing_while_all_are_registered_and_two_leave(office: Database) -> None:
    assert found(office, 1) == []
    lose(office, [3, 11])
    assert found(office, 2) == []


@pytest.mark.parametrize(
    ("numbers", "shared", "value"),
    [
        ([n for n in range(PHONES) if n % NATS == 2], SharedBy.NETWORK, "198.51.2.0/24"),
        ([n for n in range(PHONES) if n % 4 == 0], SharedBy.TRANSPORT, "tls"),
        ([n for n in range(PHONES) if n % 3 == 1], SharedBy.PHONE_MODEL, "snomD735"),
        ([n for n in range(PHONES) if n % 2 == 1], SharedBy.SERVER, "udp:203.0.113.10:5060"),
    ],
)
def test_what_they_share_is_named_and_it_ends(
    office: Database, numbers: list[int], shared: SharedBy, value: str
) -> None:
    lose(office, numbers)
    assert found(office, 1) == [(shared, value, IncidentState.OPEN)]
    location = KamailioDatabase(office.url, "", "").tables.location
    back = [phone(number, NOW + timedelta(hours=1)) for number in numbers]
    office.write(lambda connection: connection.execute(location.insert(), back))
    assert found(office, 2) == [(shared, value, IncidentState.ENDED)]


def test_when_all_are_lost_that_is_one_incident_too(office: Database) -> None:
    """Nothing is left to compare with, and Kamailio's sockets differ; its phones come back one by one."""
    lose(office, list(range(PHONES)))
    assert found(office, 1) == [(SharedBy.SERVER, "all registrars", IncidentState.OPEN)]
    assert found(office, 2) == [(SharedBy.SERVER, "all registrars", IncidentState.OPEN)]


def register(database: Database, phones: list[RowDict]) -> None:
    """Registers phones at an empty Kamailio, which is looked at for the first time; each has other columns."""
    rows = [
        switches.registration(number, f"{3000 + number}", expires=NOW + timedelta(hours=1), **columns)
        for number, columns in enumerate(phones)
    ]
    staff(database)
    database.write(lambda connection: connection.execute(create_tables(connection).location.insert(), rows))
    assert found(database, 0) == []


def test_sockets_of_one_server_are_one_server(database: Database) -> None:
    register(
        database,
        [
            {
                "contact": f"sip:{3000 + number}@198.51.{number}.7:5060",
                "received": None,
                "socket": "tcp:203.0.113.10:5060" if number % 2 else "udp:203.0.113.10:5060",
            }
            for number in range(12)
        ],
    )
    lose(database, list(range(12)))
    assert found(database, 1) == [(SharedBy.SERVER, "203.0.113.10", IncidentState.OPEN)]


def test_the_transport_is_the_phones_own_where_a_load_balancer_ends_tls(database: Database) -> None:
    register(
        database,
        [
            {
                "contact": f"sip:{3000 + number}@192.168.1.9:5061;transport={'tls' if number < 6 else 'tcp'}",
                "received": f"sip:203.0.113.9:{20000 + number};transport=tcp",
                "socket": "tcp:203.0.113.10:5060",
            }
            for number in range(20)
        ],
    )
    lose(database, list(range(6)))
    assert found(database, 1) == [(SharedBy.TRANSPORT, "tls", IncidentState.OPEN)]


def test_registered_phones_do_not_hide_that_their_calls_fail(office: Database) -> None:
    """Eight phones of a network are registered, and calls reach none of five."""
    calls = [
        {
            "started_at": NOW - timedelta(seconds=number),
            "category": "missed",
            "direction": "inbound",
            "source_number": "4420",
            "destination_number": f"{3000 + number}",
            "source_ip": "203.0.113.10",
            "destination_ip": "198.51.2.7" if number < 5 else "198.51.3.7",
            "disposition": Disposition.NO_ANSWER if number < 5 else Disposition.ANSWERED,
            "sip_code": 408 if number < 5 else 200,
            "q850_cause": 18 if number < 5 else 16,
        }
        for number in range(12)
    ]
    office.write(lambda connection: connection.execute(insert(Cdr), calls))
    assert found(office, 0.1) == [(SharedBy.NETWORK, "198.51.2.0/24", IncidentState.OPEN)]
