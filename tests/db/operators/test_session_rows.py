"""Sessions under row security: operators write their own alone, admins end those of others."""

from __future__ import annotations

import contextlib

import pytest
from tests.db.makers import ANN, BOB, PAT, staff
from tests.row_security import make_login

from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError
from partnertui.db.operator_access import sessions
from partnertui.db.operator_access.sessions import Session
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator

pytestmark = pytest.mark.postgresql


def use_as(database: Database, who: Operator, theirs: Session) -> None:
    """Begins and ends a session of one's own, and tries to end another one's, which is no row or refused."""
    mine = database.write(lambda connection: sessions.begin(connection, who.id, "here", "1"))
    assert database.read(lambda connection: sessions.end_of(connection, mine)) == sessions.RUNNING
    with contextlib.suppress(DatabaseError):
        database.write(lambda connection: sessions.end(connection, theirs))
    database.write(lambda connection: sessions.end(connection, mine))


def test_own_sessions_alone(postgres_database: Database) -> None:
    staff(postgres_database)
    theirs = postgres_database.write(lambda connection: sessions.begin(connection, BOB.id, "here", "1"))
    for who in (ANN, PAT):
        database = open_database(make_login(postgres_database.url, who.login, who.role))
        use_as(database, who, theirs)
        database.close()
    assert postgres_database.read(lambda connection: sessions.end_of(connection, theirs)) == sessions.RUNNING
    mine = postgres_database.write(lambda connection: sessions.begin(connection, ANN.id, "here", "1"))
    admin = open_database(make_login(postgres_database.url, BOB.login, BOB.role))
    with UnitOfWork(admin, BOB) as unit:
        assert sessions.sign_out(unit, mine.id) == ANN.name
        unit.commit()
    admin.close()
