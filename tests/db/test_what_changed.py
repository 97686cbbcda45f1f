"""What changed before it broke: the right first failure, and every sort of event on one time line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, insert
from tests.db.makers import ANN, NOW, PAT
from tests.db.test_customer_overview import plan_of
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.changes_before_failure import FIRST_BAD, LAST_GOOD, TimeLine, time_line_of_call, time_line_of_ticket
from partnertui.db.database import Database
from partnertui.db.first_failed_call import series_until
from partnertui.db.models import (
    Cdr,
    CustomerPriceList,
    History,
    IncidentFailure,
    IncidentRecord,
    PriceList,
    PriceListEntry,
    ProbeRun,
    SeenRegistration,
    SwitchUser,
    User,
    UserStatus,
)
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.domain.call_enums import Disposition
from partnertui.domain.operators import Operator

USER, AOR, CARRIER_NUMBER = 31, "1001@acme.example", "4930123456"
GOOD, BAD, BUSY = Disposition.ANSWERED, Disposition.CONGESTION, Disposition.BUSY


def at(minutes: float) -> datetime:
    """So many minutes before NOW."""
    return NOW - timedelta(minutes=minutes)


def write(database: Database, rows: Mapping[Table, Sequence[Mapping[str, object]]]) -> None:
    """Rows of several tables."""

    def work(connection: Connection) -> None:
        for table, values in rows.items():
            connection.execute(insert(table), [dict(one) for one in values])

    database.write(work)


def a_user(database: Database) -> None:
    """The customer's user, whose phone is 1001."""
    user = {
        "id": USER,
        "customer_id": CUSTOMER,
        "partner_id": 7,
        "name": "Ada Lane",
        "email": "ada@acme.example",
        "sip_username": "1001",
        "sip_domain": "acme.example",
        "created_at": NOW,
    }
    write(database, {table_of(User): [user]})


def calls(database: Database, *made: tuple[int, float, Disposition, str]) -> None:
    """Outbound calls of the user: ID, minutes ago, result, number called."""
    rows = [
        {
            "id": key,
            "started_at": at(minutes),
            "category": "dialled",
            "direction": "outbound",
            "customer_id": CUSTOMER,
            "user_id": USER,
            "source_number": "1001",
            "destination_number": number,
            "disposition": result,
            "sip_code": 503 if result == BAD else 200,
        }
        for key, minutes, result, number in made
    ]
    write(database, {table_of(Cdr): rows})


def line_of(database: Database, call: int, operator: Operator = ANN) -> TimeLine:
    """The time line of a call."""
    return database.read(lambda connection: time_line_of_call(connection, operator, call))


def test_the_first_failure_after_the_last_success_with_this_number(database: Database) -> None:
    one_ticket(database)
    a_user(database)
    calls(
        database,
        (1, 600, BAD, CARRIER_NUMBER),
        (2, 500, GOOD, CARRIER_NUMBER),
        (3, 400, BAD, CARRIER_NUMBER),
        (4, 300, BUSY, CARRIER_NUMBER),
        (5, 200, GOOD, "44207946000"),
        (6, 100, BAD, CARRIER_NUMBER),
        (7, 50, GOOD, CARRIER_NUMBER),
    )
    found = line_of(database, 6).found
    assert found is not None
    assert found.last_good is not None
    assert (found.first_bad.id, found.last_good.id, found.failures) == (3, 2, 2)
    assert found.series == "calls with this number"


def test_a_number_that_never_worked_is_told_by_the_users_other_calls(database: Database) -> None:
    one_ticket(database)
    a_user(database)
    calls(database, (1, 300, GOOD, "44207946000"), (2, 200, BAD, "33140000000"), (3, 100, BAD, CARRIER_NUMBER))
    found = line_of(database, 3).found
    assert found is not None
    assert found.last_good is not None
    assert (found.first_bad.id, found.last_good.id, found.series) == (2, 1, "calls from or to Ada Lane")


def events(database: Database) -> None:
    """One event of each sort in the hours before, and some that don't count."""
    entry = {"operator_id": ANN.id, "operator_name": "Ann", "customer_id": CUSTOMER, "partner_id": 7}
    own = {**entry, "object_table": "customers", "object_id": CUSTOMER, "action": "changed"}
    price = {**entry, "customer_id": None, "partner_id": None, "object_table": "price_list_entries", "object_id": 51}
    history = [
        {**own, "at": at(150), "changes": {"international_calls": [True, False]}},
        {**own, "at": at(90), "changes": {"contact": ["Ada", "Bea"]}},
        {**own, "at": at(3000), "changes": {"language": ["en", "de"]}},
        {**own, "at": at(150), "changes": {"body": [None, "x"]}, "object_table": "notes"},
        {**own, "at": at(150), "changes": {"company": ["A", "B"]}, "customer_id": 99, "partner_id": 8},
        {**price, "at": at(140), "action": "changed", "changes": {"per_minute": [1, 2]}},
        {**price, "at": at(140), "action": "changed", "changes": {"per_minute": [1, 2]}, "object_id": 52},
    ]
    lists = [{"id": n, "name": f"List {n}", "kind": "calls", "currency": "EUR"} for n in (41, 42)]
    entries = [{"id": n + 10, "price_list_id": n, "name": "Germany", "per_minute": 1} for n in (41, 42)]
    incident = {
        "id": 61,
        "shared_by": "carrier",
        "value": "203.0.113.66",
        "verdict": "503 Service Unavailable",
        "first_at": at(110),
        "last_at": at(100),
        "noticed_at": at(105),
        "failures": 9,
        "customers": 3,
        "attempts": 12,
        "state": "open",
    }
    phone = {"aor": AOR, "user_agent": "Snom D785", "transport": "tls", "seen_at": at(500), "lost_at": at(115)}
    switch = {"customer_id": CUSTOMER, "partner_id": 7, "sip_username": "1001", "sip_domain": "acme.example"}
    probe = {"operator_id": ANN.id, "kind": "options", "target": "sip:1001@x", "phone": AOR, "customer_id": CUSTOMER}
    status = {"user_id": USER, "customer_id": CUSTOMER, "partner_id": 7, "presence": "offline", "ip": "198.51.100.9"}
    write(
        database,
        {
            table_of(PriceList): lists,
            table_of(PriceListEntry): entries,
            table_of(CustomerPriceList): [
                {"customer_id": CUSTOMER, "partner_id": 7, "slot": "outbound calls", "price_list_id": 41}
            ],
            table_of(History): history,
            table_of(IncidentRecord): [incident],
            table_of(IncidentFailure): [{"incident_id": 61, "at": at(110), "customer_id": CUSTOMER, "cdr_id": 3}],
            table_of(SeenRegistration): [phone],
            table_of(SwitchUser): [{**switch, "changed_at": at(130), "written_at": at(129)}],
            table_of(ProbeRun): [{**probe, "at": at(120), "outcome": "no answer", "partner_id": 7}],
            table_of(UserStatus): [{**status, "at": at(116)}],
        },
    )


def test_every_sort_of_event_is_on_one_time_line(database: Database) -> None:
    one_ticket(database, cdr_id=4)
    a_user(database)
    calls(database, (2, 200, GOOD, CARRIER_NUMBER), (3, 100, BAD, CARRIER_NUMBER), (4, 60, BAD, CARRIER_NUMBER))
    events(database)
    found = database.read(lambda connection: time_line_of_ticket(connection, ANN, TICKET))
    assert [(one.sort, one.table, one.record) for one in found.changes] == [
        (LAST_GOOD, "cdrs", 2),
        ("change", "customers", CUSTOMER),
        ("price", "price_list_entries", 51),
        ("switch", "users", USER),
        ("test", "users", USER),
        ("status", "users", USER),
        ("phone", "users", USER),
        ("incident", "incidents", 61),
        (FIRST_BAD, "cdrs", 3),
    ]
    texts = [one.text for one in found.changes]
    assert texts[1] == "Ann changed customer: international calls True -> False"
    assert texts[2] == "Ann changed price list entry: per minute 1 -> 2 (Germany)"
    assert texts[-1] == "1001 to +49 30 123456: the first call that failed (congestion, 503 Service Unavailable)"
    assert found.until == at(100)


def test_a_partner_sees_neither_prices_nor_incidents(database: Database) -> None:
    one_ticket(database)
    a_user(database)
    calls(database, (2, 200, GOOD, CARRIER_NUMBER), (3, 100, BAD, CARRIER_NUMBER))
    events(database)
    sorts = {one.sort for one in line_of(database, 3, PAT).changes}
    assert not sorts & {"price", "incident"}
    assert "change" in sorts


@pytest.mark.parametrize("known", [True, False])
def test_a_phone_without_a_call(database: Database, known: bool) -> None:
    one_ticket(database, aor=AOR, created_at=at(100))
    a_user(database)
    events(database)
    if known:
        calls(database, (1, 130, BAD, CARRIER_NUMBER), (2, 80, BAD, CARRIER_NUMBER))
    found = database.read(lambda connection: time_line_of_ticket(connection, ANN, TICKET))
    assert (found.found is not None) == known
    assert found.until == at(130 if known else 100)


@pytest.mark.parametrize(
    ("same", "index"),
    [
        (
            [Cdr.destination_number == CARRIER_NUMBER, Cdr.customer_id + 0 == CUSTOMER],
            "ix_cdrs_slot_destination_number",
        ),
        ([Cdr.source_number == CARRIER_NUMBER, Cdr.customer_id + 0 == CUSTOMER], "ix_cdrs_slot_source_number"),
        ([Cdr.user_id == USER], "ix_cdrs_user_id_slot"),
    ],
)
def test_a_series_is_read_by_its_index(database: Database, same: list[Expression], index: str) -> None:
    one_ticket(database)
    a_user(database)
    calls(database, *((n, n, GOOD, f"49301234{n % 50:02}") for n in range(1, 2000)))
    plan = plan_of(database, series_until(CUSTOMER, 1500, same))
    assert index in plan, plan
