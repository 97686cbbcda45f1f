"""Every list of the program as each role's own login: the rows are those that the domain allows, through indexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import pytest
from sqlalchemy import Connection, event, func, select
from tests.conftest import run_as_owner
from tests.db.security.plans import Node, Plans, begins_at_key, nodes, relation
from tests.lists_of_screens import WITHOUT_TABLE, Login, listing_of, lists_of, source_for, tabs_of
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui import screens
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError
from partnertui.db.maintenance.partition_calls import partition_calls
from partnertui.db.models import Customer, OperatorAccount, Ticket
from partnertui.db.rows.filter_criteria import Search
from partnertui.db.rows.filters import is_folded, table_name, unlabelled
from partnertui.db.rows.listing import Listing, PageOfRows, key_of
from partnertui.db.rows.source import RowSource
from partnertui.demo import build
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

pytestmark = [pytest.mark.postgresql, pytest.mark.xdist_group("row_security")]
LISTS = lists_of(Role.PARTNER)
LISTS_BY_ROLE = [(name, role) for role in Role for name in lists_of(role)]
BIG = frozenset(
    {
        *(
            "basket_items",
            "cdrs",
            "chats",
            "customers",
            "ddis",
            "history",
            "payments",
            "recordings",
            "statement_entries",
        ),
        *("ticket_messages", "tickets", "transaction_items", "transactions", "user_statuses", "users", "voicemails"),
    }
)
"""Tables that grow with every call or change."""

FROM_THE_SWITCH = ("live", "sip-locations")
"""Lists of Kamailio's tables, which another login reads on a connection of its own."""


READ_WHOLE = {
    **dict.fromkeys(FROM_THE_SWITCH, "Kamailio's tables are read whole, and kept in memory for a moment"),
    "today": "its rows are computed of several tables, those that are due until midnight",
    "ticket-figures": "its rows are sums",
}
FOLDED = ("customers", "users")
"""Lists sorted by lower(name), which isn't leakproof: under a policy no index may be entered by it."""
WITHOUT_KEYSET = {
    **READ_WHOLE,
    **dict.fromkeys(FOLDED, "a partner's rows are sorted by lower(), or those before are read in that order"),
    "credit-cards": "sorted by a sum of year and month, which isn't leakproof, either",
    "pending-ddi": "sorted by the day agreed or else that of the order; only what isn't active yet is there",
}
"""Lists of a partner whose next page isn't entered at the key by an index, and why."""


@dataclass
class Demo:
    """A demo as its owner, and as an operator of each role sees it; the partner is the one with the most customers."""

    owner: Database
    databases: dict[Role, Database]
    logins: dict[Role, Login]

    def as_owner(self, role: Role) -> Login:
        """What the operator of a role would see if nothing but the domain narrowed it."""
        return replace(self.logins[role], url=self.owner.url)


def _operators(connection: Connection) -> dict[Role, Operator]:
    own = select(func.count()).where(Customer.partner_id == OperatorAccount.partner_id).scalar_subquery()
    query = select(OperatorAccount.login).where(OperatorAccount.enabled).order_by(own.desc(), OperatorAccount.id)
    first = {role: connection.scalars(query.where(OperatorAccount.role == role)).first() for role in Role}
    return {role: find_operator(connection, login or "") for role, login in first.items()}


@pytest.fixture(scope="module")
def demo(cluster: Cluster) -> Iterator[Demo]:
    run_as_owner(cluster, "CREATE DATABASE pt_demo")
    url = cluster.url("pt_demo")
    build(url, customers=30, cdrs=3000, seed=1)
    owner = open_database(url)
    owner.write(lambda connection: connection.exec_driver_sql("ANALYZE"))  # else plans change once autovacuum comes
    people = owner.read(_operators)
    logins = {role: Login(one, make_login(url, one.login, role), url) for role, one in people.items()}
    databases = {role: open_database(login.url) for role, login in logins.items()}
    yield Demo(owner, databases, logins)
    for database in (owner, *databases.values()):
        database.close()
    run_as_owner(cluster, "DROP DATABASE pt_demo WITH (FORCE)")


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


def pages_of_tabs(database: Database, login: Login, name: str) -> list[list[PageOfRows]]:
    """The pages of each tab of a list, as a login sees them."""
    source = source_for(login, name)
    return [pages(database, source, listing_of(name, login.operator, tab)) for tab in tabs_of(name)]


@pytest.mark.parametrize(("name", "role"), LISTS_BY_ROLE)
def test_rows_are_those_of_the_domain(demo: Demo, name: str, role: Role) -> None:
    found = pages_of_tabs(demo.databases[role], demo.logins[role], name)
    assert found == pages_of_tabs(demo.owner, demo.as_owner(role), name)
    assert any(first.rows for first, *_ in found), "nothing is compared: the demo has no such row of theirs"


@pytest.mark.parametrize("role", Role)
def test_tickets_that_a_search_finds_are_those_of_the_domain(demo: Demo, role: Role) -> None:
    login, page = demo.logins[role], screens.find().page("support")
    listing = listing_of("support", login.operator, [tab.title for tab in page.tabs].index("Closed"))
    subjects = demo.owner.read(lambda c: c.scalars(select(Ticket.subject).order_by(Ticket.id).limit(300)).all())
    words = sorted({word for subject in subjects for word in re.findall(r"[a-z]{6,}", subject)})
    found = 0
    for word in words[:12]:
        searched = replace(listing, criteria=(Search(page.search, word), *listing.criteria))
        rows = pages(demo.databases[role], source_for(login, "support"), searched)
        assert rows == pages(demo.owner, source_for(demo.as_owner(role), "support"), searched)
        found += len(rows[0].rows)
    assert found


@pytest.mark.parametrize("name", WITHOUT_TABLE)
def test_lists_without_a_table_ask_the_database_nothing(demo: Demo, name: str) -> None:
    """Else they must be tried as each role."""
    database, login, asked = demo.databases[Role.ADMIN], demo.logins[Role.ADMIN], list[str]()
    assert name in screens.find().screens
    source, listing = source_for(login, name), listing_of(name, login.operator)

    def work(connection: Connection) -> None:
        event.listen(connection, "before_cursor_execute", lambda c, cursor, statement, *rest: asked.append(statement))
        with suppress(DomainError):  # no archive is configured
            source.fetch_page(connection, listing)

    database.read(work)
    assert not asked


@pytest.mark.parametrize("name", LISTS)
def test_no_list_of_a_partner_looks_through_a_big_table(demo: Demo, name: str) -> None:
    """With sequential scans off, one that is left has no index that it could use under the policies."""
    database, login = demo.databases[Role.PARTNER], demo.logins[Role.PARTNER]
    source, listing = source_for(login, name), listing_of(name, login.operator)
    with Plans(database) as plans:
        database.read(lambda connection: _read_without_scans(connection, source, listing))
    assert plans.nodes or name in FROM_THE_SWITCH
    scans = [node for node in plans.nodes if node["Node Type"] == "Seq Scan"]
    # a month that has no call yet has no statistics that an index could be better by
    empty = re.compile(r"^cdrs_\d{4}_\d\d$")
    assert not {relation(node) for node in scans if not empty.match(node["Relation Name"])} & BIG


def next_pages(demo: Demo, name: str) -> list[tuple[str, str, list[Node]]]:
    """Table, column and plan of the second page of each tab that has rows; scans and sorts are the last resort."""
    database, login, found = (
        demo.databases[Role.PARTNER],
        demo.logins[Role.PARTNER],
        list[tuple[str, str, list[Node]]](),
    )
    source = source_for(login, name)

    def work(connection: Connection, listing: Listing) -> None:
        first = source.fetch_page(connection, listing, limit=1)
        if not first.rows:
            return
        columns = listing.rows().selected_columns
        column, ident = unlabelled(columns[listing.sort.field]), unlabelled(columns["id"])
        for off in ("seqscan", "bitmapscan", *(() if name in FOLDED else ("sort",))):
            connection.exec_driver_sql(f"SET LOCAL enable_{off} = off")
        with Plans(database) as plans:
            source.fetch_page(connection, listing, after=key_of(listing, first.rows[-1]), limit=3)
        found.append((table_name(column) or table_name(ident), str(column.key or ""), plans.nodes))

    for tab in tabs_of(name):
        database.read(partial(work, listing=listing_of(name, login.operator, tab)))
    return found


@pytest.mark.parametrize("name", [name for name in LISTS if name not in WITHOUT_KEYSET])
def test_a_partner_s_next_page_begins_at_its_key(demo: Demo, name: str) -> None:
    """Where the page before ended is in the condition of an index, so that no row before it is read again."""
    found = next_pages(demo, name)
    assert found
    assert [table for table, column, plan in found if not begins_at_key(plan, table, column)] == []


@pytest.mark.parametrize("name", WITHOUT_KEYSET)
def test_what_has_no_key_in_an_index_is_named(demo: Demo, name: str) -> None:
    """One that is mended leaves the names."""
    found = next_pages(demo, name)
    assert name in LISTS
    assert found
    assert not any(begins_at_key(plan, table, column) for table, column, plan in found)


@pytest.mark.parametrize("name", FOLDED)
def test_names_that_are_sorted_without_regard_to_case(name: str) -> None:
    listing = listing_of(name, Operator(1, "pat", "Pat", Role.PARTNER, 7))
    assert is_folded(unlabelled(listing.rows().selected_columns[listing.sort.field]))


REFUSED = {
    "the partner alone": {"Index Cond": "(partner_id = $0)", "Filter": "(started_at <= '2026-12-01'::timestamp)"},
    "no bound": {"Index Cond": "((partner_id = $0) AND (started_at IS NOT NULL))", "Filter": "(started_at <= $1)"},
    "another column": {"Index Cond": "((partner_id = $0) AND (not_started_at <= '2026-12-01'::timestamp))"},
    "another table's": {"Relation Name": "cdrs", "Index Cond": "(started_at <= '2026-12-01'::timestamp)"},
    "a scan": {"Node Type": "Seq Scan", "Filter": "(started_at <= '2026-12-01'::timestamp)"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_plan_that_reads_what_was_before_is_refused(name: str) -> None:
    scan = {"Node Type": "Index Scan", "Relation Name": "chats", **REFUSED[name]}
    assert not begins_at_key(nodes({"Node Type": "Limit", "Plans": [scan]}), "chats", "started_at")
    good = {**scan, "Relation Name": "chats", "Index Cond": "((partner_id = $0) AND (started_at <= '2026-12-01'))"}
    assert begins_at_key(nodes({"Node Type": "Limit", "Plans": [scan, good]}), "chats", "started_at")


@pytest.mark.parametrize("name", [name for name in LISTS if name not in FROM_THE_SWITCH])
def test_policies_apply_to_each_table_of_a_list(demo: Demo, name: str) -> None:
    """With `row_security` off, PostgreSQL refuses what a policy would narrow: a way around the policies would work."""
    database, login = demo.databases[Role.PARTNER], demo.logins[Role.PARTNER]
    listing = listing_of(name, login.operator)

    def read(connection: Connection) -> None:
        connection.exec_driver_sql("SET LOCAL row_security = off")
        source_for(login, name).fetch_page(connection, listing, limit=3)

    def read_table(connection: Connection, table: str) -> None:
        connection.exec_driver_sql("SET LOCAL row_security = off")
        connection.exec_driver_sql(f"SELECT FROM public.{table} LIMIT 1")

    with Plans(database) as plans:
        database.read(partial(source_for(login, name).fetch_page, listing=listing, limit=3))
    tables = {relation(node) for node in plans.nodes if node.get("Schema", "public") == "public"} - {""}
    assert tables
    reads: list[Callable[[Connection], None]] = [read, *(partial(read_table, table=table) for table in tables)]
    for one in reads:
        with pytest.raises(DatabaseError) as caught:
            database.read(one)
        assert "would be affected by row-level security policy" in str(caught.value.__cause__)


def _read_without_scans(connection: Connection, source: RowSource, listing: Listing) -> None:
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    first = source.fetch_page(connection, listing, limit=3)
    if first.rows:
        source.fetch_page(connection, listing, after=key_of(listing, first.rows[-1]), limit=3)


def test_calls_by_month_are_listed_as_before(demo: Demo) -> None:
    """Last, since the table of calls is another one from here on."""
    before = {role: pages_of_tabs(database, demo.logins[role], "cdr") for role, database in demo.databases.items()}
    list(partition_calls(demo.owner))
    for role, database in demo.databases.items():
        assert pages_of_tabs(database, demo.logins[role], "cdr") == before[role]
    test_no_list_of_a_partner_looks_through_a_big_table(demo, "cdr")
    test_a_partner_s_next_page_begins_at_its_key(demo, "cdr")
