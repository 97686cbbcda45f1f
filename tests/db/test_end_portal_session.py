"""Sessions are ended once, in the history of whose they were, within a partner's walls."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.db.makers import ANN, PAT
from tests.db.users.makers import company, new_user

from partnertui.db.database import Database
from partnertui.db.end_portal_session import end_session
from partnertui.db.models import History, WebSession
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator


@pytest.fixture
def office(database: Database) -> Database:
    """Session 1 is a user's of Pat's customer, 2 another partner's user's, 3 Pat's own, 4 that of a visitor."""
    company(database)
    new_user(database, "Una", "201")
    new_user(database, "Foreign", "201", customer=2)
    shared = {"ip": "198.51.100.7", "started_at": now(), "last_seen_at": now()}
    rows: list[dict[str, Any]] = [
        {"id": 1, "kind": "frontend", "user_id": 1, "user_name": "una", "customer_id": 1, "partner_id": 7},
        {"id": 2, "kind": "frontend", "user_id": 2, "user_name": "foreign", "customer_id": 2, "partner_id": 8},
        {"id": 3, "kind": "partners", "user_id": None, "user_name": "seven", "customer_id": None, "partner_id": 7},
        {"id": 4, "kind": "frontend", "user_id": None, "user_name": "visitor", "customer_id": None, "partner_id": None},
    ]
    database.write(lambda connection: connection.execute(insert(WebSession), [row | shared for row in rows]))
    return database


def end(database: Database, key: int, operator: Operator = ANN) -> str:
    with UnitOfWork(database, operator) as unit:
        name = end_session(unit, key)
        unit.commit()
    return name


def left(database: Database) -> list[int]:
    return database.read(lambda connection: list(connection.scalars(select(WebSession.id).order_by(WebSession.id))))


def ended(database: Database) -> list[tuple[Any, ...]]:
    query = select(History.object_table, History.object_id, History.operator_name, History.changes)
    rows = database.read(lambda connection: connection.execute(query.order_by(History.id)).all())
    return [(row[0], row[1], row[2]) for row in rows if "session" in row.changes]


def test_a_session_ends_and_its_user_has_it_in_the_history(office: Database) -> None:
    assert [end(office, key) for key in (1, 3, 4)] == ["una", "seven", "visitor"]
    assert left(office) == [2]
    assert ended(office) == [("users", 1, "Ann"), ("partners", 7, "Ann")]


def test_a_session_ends_once(office: Database) -> None:
    end(office, 1)
    with pytest.raises(DomainError, match="already ended"):
        end(office, 1)
    assert len(ended(office)) == 1


def test_a_partner_ends_own_sessions_alone(office: Database) -> None:
    for key in (2, 4, 99):  # another partner's, nobody's, none: the same words
        with pytest.raises(DomainError, match=r"^This session has already ended\.$"):
            end(office, key, PAT)
    assert end(office, 1, PAT) == "una"
    assert left(office) == [2, 3, 4]
