"""Logging in as a user, the whole way: link, portal, session, end (case D5b)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.db.makers import ANN, BOB, PAT
from tests.db.users.makers import company, new_user
from tests.db.users.portal import redeem

from partnertui.db import portal_login_links
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.models import History, LoginLink, User, WebSession
from partnertui.db.portal_login_links import create_login_link, end_login_links, hash_token, new_token
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.portal_and_chat_enums import SessionKind


@pytest.fixture
def office(database: Database) -> Database:
    company(database)
    return database


def link(database: Database, user: int, operator: Operator = ANN) -> str:
    token = new_token()
    with UnitOfWork(database, operator) as unit:
        create_login_link(unit, user, hash_token(token))
        unit.commit()
    return token


def end(database: Database, user: int, operator: Operator = ANN) -> int:
    with UnitOfWork(database, operator) as unit:
        ended = end_login_links(unit, user)
        unit.commit()
    return ended


def own_session(database: Database, user: int, name: str) -> None:
    row = {"kind": SessionKind.FRONTEND, "user_id": user, "user_name": name, "token_hash": name.encode()}
    database.write(lambda connection: connection.execute(insert(WebSession), [{**row, "customer_id": 1}]))


def sessions(database: Database) -> list[tuple[str, bool]]:
    """Who is logged in, and whether by a link."""
    table: Any = WebSession.__table__.c
    query = select(table.user_name, table.login_link_id).order_by(table.id)
    return [(name, key is not None) for name, key in database.read(lambda c: c.execute(query).all())]


def entries(database: Database, user: int) -> list[tuple[str, Any]]:
    table: Any = History.__table__.c
    query = select(table.operator_name, table.changes).where(table.object_table == "users", table.object_id == user)
    rows = database.read(lambda connection: connection.execute(query.order_by(table.id)).all())
    return [(name, changes["log_in_as_user"]) for name, changes in rows if "log_in_as_user" in changes]


def test_ending_leaves_the_users_own_sessions(office: Database) -> None:
    """D5b: the user's two sessions live on; history shows both names, start and end."""
    user = new_user(office, "Uwe", "201")
    own_session(office, user, "uwe-desk")
    own_session(office, user, "uwe-mobile")
    token = link(office, user)
    assert redeem(office, token) == user
    assert sessions(office) == [("uwe-desk", False), ("uwe-mobile", False), ("Ann as Uwe", True)]
    assert end(office, user) == 1
    assert sessions(office) == [("uwe-desk", False), ("uwe-mobile", False)]
    (who, made), (_, started), (_, ended) = entries(office, user)
    assert who == "Ann"
    assert made == [None, "link for Ann as Uwe"]
    assert started == [None, "Ann as Uwe, started"]
    assert ended[0].startswith("Ann as Uwe, started 20")
    assert ended[1] == "ended"
    with pytest.raises(DomainError, match="aren't logged in"):
        end(office, user)


def test_a_link_works_once_however_many_try(office: Database) -> None:
    user = new_user(office, "Uwe", "201")
    token = link(office, user)
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.append(redeem(office, token))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found, key=str) == [user, *[None] * 7]
    assert len(sessions(office)) == 1


def test_a_link_dies_after_a_minute(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    user = new_user(office, "Uwe", "201")
    assert timedelta(seconds=60) == portal_login_links.LINK_VALID
    monkeypatch.setattr(portal_login_links, "LINK_VALID", timedelta(seconds=-1))
    assert redeem(office, link(office, user)) is None
    assert redeem(office, "not a token") is None
    assert sessions(office) == []


def test_an_ended_link_cannot_be_redeemed(office: Database) -> None:
    user = new_user(office, "Uwe", "201")
    token = link(office, user)
    assert end(office, user) == 1
    assert redeem(office, token) is None
    assert entries(office, user)[-1] == ("Ann", ["Ann as Uwe, never used", "ended"])


def test_another_operators_log_in_goes_on(office: Database) -> None:
    user = new_user(office, "Uwe", "201")
    redeem(office, link(office, user, ANN), session=b"1")
    redeem(office, link(office, user, BOB), session=b"2")
    assert end(office, user, ANN) == 1
    assert sessions(office) == [("Bob as Uwe", True)]


def test_only_the_hash_is_stored(office: Database) -> None:
    user = new_user(office, "Uwe", "201")
    token = link(office, user)
    assert len(token) >= 43, "32 bytes in base64"
    table: Any = LoginLink.__table__
    row = office.read(lambda connection: connection.execute(select(table)).one())
    assert row.token_hash == hash_token(token)
    assert row.expires_at - row.created_at <= timedelta(seconds=60)
    assert token not in str(tuple(row))
    history: Any = History.__table__
    assert token not in str(office.read(lambda connection: connection.execute(select(history)).all()))


def test_walls_and_states(office: Database) -> None:
    eve = new_user(office, "Eve", "201", customer=2)
    with pytest.raises(RowDeleted):
        link(office, eve, PAT)
    with pytest.raises(RowDeleted):
        end(office, eve, PAT)
    uwe = new_user(office, "Uwe", "201")
    link(office, uwe, PAT)
    with UnitOfWork(office, ANN) as unit:
        unit.get(User, uwe).state = UserState.DISABLED
        unit.commit()
    with pytest.raises(DomainError, match="disabled"):
        link(office, uwe)
