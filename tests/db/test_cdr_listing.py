"""CDR paging against sorting in Python: any sort, tab, customer and filter, whichever way it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, insert
from tests.db.makers import NOW

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, User
from partnertui.db.models.cdr_indexes import SLOTTED
from partnertui.db.rows.cdr import name_order, scan_by_time, selective_condition_first, slot_merge
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import AnyOf, Between, Contains, Criterion, Equals, Missing, Not, Prefix, Search
from partnertui.db.rows.filters import fold
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.db.rows.table_source_choice import table_source
from partnertui.kit.declare.query import parse
from partnertui.screens.cdr.page import PAGE
from partnertui.screens.cdr.queries import cdrs

CUSTOMERS = {1: "Beta", 2: "alpha", 3: "Alpha", 257: "gamma"}
USERS = {1: ("Zoe", 1), 2: ("ann", 2), 3: ("Ann", 3), 4: ("bob", 257)}
SORTS = (*SLOTTED, "customer", "user", "call_id_a", "call_id_b", "id", "origin", "customer_id")
DIGITS = st.none() | st.sampled_from(["4420794", "4420795", "49301", "12", "20794442"])
CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "category": st.sampled_from(["dialled", "received", "missed", "other"]),
            "started_at": st.integers(0, 4).map(lambda n: NOW + timedelta(minutes=n)),
            "customer_id": st.none() | st.sampled_from([1, 2, 3, 100, 257, 999]),
            "user_id": st.none() | st.sampled_from([1, 2, 3, 4, 888]),
            "source_number": DIGITS,
            "destination_number": DIGITS,
            "source_name": st.none() | st.sampled_from(["a", "B"]),
            "sip_code": st.none() | st.sampled_from([200, 486]),
            "duration": st.integers(0, 3),
            "charge": st.integers(0, 2**40),
            "mos": st.none() | st.integers(400, 402),
            "call_id_a": st.none() | st.sampled_from(["x", "y"]),
        }
    ),
    max_size=40,
)
CRITERIA = st.lists(
    st.one_of(
        st.builds(Equals, st.just("category"), st.sampled_from(["dialled", "missed"])),
        st.builds(Equals, st.just("customer_id"), st.sampled_from([1, 2, 257, 5])),
        st.builds(Equals, st.just("sip_code"), st.sampled_from([200, 486, 2**40])),
        st.builds(Prefix, st.just("source_number"), st.sampled_from(["44", "4420794", "9"])),
        st.builds(Contains, st.just("destination_number"), st.sampled_from(["2079", "794442", "0"])),
        st.builds(Search, st.just(("source_number", "destination_number")), st.sampled_from(["20794", "493"])),
        st.just(Between("started_at", NOW + timedelta(minutes=1), NOW + timedelta(minutes=3))),
        st.just(Not(Equals("sip_code", 486))),
        st.just(Equals("call_id_a", "x")),
        st.just(Equals("user_id", 2)),
        st.sampled_from([Missing("source_number"), Missing("sip_code"), Missing("user")]),
        st.just(AnyOf((Prefix("destination_number", "44207"), Contains("destination_number", "2079")))),
        st.just(AnyOf((Prefix("source_number", "4420"), Prefix("destination_number", "49"), Equals("user_id", 4)))),
        st.just(AnyOf((Contains("source_number", "0794"), Contains("destination_number", "794442")))),
        st.just(AnyOf((Equals("customer", "alpha"), Equals("user", "Zoe")))),
        st.just(AnyOf((Not(Equals("sip_code", 200)), Missing("destination_number")))),
    ),
    max_size=3,
    unique_by=lambda criterion: getattr(criterion, "field", "search"),
).map(tuple)
REST = {"category": "dialled", "started_at": NOW, "destination_number": "49301", "duration": 1, "charge": 0}
DEFAULTS: dict[str, Any] = {name: None for name in ("call_id_b", "origin", *SLOTTED)} | {
    "direction": "outbound",
    "disposition": "answered",
    "billed_seconds": 0,
}


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Makes every way of finding rows meet its limits with few rows."""
    monkeypatch.setattr(scan_by_time, "MAX_ROWS", steps)
    monkeypatch.setattr(selective_condition_first, "MAX_CANDIDATES", steps)
    monkeypatch.setattr(selective_condition_first, "SMALL_CUSTOMER", steps)
    monkeypatch.setattr(slot_merge, "CHUNK", 2)
    monkeypatch.setattr(name_order, "NAMES_PER_QUERY", 2)


@contextmanager
def calls(database: Database, rows: list[dict[str, Any]]) -> Iterator[tuple[Connection, list[dict[str, Any]]]]:
    stored = [{**DEFAULTS, **row, "id": at + 1} for at, row in enumerate(rows)]
    with database.engine.connect() as plain:
        connection = plain.execution_options(write=True)
        with connection.begin() as transaction:
            named = [
                {"id": key, "company": name, "country": "GB", "currency": "GBP"} for key, name in CUSTOMERS.items()
            ]
            connection.execute(insert(Customer), named)
            people = [
                {
                    "id": key,
                    "name": name,
                    "customer_id": owner,
                    "email": f"{key}@x",
                    "sip_username": str(key),
                    "sip_domain": "x",
                }
                for key, (name, owner) in USERS.items()
            ]
            connection.execute(insert(User), people)
            if stored:
                connection.execute(insert(Cdr), stored)
            yield connection, stored
            transaction.rollback()


def shown(row: dict[str, Any], field: str) -> Any:
    if field == "customer":
        return CUSTOMERS.get(row["customer_id"])
    if field == "user":
        return USERS[row["user_id"]][0] if row["user_id"] in USERS else None
    return row[field]


def fits(criterion: Criterion, row: dict[str, Any]) -> bool:
    match criterion:
        case Search(fields, text):
            return any(text in (row[field] or "") for field in fields)
        case Not(inner):
            return not fits(inner, row)
        case AnyOf(parts):
            return any(fits(part, row) for part in parts)
    value = shown(row, criterion.field)
    match criterion:
        case Equals(_, wanted):
            return bool(value == wanted)
        case Prefix(_, text):
            return value is not None and value.startswith(text)
        case Missing(_):
            return value in (None, "")
        case Contains(_, text):
            return value is not None and text in value
        case Between(_, low, high):
            return bool(low <= value < high)
    raise AssertionError(criterion)


def in_order(rows: list[dict[str, Any]], sort: Sort) -> list[int]:
    def key(row: dict[str, Any]) -> tuple[Any, int]:
        value = shown(row, sort.field)
        return (fold(value) if sort.field in {"customer", "user"} else value, row["id"])

    empty = [row for row in rows if shown(row, sort.field) is None]
    valued = sorted((row for row in rows if shown(row, sort.field) is not None), key=key, reverse=sort.descending)
    return [row["id"] for row in (*valued, *sorted(empty, key=lambda r: r["id"], reverse=sort.descending))]


def walked(connection: Connection, listing: Listing, limit: int, *, forward: bool) -> list[int]:
    found: list[Any] = []
    page = CDR_SOURCE.fetch_page(connection, listing, last=not forward, limit=limit)
    while page.rows:
        found = [*found, *page.rows] if forward else [*page.rows, *found]
        key = key_of(listing, page.rows[-1 if forward else 0])
        after, before = (key, None) if forward else (None, key)
        following = CDR_SOURCE.fetch_page(connection, listing, limit=limit, after=after, before=before)
        assert bool(following.rows) == page.more
        page = following
    return [row["id"] for row in found]


@pytest.mark.parametrize("steps", [1, 5, 1000])
@pytest.mark.usefixtures("small_steps")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=CALLS, criteria=CRITERIA, field=st.sampled_from(SORTS), down=st.booleans(), limit=st.integers(1, 9))
def test_calls_are_paged_in_order_whatever_is_asked(
    database: Database, rows: list[Any], criteria: tuple[Criterion, ...], field: str, down: bool, limit: int
) -> None:
    listing = Listing(cdrs, Sort(field, down), criteria)
    with calls(database, rows) as (connection, stored):
        expected = in_order([row for row in stored if all(fits(c, row) for c in criteria)], listing.sort)
        assert walked(connection, listing, limit, forward=True) == expected
        assert walked(connection, listing, limit, forward=False) == expected
        assert CDR_SOURCE.count(connection, listing).number == len(expected)


@pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")
def test_filters_by_the_customers_name(database: Database) -> None:
    """A condition on a joined name narrows the calls; it never multiplies them."""
    from partnertui.demo import build
    from partnertui.screens.cdr.queries import cdrs

    build(database.url, customers=4, cdrs=300, seed=3)

    def names(*criteria: Contains | Missing | Not) -> tuple[list[str | None], int]:
        listing = Listing(cdrs, Sort("started_at", True), criteria)
        page = database.read(lambda connection: CDR_SOURCE.fetch_page(connection, listing, limit=400))
        return [row["customer"] for row in page.rows], database.read(
            lambda c: CDR_SOURCE.count(c, listing, cap=None)
        ).number

    everything, _ = names()
    one = next(name for name in everything if name)
    found, number = names(Contains("customer", one))
    assert set(found) == {one}
    assert number == len(found) == everything.count(one)
    others, number = names(Not(Contains("customer", one)))
    assert one not in others
    assert number == len(others)
    nobody, number = names(Missing("customer"))
    assert set(nobody) <= {None}
    assert number == everything.count(None)


def test_a_list_of_calls_has_its_own_source() -> None:
    from partnertui.db.rows.select_source import TABLE
    from partnertui.screens.users.queries import users

    assert table_source(cdrs) is CDR_SOURCE
    assert table_source(users) is TABLE


def plans(connection: Connection, listing: Listing) -> list[str]:
    """The plans of all statements that a page and a count of a listing take."""
    taken: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool) -> None:
        taken.append((statement, parameters))

    event.listen(connection.engine, "before_cursor_execute", keep)
    try:
        CDR_SOURCE.fetch_page(connection, listing)
        CDR_SOURCE.count(connection, listing)
    finally:
        event.remove(connection.engine, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN "
    if connection.dialect.name == "postgresql":
        explain = "EXPLAIN "
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # few rows are fastest without an index
    selects = [(text, values) for text, values in taken if text.startswith(("SELECT", "WITH"))]
    return [str(row) for text, values in selects for row in connection.exec_driver_sql(explain + text, values)]


@pytest.mark.parametrize("typed", ["0191 498 0777", "to:0191 498 0777", "from:+44 (0)191", "from:=0191 498 0777"])
def test_a_national_number_is_found_without_a_scan(database: Database, typed: str) -> None:
    """However many calls there are: every plan reads through indexes, apart from the newest calls."""
    parsed = parse(typed, PAGE.asked, PAGE.search, NOW, "GB")
    assert parsed.mistake is None
    listing = Listing(cdrs, Sort("duration", True), parsed.criteria)
    with calls(database, [{"source_number": "441914980777", "customer_id": 1, **REST} for _ in range(30)]) as (c, _):
        lines = plans(c, listing)
        assert len(CDR_SOURCE.fetch_page(c, listing).rows) == (0 if typed.startswith("to") else 30)
    assert any(re.search(r"ix_cdrs_slot_|ix_cdrs_\w+_trigrams|cdr_trigrams", line) for line in lines), lines
    scans = [line for line in lines if re.search(r"SCAN cdrs\b(?! USING)|Seq Scan on cdrs", line)]
    assert not scans
