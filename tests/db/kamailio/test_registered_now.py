"""What the location table says of a called user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from tests.db.kamailio import switches

from partnertui.db.database import Database
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.registered_now import registered_now
from partnertui.db.kamailio.tables import create_tables


@pytest.fixture
def office(database: Database) -> Database:
    def work(connection: Connection) -> None:
        switches.office(connection)
        location = create_tables(connection).location
        valid, expired = (switches.NOW + timedelta(minutes=minutes) for minutes in (5, -5))
        rows = [
            switches.registration(1, "2001", expires=valid, user_agent="Yealink\x1b[2J"),
            switches.registration(2, "2002", expires=expired),
        ]
        connection.execute(location.insert(), rows)

    database.write(work)
    return database


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("2001", "lists 2001 as registered now: Yealink"),
        ("2002", "has no current registration for 2002"),
        ("2003", "has no current registration for 2003"),
        ("+33123456789", ""),
    ],
)
def test_only_valid_registrations_of_our_own_users(office: Database, user: str, words: str) -> None:
    kamailio = KamailioDatabase(office.url, "", "")
    found = office.read(lambda connection: registered_now(connection, kamailio, user, switches.NOW))
    assert words in found
    assert bool(found) == bool(words)
    assert "\x1b" not in found
