"""Paging visits every row exactly once, in order, for any sort, on both databases; filters find what they say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Select, Table, Text, insert, select

from partnertui.db.database import Database
from partnertui.db.rows.filter_criteria import (
    AnyOf,
    Between,
    Contains,
    Criterion,
    Equals,
    Missing,
    Not,
    OneOf,
    Prefix,
    Search,
)
from partnertui.db.rows.filters import fold, prefix_end
from partnertui.db.rows.listing import Count, Listing, Sort, key_of
from partnertui.db.rows.select_source import TABLE
from partnertui.db.rows.source import fetch_again, fetch_row
from partnertui.domain.errors import DomainError

THINGS = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text(collation="C").with_variant(Text(), "sqlite"), info={"fold": True}),
    Column("size", Integer),
    Column("digits", Text(collation="C").with_variant(Text(), "sqlite")),
)
WORDS = st.text(alphabet="aAbBzZä%_\\ \U0001f600", max_size=4)
ROWS = st.lists(
    st.tuples(st.none() | WORDS, st.none() | st.integers(-2, 2), st.none() | st.text(alphabet="0123", max_size=5)),
    max_size=25,
)
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Undone(Exception):
    """Takes a test's rows back."""


@contextmanager
def things(database: Database, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Connection, list[dict[str, Any]]]]:
    stored = [dict(zip(("name", "size", "digits"), row, strict=True), id=at + 1) for at, row in enumerate(rows)]
    with database.engine.connect() as plain:
        connection = plain.execution_options(write=True)
        with connection.begin() as transaction:
            THINGS.create(connection, checkfirst=True)
            if stored:
                connection.execute(insert(THINGS), stored)
            yield connection, stored
            transaction.rollback()


def rows() -> Select[Any]:
    return select(THINGS.c.id, THINGS.c.name, THINGS.c.size, THINGS.c.digits)


def in_order(stored: list[dict[str, Any]], sort: Sort) -> list[int]:
    def key(row: dict[str, Any]) -> tuple[Any, int]:
        value = row[sort.field]
        return (fold(value).encode() if sort.field == "name" else value, row["id"])

    valued = sorted((r for r in stored if r[sort.field] is not None), key=key, reverse=sort.descending)
    empty = sorted((r for r in stored if r[sort.field] is None), key=lambda r: r["id"], reverse=sort.descending)
    return [row["id"] for row in (*valued, *empty)]


@MANY
@given(data=ROWS, field=st.sampled_from(["id", "name", "size", "digits"]), down=st.booleans(), limit=st.integers(1, 7))
def test_paging_visits_every_row_once_in_order_both_ways(
    database: Database, data: list[Any], field: str, down: bool, limit: int
) -> None:
    listing = Listing(rows, Sort(field, down))
    with things(database, data) as (connection, stored):
        expected = in_order(stored, listing.sort)
        assert walked(connection, listing, limit, forward=True) == expected
        assert walked(connection, listing, limit, forward=False) == expected


def walked(connection: Connection, listing: Listing, limit: int, *, forward: bool) -> list[int]:
    found: list[Any] = []
    page = TABLE.fetch_page(connection, listing, last=not forward, limit=limit)
    while page.rows:
        found = [*found, *page.rows] if forward else [*page.rows, *found]
        key = key_of(listing, page.rows[-1 if forward else 0])
        after, before = (key, None) if forward else (None, key)
        following = TABLE.fetch_page(connection, listing, limit=limit, after=after, before=before)
        assert bool(following.rows) == page.more
        page = following
    return [row["id"] for row in found]


def naive(criterion: Criterion, row: dict[str, Any]) -> bool:
    value = None if isinstance(criterion, Search | Not | AnyOf) else row[criterion.field]
    match criterion:
        case Equals(_, wanted):
            return bool(value == wanted)
        case OneOf(_, values):
            return value in values
        case Prefix(field, text):
            return value is not None and (
                fold(value).startswith(fold(text)) if field == "name" else value.startswith(text)
            )
        case Contains(_, text):
            return value is not None and fold(text) in fold(value)
        case Between(_, low, high):
            return value is not None and (low is None or value >= low) and (high is None or value < high)
        case Missing():
            return value is None or value == ""
        case Search(fields, text):
            return any(naive(Contains(field, text), row) for field in fields)
        case Not(inner):
            return not naive(inner, row)
        case AnyOf(parts):
            return any(naive(part, row) for part in parts)
    raise AssertionError(criterion)


TEXTS = st.sampled_from(["name", "digits"])
SIMPLE = st.one_of(
    st.builds(Equals, TEXTS, WORDS),
    st.builds(Equals, st.just("size"), st.integers(-(2**70), 2**70) | st.integers(-2, 2)),
    st.builds(OneOf, st.just("size"), st.tuples(st.integers(-2, 2), st.integers(-2, 2))),
    st.builds(Prefix, TEXTS, WORDS | st.text(alphabet="0123", max_size=2)),
    st.builds(Contains, TEXTS, WORDS | st.text(alphabet="0123", max_size=2)),
    st.builds(Between, st.just("size"), st.none() | st.integers(-3, 2**66), st.none() | st.integers(-3, 3)),
    st.builds(Missing, st.sampled_from(["name", "size", "digits"])),
    st.builds(Search, st.just(("name", "digits")), WORDS | st.text(alphabet="0123", max_size=2)),
)

EITHER = st.one_of(
    st.builds(AnyOf, st.lists(SIMPLE | st.builds(Not, SIMPLE), max_size=3).map(tuple)),
    st.builds(Not, st.builds(AnyOf, st.tuples(SIMPLE, SIMPLE))),
)


@MANY
@given(data=ROWS, first=SIMPLE | st.builds(Not, SIMPLE) | EITHER, second=st.none() | SIMPLE)
def test_filters_find_what_they_say(database: Database, data: list[Any], first: Criterion, second: Criterion) -> None:
    criteria = tuple(criterion for criterion in (first, second) if criterion is not None)
    listing = Listing(rows, Sort("id"), criteria)
    with things(database, data) as (connection, stored):
        expected = [row["id"] for row in stored if all(naive(criterion, row) for criterion in criteria)]
        assert [row["id"] for row in TABLE.fetch_page(connection, listing, limit=50).rows] == expected
        assert TABLE.count(connection, listing) == Count(len(expected), exact=True, capped=False)


def test_counts_stop_at_the_cap(database: Database) -> None:
    with things(database, [("a", n, None) for n in range(20)]) as (connection, _):
        listing = Listing(rows, Sort("id"), (Equals("name", "a"),))
        assert TABLE.count(connection, listing, cap=10) == Count(10, exact=False, capped=True)
        assert TABLE.count(connection, listing, cap=None) == Count(20, exact=True, capped=False)


def test_rows_are_read_again_where_they_were(database: Database) -> None:
    with things(database, [("a", 1, None), ("b", 2, None), ("c", 3, None)]) as (connection, _):
        listing = Listing(rows, Sort("size", descending=True))
        assert fetch_row(TABLE, connection, listing, 99) is None
        assert fetch_row(TABLE, connection, listing, 3) == {"id": 3, "name": "c", "size": 3, "digits": None}
        first, second = TABLE.fetch_page(connection, listing, limit=2).rows
        connection.execute(insert(THINGS), {"id": 4, "name": "d", "size": 9})
        again = fetch_again(TABLE, connection, listing, key_of(listing, second), 1)
        assert ([row["name"] for row in again.rows], again.more) == (["c", "b"], True)
        again = fetch_again(TABLE, connection, listing, key_of(listing, first), 1)
        assert [row["name"] for row in again.rows] == ["d", "c"]


def test_a_column_that_is_not_there_is_a_sentence(database: Database) -> None:
    with things(database, []) as (connection, _), pytest.raises(DomainError, match="no column “colour”"):
        TABLE.fetch_page(connection, Listing(rows, Sort("id"), (Equals("colour", "red"),)))


@given(st.text(min_size=1))
def test_after_is_the_end_of_a_prefix(text: str) -> None:
    end = prefix_end(text)
    assert end is None or (text < end and not end.startswith(text))
