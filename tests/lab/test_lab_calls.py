"""Calls made in the lab become CDRs with what really happened to them."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select
from tests.lab.labtools import Lab
from tests.lab.office import furnish

from partnertui.db.database import Database, open_database
from partnertui.db.models import Cdr
from partnertui.db.sync import sync

EXPECTED = {
    ("1003", "busy", 486),
    ("1004", "cancelled", 487),
    ("1005", "no answer", 408),
    ("1006", "rejected", 603),
    ("1007", "congestion", 503),
    ("1008", "answered", 200),
    ("4040", "failed", 404),
    ("5030", "congestion", 503),
}
"""Callee, disposition, code; the ninth call has a wrong password, and Kamailio keeps no account of it."""


@pytest.fixture
def office(sqlite_database: Database) -> Database:
    furnish(sqlite_database)
    return sqlite_database


def test_every_call_is_taken_once_with_its_code_and_customer(lab: Lab, office: Database) -> None:
    lab.do("calls", "1")
    kamailio = open_database(lab.url, read_only=True)
    try:
        deadline = time.monotonic() + 20
        while sync(office, kamailio=kamailio).waiting or count(office) < len(EXPECTED):
            assert time.monotonic() < deadline, "Kamailio's rows did not come"
            time.sleep(0.5)
        assert sync(office, kamailio=kamailio).imported == 0
    finally:
        kamailio.close()
    found = office.read(lambda connection: list(connection.execute(select(*Cdr.__table__.c)).mappings()))
    assert {(row["destination_number"], row["disposition"], row["sip_code"]) for row in found} == EXPECTED
    assert {row["customer_id"] for row in found} == {1}
    assert {row["source_name"] for row in found} == {"Caller"}
    assert {row["source_ip"] for row in found} == {"198.51.100.6"}
    talk = next(row for row in found if row["disposition"] == "answered")
    assert 2 <= talk["duration"] <= 5
    assert talk["hung_up_by"] == "caller"
    assert abs(talk["started_at"].timestamp() - time.time()) < 120


def count(office: Database) -> int:
    """CDRs so far."""
    return office.read(lambda connection: len(connection.execute(select(Cdr.id)).all()))
