"""Calls up now: whose they are, how far they have come, on which codec; alike on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.db.kamailio import switches

from partnertui.config import Kamailio
from partnertui.db.database import Database
from partnertui.db.kamailio.live_calls import live_calls, live_source
from partnertui.db.kamailio.tables import Tables, create_tables
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.listing import Listing, Sort
from partnertui.domain.call_enums import LiveState

BEGUN = 1_777_636_800
ANSWER = "SIP/2.0 200 OK\r\n\r\nv=0\r\nm=audio 4000 RTP/AVP 8 0\r\n"


def dialog(number: int, source: str, target: str, **more: Any) -> dict[str, Any]:
    return {
        "hash_entry": 1,
        "hash_id": number,
        "callid": f"call-{number}",
        "from_uri": source,
        "to_uri": target,
        "from_tag": "a",
        "to_tag": "b",
        "caller_contact": "sip:1@10.0.0.1",
        "callee_contact": "sip:2@10.0.0.2",
        "caller_sock": "udp:203.0.113.10:5060",
        "callee_sock": "udp:203.0.113.10:5060",
        "state": 4,
        "start_time": BEGUN + number,
        "req_uri": target,
    } | more


@pytest.fixture
def busy(database: Database) -> Database:
    def work(connection: Any) -> None:
        switches.office(connection)
        place: Tables = create_tables(connection)
        rows = [
            dialog(1, "sip:2001@lab.test", "sip:+33123456789@lab.test"),
            dialog(2, "sip:2001@lab.test", "sip:+33123456789@lab.test"),
            dialog(10, "sip:2001@lab.test", "sip:2002@lab.test", state=2),
            dialog(20, "sip:+33123456789@elsewhere.test", "sip:2002@lab.test", state=1),
            dialog(30, "sip:2003@lab.test", "sip:2005@lab.test", state=5),
            dialog(40, "\x1b]0;x\x07", "no uri at all"),
        ]
        connection.execute(place.dialog.insert(), rows)
        trace = {"time_stamp": switches.NOW, "callid": "call-1", "method": "INVITE", "status": "200", "msg": ANSWER}
        connection.execute(place.sip_trace.insert(), [trace])

    database.write(work)
    return database


def calls(database: Database, *criteria: Any) -> list[dict[str, Any]]:
    source = live_source(database.url, Kamailio(), "GB")
    listing = Listing(live_calls, Sort("started_at"), criteria)
    found = database.read(lambda connection: source.fetch_page(connection, listing)).rows
    counted = database.read(lambda connection: source.count(connection, listing))
    assert counted.number == len(found)
    return [dict(row) for row in found]


def test_each_customer_of_a_call_has_a_row(busy: Database) -> None:
    found = calls(busy)
    assert [(row["call_id_a"], row["customer"], row["state"]) for row in found] == [
        ("call-1", "Zeta", LiveState.ANSWERED),
        ("call-2", "Zeta", LiveState.ANSWERED),
        ("call-10", "Zeta", LiveState.RINGING),
        ("call-10", "acme", LiveState.RINGING),
        ("call-20", "acme", LiveState.SETUP),
        ("call-40", None, LiveState.ANSWERED),
    ]
    assert found[0]["started_at"] == datetime.fromtimestamp(BEGUN + 1, UTC)
    assert (found[0]["user"], found[0]["destination_number"], found[0]["server"]) == (
        "User 1",
        "33123456789",
        "203.0.113.10",
    )


def test_codec_and_second_leg(busy: Database) -> None:
    first, second, *rest = calls(busy)
    assert (first["codec"], second["codec"]) == ("PCMA", None)
    assert (first["call_id_b"], second["call_id_b"]) == ("call-2", "call-1")
    assert not any(row["call_id_b"] for row in rest)


def test_a_call_that_nobody_has_answered_has_not_begun(busy: Database) -> None:
    """Kamailio writes 0 then, which is not a call of half a century."""
    early = dialog(50, "sip:2001@lab.test", "sip:2002@lab.test", state=2, start_time=0)
    busy.write(lambda connection: connection.execute(create_tables(connection).dialog.insert(), [early]))
    assert {row["started_at"] for row in calls(busy) if row["call_id_a"] == "call-50"} == {None}


def test_narrowed(busy: Database) -> None:
    assert {row["call_id_a"] for row in calls(busy, Equals("customer_id", 2))} == {"call-10", "call-20"}
    assert [row["call_id_a"] for row in calls(busy, Equals("state", LiveState.SETUP))] == ["call-20"]
