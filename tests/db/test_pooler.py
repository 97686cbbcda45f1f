"""Everything works through pgbouncer in transaction mode: two connections of the server serve all, whoever asks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count, pairwise

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from tests.conftest import run_as_owner
from tests.db.makers import ANN, PAT, customer, staff
from tests.poolers import Pooler
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.db.audit_export import history_lines
from partnertui.db.audit_verification import verify
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseReadOnly, QueryCancelled, QueryTimeout
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.migrate import upgrade
from partnertui.db.models import Customer, History, Partner, Ticket
from partnertui.db.query_cancellation import Cancel
from partnertui.db.ticket_change_feed import POOLED_SECONDS, changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.demo import build

pytestmark = [pytest.mark.postgresql, pytest.mark.owner]
SIZE, THREADS = 2, 6
_numbers = count()


@pytest.fixture(scope="module")
def pooler(cluster: Cluster) -> Iterator[Pooler]:
    """pgbouncer before the tests' server, with as few connections as can show a mix-up."""
    found = Pooler(cluster, SIZE)
    try:
        found.start("ann", "pat")
        yield found
    finally:
        found.stop()


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """The name of a migrated database with staff and partners' logins."""
    made = f"pooled_{next(_numbers)}"
    run_as_owner(cluster, f"CREATE DATABASE {made} TEMPLATE template_pt STRATEGY file_copy")
    with closing(open_database(cluster.url(made))) as database:
        staff(database)
    make_login(cluster.url(made), "ann", "support")
    make_login(cluster.url(made), "pat", "partner")
    yield made
    run_as_owner(cluster, f"DROP DATABASE {made} WITH (FORCE)")


@pytest.fixture
def pooled(pooler: Pooler, name: str) -> Iterator[Database]:
    """The database through the pooler, as its owner."""
    with closing(open_database(pooler.url(name))) as database:
        yield database


@pytest.fixture
def support(pooler: Pooler, name: str) -> Iterator[Database]:
    """The same as Ann of support."""
    with closing(open_database(pooler.url(name, "ann"))) as database:
        yield database


def scalar(database: Database, statement: str) -> object:
    return database.read(lambda connection: connection.scalar(text(statement)))


def test_many_threads_share_two_connections(support: Database, cluster: Cluster, name: str) -> None:
    def flow(thread: int) -> list[int]:
        found = []
        for number in range(8):
            key = new_key()
            for _ in range(2):  # the second time finds the key
                made = commit_once(support, ANN, key, partial(_add, company=f"{thread}-{number}"))
            with UnitOfWork(support, ANN) as unit:
                unit.get(Customer, made, version=1, lock=True).company = f"Renamed {thread}-{number}"
                unit.commit()
            found.append(made)
            rows = support.read(lambda c: c.scalars(select(Customer.company).where(Customer.id.in_(found))).all())
            assert len(rows) == len(found)
        return found

    with ThreadPoolExecutor(THREADS) as pool:
        made = [key for keys in pool.map(flow, range(THREADS)) for key in keys]
    assert len(set(made)) == THREADS * 8
    with closing(open_database(cluster.url(name))) as owner:
        assert owner.read(lambda c: c.scalar(select(func.count()).select_from(Customer))) == len(made)
        entries = owner.read(lambda c: c.execute(select(History.operator_id, History.action)).all())
        assert Counter(entries) == {(ANN.id, "created"): len(made), (ANN.id, "changed"): len(made)}
        backends = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'ann'"
        assert scalar(owner, backends) == SIZE
        assert owner.read(lambda c: verify(c, {}), steady=True).problems == []


def _add(unit: UnitOfWork, company: str) -> int:
    made = customer(company=company, partner_id=7)
    unit.add(made)
    unit.session.flush()
    return made.id


def test_settings_of_one_transaction_are_not_those_of_the_next(pooled: Database, pooler: Pooler, name: str) -> None:
    names = ("statement_timeout", "jit", "transaction_read_only", "default_transaction_read_only", "enable_sort")
    shown = text("SELECT " + ", ".join(f"current_setting('{name}')" for name in names))

    def now() -> set[tuple[str, ...]]:
        """As any client finds it, on both connections."""
        with ThreadPoolExecutor(SIZE) as pool:
            return set(pool.map(lambda _: _plain(pooled, shown), range(SIZE * 2)))

    before = now()
    pooled.read(lambda connection: connection.execute(text("SELECT 1")), deadline=3)
    pooled.write(lambda connection: connection.execute(insert(Partner), [{"name": "Nine"}]))
    with UnitOfWork(pooled, ANN):
        pass
    with closing(open_database(pooler.url(name), read_only=True)) as reader, pytest.raises(DatabaseReadOnly):
        reader.write(lambda connection: connection.execute(insert(Partner), [{"name": "Ten"}]))
    assert now() == before
    pooled.write(lambda connection: connection.execute(insert(Partner), [{"name": "Eleven"}]))


def _next(connection: Connection, number: int) -> object:
    return connection.scalar(text("SELECT :n + 1"), {"n": number})


def _plain(database: Database, statement: object) -> tuple[str, ...]:
    with database.engine.connect() as connection:
        found = tuple(connection.execute(statement).one())  # type: ignore[call-overload]
        time.sleep(0.05)  # so that another thread gets the other connection
        return found


def test_times_are_in_utc_on_every_connection(pooled: Database, pooler: Pooler, name: str) -> None:
    with closing(open_database(pooler.url(name))) as other, other.engine.connect() as elsewhere:
        elsewhere.execute(text("SET TIME ZONE 'Asia/Tokyo'"))
        elsewhere.commit()
        for _ in range(6):
            assert elsewhere.scalar(text("SELECT current_setting('TimeZone')")) == "Asia/Tokyo"
            elsewhere.commit()
            assert scalar(pooled, "SELECT current_setting('TimeZone')") == "UTC"


def test_no_statement_is_prepared(pooled: Database, cluster: Cluster, name: str) -> None:
    for number in range(20):
        assert pooled.read(partial(_next, number=number)) == number + 1
    with ThreadPoolExecutor(SIZE) as pool:
        prepared = text("SELECT count(*)::text FROM pg_prepared_statements")
        assert set(pool.map(lambda _: _plain(pooled, prepared), range(SIZE * 2))) == {("0",)}


def test_a_query_is_cancelled_and_no_other_one(pooled: Database) -> None:
    cancel = Cancel()
    answers: list[object] = []
    others = threading.Thread(target=lambda: answers.extend(scalar(pooled, "SELECT pg_sleep(0.01)") for _ in range(50)))
    others.start()
    threading.Timer(0.2, cancel.cancel).start()
    with pytest.raises(QueryCancelled):
        pooled.read(lambda connection: connection.execute(text("SELECT pg_sleep(30)")), cancel=cancel)
    with pytest.raises(QueryTimeout):
        pooled.read(lambda connection: connection.execute(text("SELECT pg_sleep(30)")), deadline=0.3)
    others.join(20)
    assert len(answers) == 50


def test_rows_are_read_in_chunks_and_as_one_snapshot(pooled: Database) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda n: commit_once(pooled, ANN, new_key(), lambda unit: _add(unit, f"C {n}")), range(12)))
    assert len(pooled.read(lambda connection: list(history_lines(connection, None, None, None)), steady=True)) == 12
    with closing(open_database(pooled.url)) as reader:
        chunks = select(func.generate_series(1, 5000)).execution_options(yield_per=100)
        found = reader.read(lambda connection: list(connection.scalars(chunks)))
    assert all(second == first + 1 for first, second in pairwise(found))


def test_row_security_goes_by_the_login_behind_the_pooler(support: Database, pooler: Pooler, name: str) -> None:
    with closing(open_database(pooler.url(name, "pat"))) as partner, ThreadPoolExecutor(4) as pool:
        own, own_rows = partner.read(_partners), [partner, support] * 10
        assert own == ["Seven"]
        found = list(pool.map(lambda database: database.read(_partners), own_rows))
        assert found == [["Seven"], ["Eight", "Seven"]] * 10
        with UnitOfWork(partner, PAT) as unit:
            assert unit.session.scalar(text("SELECT session_user")) == "pat"


def _partners(connection: Connection) -> list[str]:
    return sorted(connection.scalars(select(Partner.name)))


def told(database: Database, seconds: float) -> set[int | None]:
    """What the feed tells after a ticket was changed."""
    cancel = Cancel()
    found: set[int | None] = set()

    def follow() -> None:
        for changed in changes(database, cancel):
            found.add(changed)

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.5)
    database.write(lambda connection: connection.execute(update(Ticket).values(subject="y")))
    end = time.monotonic() + seconds
    while not found and time.monotonic() < end:
        time.sleep(0.05)
    cancel.cancel()
    thread.join(10)
    assert not thread.is_alive()
    return found


def test_changes_are_told_by_the_server_itself_or_every_few_seconds(
    pooled: Database, pooler: Pooler, cluster: Cluster, name: str
) -> None:
    row = {"id": 7, "number": "T-7", "subject": "no audio"}
    pooled.write(lambda connection: connection.execute(insert(Ticket), [row]))
    assert told(pooled, POOLED_SECONDS + 2) == {None}
    with closing(open_database(pooler.url(name), direct=cluster.url(name))) as both:
        assert told(both, 2) == {7}
    # nothing of a LISTEN is left on a connection that others use
    with ThreadPoolExecutor(SIZE) as pool:
        listening = text("SELECT count(*)::text FROM pg_listening_channels()")
        assert set(pool.map(lambda _: _plain(pooled, listening), range(SIZE * 2))) == {("0",)}


def test_migrating_and_the_demo_work_through_it(pooler: Pooler, cluster: Cluster) -> None:
    run_as_owner(cluster, "CREATE DATABASE pooled_new")
    try:
        with closing(open_database(pooler.url("pooled_new"))) as database:
            upgrade(database)
            assert database.check().state == "current"
        build(pooler.url("pooled_new"), customers=3, cdrs=200, seed=1)
        with closing(open_database(pooler.url("pooled_new"))) as database:
            assert scalar(database, "SELECT count(*) FROM cdrs") == 200
    finally:
        run_as_owner(cluster, "DROP DATABASE pooled_new WITH (FORCE)")
