"""Registrations are listed alike wherever Kamailio keeps them, with their customers and users."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.db.kamailio import switches
from tests.db.kamailio.switches import NOW

from partnertui.db.database import Database
from partnertui.db.kamailio.registration_source import RegistrationSource, registrations
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.models import Customer, User
from partnertui.db.rows.filter_criteria import Between, Contains, Criterion, Equals, Missing, Not, OneOf, Prefix, Search
from partnertui.db.rows.listing import Listing, Sort, key_of

COLUMNS = (
    "id",
    "aor",
    "customer_id",
    "customer",
    "partner_id",
    "user_id",
    "user",
    "contact",
    "received",
    "transport",
    "user_agent",
    "expires_at",
    "registered_since",
    "last_modified",
    "path",
    "socket",
    "call_id",
    "cseq",
    "methods",
    "nat",
)
WITH_SERVER = ("sqlite+server", "postgres", "postgres+schema", "postgres+file")
BY_ID = Sort("id")
Place = tuple[Database, RegistrationSource]


@pytest.fixture(
    scope="module",
    params=[
        "sqlite",
        "sqlite+file",
        *(
            pytest.param(kind, marks=pytest.mark.postgresql)
            for kind in ("sqlite+server", "postgres", "postgres+schema")
        ),
        pytest.param("postgres+file", marks=pytest.mark.postgresql),
    ],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Our database and a source, in every combination; only read from."""
    kind, _, beside = request.param.partition("+")
    folder = tmp_path_factory.mktemp("place")
    with ExitStack() as stack:
        ours = stack.enter_context(
            switches.fresh_file(request.getfixturevalue("sqlite_template"), folder)
            if kind == "sqlite"
            else switches.fresh_server(request.getfixturevalue("cluster"), "template_pt")
        )
        ours.write(switches.office)
        if not beside:
            source = switches.same_database(ours)
        elif beside == "schema":
            source = switches.schema(ours)
        elif beside == "file":
            source = switches.another(ours, stack.enter_context(switches.fresh_file(None, folder)))
        else:
            server = switches.fresh_server(request.getfixturevalue("cluster"), "template0")
            source = switches.another(ours, stack.enter_context(server))
        yield ours, source
        source.close()


def rows(place: Place, *criteria: Criterion, sort: Sort = BY_ID, **where: Any) -> list[dict[str, Any]]:
    ours, source = place
    listing = Listing(registrations, sort, criteria)
    return [dict(row) for row in ours.read(lambda connection: source.fetch_page(connection, listing, **where)).rows]


def ids(place: Place, *criteria: Criterion) -> list[int]:
    listing = Listing(registrations, Sort("id"), criteria)
    counted = place[0].read(lambda connection: place[1].count(connection, listing))
    found = [row["id"] for row in rows(place, *criteria)]
    assert (counted.number, counted.exact) == (len(found), True)
    return found


def test_a_row(place: Place) -> None:
    row = rows(place)[2]
    assert set(COLUMNS) <= set(row)
    assert (row["aor"], row["customer"], row["user"], row["partner_id"]) == ("2003", "Zeta", "User 3", None)
    assert row["received"] == "sip:198.51.100.9:40003"
    assert row["nat"] is True
    assert row["expires_at"] == NOW + timedelta(seconds=97 * 3)
    assert row["last_modified"] == NOW - timedelta(seconds=3)
    assert row["registered_since"] == NOW - timedelta(days=2)
    assert row["transport"] == "udp"


def test_whose_it_is(place: Place) -> None:
    listed = {row["id"]: row for row in rows(place)}
    assert listed[10]["customer"] is None, "nobody has that AOR"
    assert listed[11]["customer"] is None, "two users have that name, and Kamailio keeps no domain"
    assert (listed[12]["customer"], listed[12]["aor"]) == ("acme", "twin@b.test")
    assert listed[9]["user_id"] == listed[1]["user_id"] == 1
    assert listed[12]["received"] is None
    assert listed[12]["user_agent"] is None
    assert listed[12]["nat"] is False
    assert listed[4]["transport"] == "tcp"


CRITERIA = (
    (Equals("customer_id", 2), [2, 4, 6, 8, 12]),
    (Equals("partner_id", 7), [2, 4, 6, 8, 12]),
    (Equals("user_id", 1), [1, 9]),
    (Equals("id", 5), [5]),
    (Missing("customer"), [10, 11]),
    (Contains("customer", "ETA"), [1, 3, 5, 7, 9]),
    (Prefix("aor", "200"), [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (Contains("user_agent", "SNOM"), [1, 6, 11]),
    (Missing("user_agent"), [2, 7, 12]),
    (OneOf("transport", ("tcp", "tls")), [4, 8, 12]),
    (Equals("nat", True), [3, 6, 9]),
    (Not(Equals("nat", True)), [1, 2, 4, 5, 7, 8, 10, 11, 12]),
    (Between("expires_at", None, NOW + timedelta(seconds=97)), [5, 10]),
    (Between("expires_at", NOW + timedelta(seconds=97), NOW + timedelta(seconds=194)), [1, 6, 11]),
    (Search(("aor", "user"), "user 3"), [3]),
    (Search(("aor", "contact"), "stranger"), [10]),
)


def test_filters(place: Place) -> None:
    for criterion, expected in CRITERIA:
        assert ids(place, criterion) == expected, criterion


@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_any_column(place: Place, descending: bool) -> None:
    for field in (
        "aor",
        "customer",
        "user",
        "partner_id",
        "received",
        "transport",
        "expires_at",
        "last_modified",
        "nat",
    ):
        walk(place, Sort(field, descending))


def walk(place: Place, sort: Sort) -> None:
    """All pages, forwards and backwards, are the whole list in its order."""
    field, descending = sort.field, sort.descending
    listing = Listing(registrations, sort)
    whole = rows(place, sort=sort)
    assert sorted(row["id"] for row in whole) == list(range(1, 13))
    values = [row[field] for row in whole]
    known = [value.lower() if field in {"customer", "user"} else value for value in values if value is not None]
    assert known == sorted(known, reverse=descending)
    assert values[len(known) :] == [None] * (12 - len(known)), "those without a value come last"
    starts: tuple[tuple[str, dict[str, bool]], ...] = (("after", {}), ("before", {"last": True}))
    for direction, start in starts:
        read: list[dict[str, Any]] = []
        page = rows(place, sort=sort, limit=5, **start)
        while page:
            read = [*read, *page] if direction == "after" else [*page, *read]
            edge = page[-1] if direction == "after" else page[0]
            page = rows(place, sort=sort, limit=5, **{direction: key_of(listing, edge)})
        assert [row["id"] for row in read] == [row["id"] for row in whole]


def test_one_customers_phones_among_many_are_found_at_once(database: Database) -> None:
    """A plan that pairs every user with every registration took 23 s of 100,000."""
    many = range(1, 15_001)

    def work(connection: Connection) -> None:
        place = create_tables(connection)
        firms = [{"id": n, "company": f"Firm {n}", "country": "GB", "currency": "GBP"} for n in range(1, 301)]
        connection.execute(insert(Customer), firms)
        users = [
            {
                "id": n,
                "name": f"User {n}",
                "email": f"{n}@x.test",
                "sip_username": str(n),
                "sip_domain": "x.test",
                "customer_id": n % 300 + 1,
            }
            for n in many
        ]
        connection.execute(insert(User), users)
        connection.execute(place.location.insert(), [switches.registration(n, str(n)) for n in many])

    database.write(work)
    source = RegistrationSource(database.url)
    for criterion in (Equals("customer_id", 77), Equals("user_id", 76), Contains("customer", "Firm 77")):
        listing = Listing(registrations, Sort("aor"), (criterion,))
        begun = time.monotonic()
        page = database.read(partial(source.fetch_page, listing=listing))
        assert time.monotonic() - begun < 1.5, criterion
        assert {row["customer"] for row in page.rows} == {"Firm 77"}
