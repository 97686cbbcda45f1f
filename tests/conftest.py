"""Databases for the tests: each test has a migrated, empty one of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.reused_database import ReusedDatabase
from tests.servers import Cluster

from partnertui.db.database import Database, open_database

pytest_plugins = ("tests.left_out",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share what their module makes once run in one process, or each process would make it again."""
    for item in items:
        found = getattr(item, "_fixtureinfo", None)
        fixtures = found.name2fixturedefs.values() if found is not None else ()
        shares = any(one.scope == "module" for defined in fixtures for one in defined)
        if shares and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    from partnertui.db.migrate import upgrade

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.write(lambda connection: None)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test session, with a migrated template database."""
    from partnertui.db.migrate import upgrade

    server = Cluster()
    try:
        server.start()
        run_as_owner(server, "CREATE DATABASE template_pt")
        database = open_database(server.url("template_pt"))
        upgrade(database)
        database.close()
        yield server
    finally:
        server.stop()


def run_as_owner(server: Cluster, statement: str) -> None:
    """Runs one statement outside a transaction."""
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    path = tmp_path / "partnertui.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def reused_database(cluster: Cluster) -> ReusedDatabase:
    """The database that the tests of this session use in turn."""
    return ReusedDatabase(cluster)


@pytest.fixture
def postgres_database(cluster: Cluster, reused_database: ReusedDatabase) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    database = open_database(cluster.url(reused_database.take()))
    yield database
    database.close()
    reused_database.give_back()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database of each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A small demo data set on SQLite; tests read it, and copy it where they write."""
    from partnertui.demo import build

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(f"sqlite:///{path}", customers=12, cdrs=2000, seed=1)
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()
