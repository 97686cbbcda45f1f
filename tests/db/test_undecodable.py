"""Bytes that aren't UTF-8, as a phone's REGISTER leaves them in Kamailio's tables, are read as U+FFFD."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from tests.conftest import run_as_owner
from tests.db import makers
from tests.db.kamailio import switches
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.registration_source import registrations
from partnertui.db.models import Customer
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.unit_of_work import UnitOfWork

AGENT = b"Yealink \xff\xfe T46"
SHOWN = "Yealink \ufffd\ufffd T46"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def switch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database for Kamailio's tables that stores any bytes."""
    if request.param == "sqlite":
        database = open_database(f"sqlite:///{tmp_path / 'kamailio.sqlite'}")
        yield database
        database.close()
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    run_as_owner(cluster, "CREATE DATABASE any_bytes ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    database = open_database(cluster.url("any_bytes"))
    yield database
    database.close()
    run_as_owner(cluster, "DROP DATABASE any_bytes WITH (FORCE)")


def spoil(connection: Connection, statement: str) -> None:
    """Runs a statement with `{bytes}` in it as a text that isn't UTF-8."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(statement.replace("{bytes}", f"CAST(x'{AGENT.hex()}' AS TEXT)")))
        return
    connection.exec_driver_sql("SET client_encoding = 'SQL_ASCII'")
    literal = "E'" + "".join(f"\\\\x{byte:02x}" for byte in AGENT) + "'"
    connection.exec_driver_sql(statement.replace("{bytes}", literal.replace("\\\\", "\\")))
    connection.exec_driver_sql("SET client_encoding = 'UTF8'")


def test_registrations_are_listed_with_what_can_be_read(sqlite_database: Database, switch: Database) -> None:
    sqlite_database.write(switches.office)
    source = switches.another(sqlite_database, switch)
    switch.write(lambda connection: spoil(connection, "UPDATE location SET user_agent = {bytes} WHERE id = 3"))
    listing = Listing(registrations, Sort("id"))
    rows = sqlite_database.read(lambda connection: source.fetch_page(connection, listing, limit=50)).rows
    assert [row["user_agent"] for row in rows if row["id"] == 3] == [SHOWN]
    assert len(rows) == 12


def test_our_own_table_is_listed_and_can_be_changed(sqlite_database: Database) -> None:
    makers.staff(sqlite_database)
    with UnitOfWork(sqlite_database, makers.BOB) as work:
        work.add(made := makers.customer())
        work.commit()
    sqlite_database.write(lambda connection: spoil(connection, "UPDATE customers SET company = {bytes}"))
    query = text("SELECT company FROM customers")
    assert sqlite_database.read(lambda connection: connection.scalar(query)) == SHOWN
    with UnitOfWork(sqlite_database, makers.BOB) as work:
        work.get(Customer, made.id).phone = "441914980777"
        work.commit()
    stored = text("SELECT CAST(company AS BLOB) FROM customers")
    assert sqlite_database.read(lambda connection: connection.scalar(stored)) == AGENT


def test_a_text_that_is_utf8_is_read_by_the_driver_itself(sqlite_database: Database, tmp_path: Path) -> None:
    """Decoding in Python costs time, so it begins with the first text that needs it."""
    shutil.copyfile(sqlite_database.url.removeprefix("sqlite:///"), tmp_path / "copy.db")
    makers.staff(sqlite_database)
    factory = sqlite_database.read(lambda connection: connection.connection.driver_connection.text_factory)  # type: ignore[union-attr]
    assert factory is str
