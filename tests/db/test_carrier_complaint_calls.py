"""Failed calls of a carrier: out of marked calls and of incidents, with the share of all that were sent to it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert
from tests.db.makers import NOW, staff

from partnertui.db import carrier_complaint_calls
from partnertui.db.carrier_complaint_calls import attempts_to, failures_of_calls, failures_of_incident
from partnertui.db.database import Database
from partnertui.db.models import Cdr, IncidentFailure, IncidentRecord
from partnertui.db.models.base import table_of
from partnertui.domain.call_enums import Disposition

DEAD, ALIVE = "203.0.113.66", "203.0.113.10"


def filled(database: Database) -> None:
    """Ten calls a minute apart: the odd ones fail at one carrier, of the others half go there, too."""
    staff(database)
    calls = [
        {
            "id": n,
            "started_at": NOW + timedelta(minutes=n),
            "category": "dialled",
            "direction": "outbound" if n != 9 else "inbound",
            "source_number": "442079460000",
            "destination_number": f"493012345{n}",
            "destination_ip": ALIVE if n % 4 == 0 else DEAD,
            "disposition": Disposition.CONGESTION if n % 2 else Disposition.ANSWERED,
            "sip_code": 503 if n % 2 else 200,
            "q850_cause": 34 if n % 2 else 16,
            "call_id_a": f"a{n}",
            "call_id_b": f"b{n}",
            "server": "sbc1",
        }
        for n in range(1, 11)
    ]
    incident = {
        "id": 5,
        "shared_by": "carrier",
        "value": DEAD,
        "verdict": "503",
        "first_at": NOW,
        "last_at": NOW,
        "noticed_at": NOW,
        "failures": 2,
        "customers": 1,
        "attempts": 3,
        "state": "open",
    }

    def work(connection: Connection) -> None:
        connection.execute(insert(table_of(Cdr)), calls)
        connection.execute(insert(table_of(IncidentRecord)), [incident])
        hits = [{"incident_id": 5, "cdr_id": n, "at": NOW} for n in (1, 3)]
        connection.execute(insert(table_of(IncidentFailure)), hits)

    database.write(work)


def test_only_outbound_failures_count(database: Database) -> None:
    filled(database)
    found = database.read(lambda connection: failures_of_calls(connection, range(1, 11)))
    assert sorted(one.call_ids[0] for one in found) == ["b1", "b3", "b5", "b7"]
    first = min(found, key=lambda one: one.at)
    assert (first.call_ids, first.q850, first.our_address, first.their_address) == (("b1", "a1"), 34, "sbc1", DEAD)
    of_incident = database.read(lambda connection: failures_of_incident(connection, 5))
    assert {one.call_ids[0] for one in of_incident} == {"b1", "b3"}


def test_the_share_is_of_calls_to_this_carrier_meanwhile(database: Database) -> None:
    filled(database)

    def sent(connection: Connection) -> list[int | None]:
        first, last = NOW + timedelta(minutes=1), NOW + timedelta(minutes=7)
        return [attempts_to(connection, DEAD, first, last), attempts_to(connection, DEAD, first, last + timedelta(9))]

    assert database.read(sent) == [6, None]
    assert carrier_complaint_calls.MOST_COUNTED >= 50_000
