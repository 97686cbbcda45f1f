"""Past months of two partners are on two other servers: lists stay the same; one that is away stops its partner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, insert, text
from tests.db.foreign_cdr_servers.remote import PASSWORD, Remote
from tests.db.maintenance.months_database import by_month
from tests.row_security import make_login
from tests.servers import Cluster
from tests.sync import switch

from partnertui.db.cdr_partitions import drop_months, make_months, moved_until
from partnertui.db.database import Database, open_database
from partnertui.db.errors import CallServerUnavailable, DatabaseError
from partnertui.db.foreign_cdr_servers import month_move
from partnertui.db.foreign_cdr_servers.add_server import add_server
from partnertui.db.foreign_cdr_servers.catalog import cdr_servers, moved_months
from partnertui.db.foreign_cdr_servers.column_upgrade import upgrade_months
from partnertui.db.foreign_cdr_servers.month_move import move_months
from partnertui.db.foreign_cdr_servers.partner_pruning import name_partner
from partnertui.db.models import Cdr, Customer, OperatorAccount, Partner, RejectedRow
from partnertui.db.rating.rate_calls import rate_calls
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Criterion, Equals
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.sync import sync
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role
from partnertui.screens.cdr.queries import cdrs

pytestmark = [pytest.mark.postgresql, pytest.mark.owner, pytest.mark.xdist_group("cdr_servers")]
MAY = datetime(2026, 5, 1, tzinfo=UTC)
ALL = "SELECT count(*), md5(string_agg(c::text, '|' ORDER BY id)) FROM cdrs c"
PARTNERS = {7: "north", 8: "south"}


@dataclass
class Site:
    """Ours, and the two others."""

    here: Database
    north: Remote
    south: Remote
    partners: dict[int, Database]
    support: Database


@pytest.fixture(scope="module")
def remotes() -> Iterator[tuple[Remote, Remote]]:
    made = Remote(), Remote()
    try:
        for remote in made:
            remote.start()
        yield made
    finally:
        for remote in made:
            remote.stop()


@pytest.fixture
def site(cluster: Cluster, remotes: tuple[Remote, Remote]) -> Iterator[Site]:
    """Calls of half a year of partners 7 and 8 and of none; the servers are added, nothing is moved yet."""
    with by_month(cluster, "pt_servers") as here:
        logins = {"srv_pat": "partner", "srv_qin": "partner", "srv_sue": "support"}
        fill(here, logins)
        here.write(lambda connection: connection.exec_driver_sql("CREATE EXTENSION postgres_fdw"))
        for name, remote in zip(PARTNERS.values(), remotes, strict=True):
            add_server(here, name, remote.link, PASSWORD)
        urls = [make_login(here.url, login, role) for login, role in logins.items()]
        pat, qin, sue = map(open_database, urls)
        yield Site(here, *remotes, {7: pat, 8: qin}, sue)
        for database in (pat, qin, sue):
            database.close()
    for remote in remotes:
        with psycopg.connect(remote.url("calls"), autocommit=True) as connection:
            schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'calls_%'").fetchall()
            for (schema,) in schemas:
                connection.execute(f'DROP SCHEMA "{schema}" CASCADE')


def fill(here: Database, logins: dict[str, str]) -> None:
    call = {"category": "dialled", "direction": "outbound", "disposition": "answered", "rating": "rated"}
    rows = [
        {
            **call,
            "started_at": datetime(2026, 1, 3, tzinfo=UTC) + timedelta(hours=11 * number),
            "partner_id": (7, 8, None)[number % 3],
            "customer_id": (1, 2, None)[number % 3],
            "duration": number * 7919 % 600,
            "destination_number": f"4420{number * 7919 % 1000:07d}",
            "origin": f"kamailio:{number}",
        }
        for number in range(400)
    ]
    operators = [
        {"id": key, "login": login, "name": login, "role": role, "partner_id": {1: 7, 2: 8}.get(key)}
        for key, (login, role) in enumerate(logins.items(), 1)
    ]
    customers = [
        {"id": key, "company": f"C{key}", "country": "GB", "currency": "GBP", "partner_id": 6 + key} for key in (1, 2)
    ]

    def work(connection: Connection) -> None:
        connection.execute(insert(Partner), [{"id": 7, "name": "Seven"}, {"id": 8, "name": "Eight"}])
        connection.execute(insert(OperatorAccount), operators)
        connection.execute(insert(Customer), customers)
        connection.execute(insert(Cdr), rows)

    here.write(work)
    make_months(here, MAY.date())


def move(site: Site, before: datetime = MAY) -> list[str]:
    return list(move_months(site.here, before, {name: [partner] for partner, name in PARTNERS.items()}))


def ask(database: Database, query: str) -> list[Any]:
    return database.read(lambda connection: [tuple(row) for row in connection.exec_driver_sql(query)])


def page(database: Database, field: str = "started_at", *more: Criterion, last: bool = False) -> list[Any]:
    listing = Listing(cdrs, Sort(field, descending=True), more)
    rows = database.read(lambda connection: CDR_SOURCE.fetch_page(connection, listing, last=last, limit=40)).rows
    return [dict(row) for row in rows]


def pages(database: Database, *more: Criterion) -> list[Any]:
    """The first and last pages by several columns, a count and a call by its ID."""
    found = [page(database, field, *more, last=last) for field in FIELDS for last in (False, True)]
    listing = Listing(cdrs, Sort("started_at"), more)
    count = database.read(lambda connection: CDR_SOURCE.count(connection, listing)).number
    oldest = found[1][-1]["id"]
    return [*found, count, page(database, "started_at", Equals("id", oldest), *more)]


FIELDS = ("started_at", "duration", "destination_number", "customer")
OWN = {partner: Equals("partner_id", partner) for partner in PARTNERS}


def test_everything_is_listed_as_before(site: Site) -> None:
    before = ask(site.here, ALL), pages(site.here), pages(site.support)
    own = {partner: pages(database, OWN[partner]) for partner, database in site.partners.items()}
    lines = move(site)
    assert lines[0] == "cdrs_2026_01: 22 calls to north, 21 calls to south; 21 stayed here."
    assert [line.partition(":")[0] for line in lines] == [f"cdrs_2026_0{month}" for month in (1, 2, 3, 4)]
    assert (ask(site.here, ALL), pages(site.here), pages(site.support)) == before
    assert {partner: pages(database, OWN[partner]) for partner, database in site.partners.items()} == own
    assert {row["partner_id"] for row in page(site.partners[7])} == {7}
    parts = dict(ask(site.here, "SELECT tableoid::regclass::text, count(*) FROM cdrs GROUP BY 1"))
    assert (parts["cdrs_2026_01_north"], parts["cdrs_2026_01_here"]) == (22, 21)
    assert site.here.read(moved_until) == MAY
    assert move(site) == []


def test_one_server_that_is_away_stops_its_partner_alone(site: Site) -> None:
    move(site)
    for partner, database in site.partners.items():
        name_partner(database, Operator(1, "x", "X", Role.PARTNER, partner))
    pat, qin = site.partners[7], site.partners[8]
    theirs, newest, of_pat = pages(qin, OWN[8]), page(site.support), page(pat, "started_at", OWN[7])
    switch.create(site.here)
    site.north.away()
    try:
        assert pages(qin, OWN[8]) == theirs
        assert len(qin.read(lambda connection: connection.scalars(cdrs().with_only_columns(Cdr.id)).all())) == 133
        assert page(pat, "started_at", OWN[7]) == of_pat  # what is new is here
        assert page(site.support) == newest
        assert page(site.support, "started_at", Equals("id", newest[0]["id"])) == newest[:1]
        for database, field, last in (
            (pat, "started_at", True),
            (pat, "duration", False),
            (site.support, "duration", False),
        ):
            with pytest.raises(CallServerUnavailable, match="“north”, which keeps past calls, isn't responding"):
                page(database, field, last=last)
        switch.finished(site.here, "new", "02079460000", MAY, 30, caller="1001")
        assert sync(site.here, kamailio=site.here, timezone="UTC").imported == 1
        assert rate_calls(site.here).calls == 0
    finally:
        site.north.run()
    assert len(page(site.support, "duration")) == 40


def test_a_call_that_comes_too_late_is_listed_as_rejected(site: Site) -> None:
    move(site)
    switch.create(site.here)
    switch.finished(site.here, "late", "02079460000", datetime(2026, 2, 3, tzinfo=UTC), 30, caller="1001")
    before = ask(site.here, ALL)
    report = sync(site.here, kamailio=site.here, timezone="UTC")
    assert report.imported == 0
    [reason] = site.here.read(lambda connection: connection.execute(RejectedRow.__table__.select()).all())
    assert "moved to other servers" in reason.reason
    assert ask(site.here, ALL) == before
    with pytest.raises(DomainError, match="Calls before 1 May 2026 were moved"):
        rate_calls(site.here, since=datetime(2026, 4, 1, tzinfo=UTC))


def test_killed_before_the_exchange_all_of_the_month_is_here(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(site.here, ALL)

    def killed(*arguments: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(month_move, "_keep_rest", killed)
        with pytest.raises(KeyboardInterrupt):
            move(site)
    assert ask(site.here, ALL) == before
    assert site.here.read(moved_until) is None
    assert len(move(site)) == 4
    assert ask(site.here, ALL) == before


def test_a_copy_that_differs_moves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(site.here, ALL)
    lacking = str(month_move.COLUMNS).replace(
        "attgenerated = ''", "attgenerated = '' AND attname <> 'destination_number'"
    )
    monkeypatch.setattr(month_move, "COLUMNS", text(lacking))
    with pytest.raises(DomainError, match="The copy of cdrs_2026_01 differs"):
        move(site)
    assert ask(site.here, ALL) == before
    assert site.here.read(moved_until) is None


def test_retention_drops_what_is_there_too(site: Site) -> None:
    move(site)
    assert drop_months(site.here, datetime(2026, 2, 1, tzinfo=UTC)) == 64
    with psycopg.connect(site.north.url("calls")) as there:
        assert there.execute("SELECT count(*) FROM calls_2026_01.cdrs").fetchone() == (0,)
        assert there.execute("SELECT count(*) FROM calls_2026_02.cdrs").fetchone() != (0,)


def test_a_new_column_is_added_there(site: Site) -> None:
    move(site)
    site.here.write(
        lambda connection: connection.exec_driver_sql("ALTER TABLE cdrs ADD COLUMN tariff text DEFAULT 'x'")
    )
    with pytest.raises(DatabaseError):
        ask(site.here, "SELECT tariff FROM cdrs")
    assert list(upgrade_months(site.here)) == ["north: 4 columns added.", "south: 4 columns added."]
    assert set(ask(site.here, "SELECT tariff FROM cdrs")) == {("x",)}
    assert list(upgrade_months(site.here)) == ["north: 0 columns added.", "south: 0 columns added."]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM cdrs_2026_01_north",
        "SELECT * FROM cdrs_2026_01_here",
        "CREATE USER MAPPING FOR CURRENT_USER SERVER calls_north OPTIONS (user 'link')",
        "CREATE FOREIGN TABLE pg_temp.stolen (id int) SERVER calls_north",
        "ALTER SERVER calls_north OPTIONS (SET host 'elsewhere')",
    ],
)
def test_partners_get_no_way_round(site: Site, statement: str) -> None:
    move(site)
    with pytest.raises(DatabaseError):
        site.partners[7].write(lambda connection: connection.exec_driver_sql(statement))
    shown = ask(site.partners[7], "SELECT umoptions FROM pg_user_mappings")
    assert shown
    assert PASSWORD not in str(shown)


def test_it_is_said_what_is_wrong(site: Site, cluster: Cluster) -> None:
    move(site)
    for name, url, words in (
        ("North!", site.north.link, "isn't a valid server name"),
        ("north", site.north.link, "already a server “north”"),
        ("west", f"postgresql://link@/?host={site.north.folder}", "isn't complete"),
        ("west", f"postgresql://tests@/postgres?host={site.north.folder}", "doesn't require a password"),
    ):
        with pytest.raises(DomainError, match=words):
            add_server(site.here, name, url, PASSWORD)
    for placement, words in (
        ({"west": [7]}, "no server “west”"),
        ({"north": [7], "south": [7]}, "only be on one server"),
    ):
        with pytest.raises(DomainError, match=words):
            list(move_months(site.here, MAY, placement))
    servers = site.here.read(cdr_servers)
    assert [(server.name, server.user, server.password) for server in servers] == [
        ("north", "link", PASSWORD),
        ("south", "link", PASSWORD),
    ]
    moved = site.here.read(lambda connection: moved_months(connection, servers[0]))
    assert (moved[0].month, moved[0].partners) == ("cdrs_2026_01", (7,))
