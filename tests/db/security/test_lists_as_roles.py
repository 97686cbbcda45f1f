"""Every list of the program as each role's own login: the rows are those that the domain allows, through indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, event, select
from tests.conftest import run_as_owner
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui import screens
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import Database, open_database
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.models import Customer, OperatorAccount
from partnertui.db.rows.filters import is_folded, unlabelled
from partnertui.db.rows.listing import Listing, PageOfRows, Sort, key_of
from partnertui.db.rows.source import RowSource
from partnertui.db.rows.table_source_choice import table_source
from partnertui.demo import build
from partnertui.domain.operators import Operator, Role
from partnertui.kit.declare.partner_row_filter import own_joins, own_rows

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("row_security")]
LISTS = sorted(screens.find().visible(Role.PARTNER))
BIG = frozenset({"cdrs", "history", "statement_entries", "ticket_messages", "user_statuses", "recordings"})
"""Tables that grow with every call or change."""

GROWING = (
    *("cdr", "payments", "transactions", "transaction-items", "statements", "ddis", "users", "customers", "basket"),
    *("chats", "monitor", "voicemail", "sessions"),
)
"""Lists whose partners may have so many rows that paging must not read those before."""


@dataclass
class Demo:
    """A demo as its owner, and as a support agent and a partner's operator see it."""

    owner: Database
    logins: dict[Role, Database]
    operators: dict[Role, Operator]


@pytest.fixture(scope="module")
def demo(cluster: Cluster) -> Iterator[Demo]:
    run_as_owner(cluster, "CREATE DATABASE pt_demo")
    url = cluster.url("pt_demo")
    build(url, customers=30, cdrs=3000, seed=1)
    owner = open_database(url)

    def operators(connection: Connection) -> dict[Role, Operator]:
        found = {}
        partners = select(Customer.partner_id).where(Customer.partner_id.is_not(None))
        for role in (Role.SUPPORT, Role.PARTNER):
            query = select(OperatorAccount.login).where(OperatorAccount.role == role, OperatorAccount.enabled)
            if role == Role.PARTNER:
                query = query.where(OperatorAccount.partner_id.in_(partners))
            found[role] = find_operator(
                connection, connection.scalars(query.order_by(OperatorAccount.id)).first() or ""
            )
        return found

    people = owner.read(operators)
    logins = {role: open_database(make_login(url, one.login, role)) for role, one in people.items()}
    yield Demo(owner, logins, people)
    for database in (owner, *logins.values()):
        database.close()
    run_as_owner(cluster, "DROP DATABASE pt_demo WITH (FORCE)")


def listed(name: str, operator: Operator) -> tuple[RowSource, Listing] | None:
    """What the list of a screen reads; None where its rows aren't in our database."""
    page = screens.find().page(name)
    if page.source is not None and name != "cdr":
        return None
    listing = Listing(own_joins(page, operator), Sort.parse(page.sort), own_rows(page, operator))
    if name == "cdr":
        from partnertui.db.rows.cdr.source import CDR_SOURCE

        return CDR_SOURCE, Listing(listing.rows, listing.sort, (*page.tabs[0].criteria, *listing.criteria))
    return table_source(page.rows), listing


def pages(database: Database, source: RowSource, listing: Listing) -> list[PageOfRows]:
    """First, next and last page of three rows."""

    def work(connection: Connection) -> list[PageOfRows]:
        first = source.fetch_page(connection, listing, limit=3)
        after = key_of(listing, first.rows[-1]) if first.rows else None
        return [
            first,
            source.fetch_page(connection, listing, after=after, limit=3),
            source.fetch_page(connection, listing, last=True, limit=3),
        ]

    return database.read(work)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.PARTNER])
@pytest.mark.parametrize("name", LISTS)
def test_rows_are_those_of_the_domain(demo: Demo, name: str, role: Role) -> None:
    if (found := listed(name, demo.operators[role])) is None:
        return
    assert pages(demo.logins[role], *found) == pages(demo.owner, *found)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


class Plans:
    """The plans of what a database is asked while this is entered, and the statements."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.nodes: list[dict[str, Any]] = []

    def __enter__(self) -> Plans:
        event.listen(self.database.engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *error: object) -> None:
        event.remove(self.database.engine, "before_cursor_execute", self._explain)

    def _explain(self, connection: Connection, cursor: Any, statement: str, parameters: Any, *rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")) and "FROM" in statement and "set_config" not in statement:
            other = connection.connection.cursor()
            other.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            self.nodes += [node for row in other.fetchall() for node in nodes(row[0][0]["Plan"])]
            other.close()


@pytest.mark.parametrize("name", LISTS)
def test_no_list_of_a_partner_looks_through_a_big_table(demo: Demo, name: str) -> None:
    """With sequential scans off, one that is left has no index that it could use under the policies."""
    if (found := listed(name, demo.operators[Role.PARTNER])) is None:
        return
    database = demo.logins[Role.PARTNER]
    with Plans(database) as plans:
        database.read(lambda connection: _read_without_scans(connection, *found))
    assert plans.nodes
    scanned = {node["Relation Name"] for node in plans.nodes if node["Node Type"] == "Seq Scan"}
    # a month that has no call yet has no statistics that an index could be better by
    assert not {re.sub(r"^cdrs_before_\d{4}_\d\d$", "cdrs", name) for name in scanned} & BIG


@pytest.mark.parametrize("name", GROWING)
def test_a_partner_s_next_page_begins_in_the_index(demo: Demo, name: str) -> None:
    """Where the page before ended is in the condition of an index, so that no row before it is read again."""
    found = listed(name, demo.operators[Role.PARTNER])
    assert found is not None
    source, listing = found
    database, column = demo.logins[Role.PARTNER], listing.rows().selected_columns[listing.sort.field]
    table = getattr(getattr(unlabelled(column), "table", None), "name", "")

    def next_page(connection: Connection, plans: Plans) -> None:
        first = source.fetch_page(connection, listing, limit=1)
        assert first.more
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        if not is_folded(unlabelled(column)):  # lower() isn't leakproof: a partner's rows are sorted by it
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        with plans:
            source.fetch_page(connection, listing, after=key_of(listing, first.rows[-1]), limit=3)

    plans = Plans(database)
    database.read(lambda connection: next_page(connection, plans))
    conditions = [node.get("Index Cond", "") for node in plans.nodes if node.get("Relation Name") == table]
    began = rf"\b{unlabelled(column).key}\b [<>]|\bpartner_id = "
    assert any(re.search(began, condition) for condition in conditions)


def _read_without_scans(connection: Connection, source: RowSource, listing: Listing) -> None:
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    first = source.fetch_page(connection, listing, limit=3)
    if first.rows:
        source.fetch_page(connection, listing, after=key_of(listing, first.rows[-1]), limit=3)


def test_calls_by_month_are_listed_as_before(demo: Demo) -> None:
    """Last, since the table of calls is another one from here on."""
    before = {role: pages(demo.logins[role], *_calls(demo, role)) for role in demo.logins}
    list(partition_calls(demo.owner))
    for role, database in demo.logins.items():
        assert pages(database, *_calls(demo, role)) == before[role]
    test_no_list_of_a_partner_looks_through_a_big_table(demo, "cdr")


def _calls(demo: Demo, role: Role) -> tuple[RowSource, Listing]:
    found = listed("cdr", demo.operators[role])
    assert found is not None
    return found
