"""Operators of PostgreSQL: one login each, whose session decides who it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url, select, text
from tests.db.makers import BOB, staff
from tests.servers import Cluster

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import Database, open_database
from partnertui.db.database_url_logins import remember_password, url_of_user
from partnertui.db.errors import DatabaseError, LoginRefused
from partnertui.db.models import OperatorAccount
from partnertui.db.operator_access import accounts
from partnertui.db.operator_access.accounts import NewOperator
from partnertui.db.operator_access.sign_in import require_password, sign_in
from partnertui.db.settings_list_rules import OPERATORS
from partnertui.db.settings_list_writes import edit_row, load_row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Role

PASSWORD = "correct horse battery staple"
pytestmark = [pytest.mark.postgresql, pytest.mark.owner]  # who may make roles
_numbers = count()


@pytest.fixture
def office(postgres_database: Database, cluster: Cluster) -> Iterator[Database]:
    """Bob is admin; the server asks operators for their password. Logins that a test adds are dropped after it."""
    staff(postgres_database)
    following = text("SELECT setval('operators_id_seq', 100)")  # the makers give their rows IDs of their own
    postgres_database.write(lambda connection: connection.execute(following))
    hba = cluster.folder / "data" / "pg_hba.conf"
    before = hba.read_text()
    groups = ",".join(f"+partnertui_{role.value}" for role in Role)
    hba.write_text(f"local all {groups} scram-sha-256\n{before}")
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
        yield postgres_database
        hba.write_text(before)
        connection.execute("SELECT pg_reload_conf()")
        database = make_url(postgres_database.url).database
        with psycopg.connect(cluster.url(str(database)), autocommit=True) as inside:
            for (login,) in inside.execute("SELECT login FROM operators WHERE database_role IS NOT NULL").fetchall():
                inside.execute(f'DROP OWNED BY "{login}"')
                inside.execute(f'DROP ROLE "{login}"')


@pytest.fixture
def login() -> str:
    """A login that no other test has: roles belong to the whole server."""
    return f"op-{next(_numbers)}.x"


def add(database: Database, login: str, role: Role = Role.SUPPORT, password: str = PASSWORD) -> None:
    with UnitOfWork(database, BOB) as unit:
        partner = "Seven" if role == Role.PARTNER else ""
        accounts.add_operator(unit, NewOperator(login, "Olga", role, partner, password))
        unit.commit()


def read_access(database: Database, role: Role) -> None:
    """What the grants of the group roles will be."""
    words = f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO partnertui_{role.value}"
    database.write(lambda connection: connection.execute(text(words)))


def role_row(database: Database, login: str) -> tuple[object, ...]:
    query = text(
        "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolpassword,"
        " ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_authid.oid)"
        " FROM pg_authid WHERE rolname = :login"
    )
    return tuple(database.read(lambda connection: connection.execute(query, {"login": login}).one()))


@pytest.mark.parametrize("role", list(Role))
def test_a_login_may_do_nothing_but_what_its_group_may(role: Role, office: Database, login: str) -> None:
    add(office, login, role)
    *flags, password, groups = role_row(office, login)
    assert flags == [True, False, False, False, False, False]
    assert str(password).startswith("SCRAM-SHA-256$4096:")
    assert groups == [f"partnertui_{role.value}"]


def test_the_session_decides_who_it_is(office: Database, login: str) -> None:
    add(office, login)
    read_access(office, Role.SUPPORT)
    url = url_of_user(office.url, login)
    with pytest.raises(LoginRefused):
        open_database(url).read(lambda connection: connection)
    remember_password(url, PASSWORD)
    database = open_database(url)
    found = database.read(lambda connection: sign_in(connection, ""))
    assert (found.operator.login, found.operator.role, found.password) == (login, Role.SUPPORT, "database")
    with pytest.raises(DomainError, match=f"logged in to the database as “{login}”, so you can't work as “bob”"):
        database.read(lambda connection: find_operator(connection, "bob"))
    require_password(url, PASSWORD)
    with pytest.raises(LoginRefused):
        require_password(url, "wrong")
    with pytest.raises(LoginRefused, match="doesn't require"):  # the owner gets in by trust: a password proves nothing
        require_password(office.url, "anything")
    database.close()


def test_disabled_means_no_login_and_no_session(office: Database, login: str, cluster: Cluster) -> None:
    add(office, login)
    where = make_conninfo(dbname=make_url(office.url).database, host=str(cluster.folder), user=login, password=PASSWORD)
    driver = psycopg.connect(where, autocommit=True)
    assert driver.execute("SELECT session_user").fetchone() == (login,)
    with UnitOfWork(office, BOB) as unit:
        assert accounts.set_enabled(unit, login, False)
        unit.commit()
    with UnitOfWork(office, BOB) as unit:
        assert accounts.disconnect(unit, login) == 1
    with pytest.raises(psycopg.OperationalError):
        driver.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(where)
    with UnitOfWork(office, BOB) as unit:
        assert accounts.set_enabled(unit, login, True)
        unit.commit()
    psycopg.connect(where).close()


def test_another_password_and_another_role(office: Database, login: str) -> None:
    add(office, login)
    with UnitOfWork(office, BOB) as unit:
        accounts.set_password(unit, login, "another horse battery staple")
        unit.commit()
    url = url_of_user(office.url, login)
    require_password(url, "another horse battery staple")
    with UnitOfWork(office, BOB) as unit:
        account = accounts.find_account(unit, login)
        seen = load_row(unit.session.connection(), OPERATORS, account.id)
        edit_row(unit, OPERATORS, account.id, {**seen, "role": Role.DEVELOPMENT}, seen)
        unit.commit()
    assert role_row(office, login)[-1] == ["partnertui_development"]


def test_a_refused_operator_leaves_no_login(office: Database, login: str) -> None:
    with pytest.raises(DomainError, match="too easy to guess"):
        add(office, login, password="password123")
    with pytest.raises(DomainError, match="already has a role “tests”"):
        add(office, "tests")
    for name in ("pg_monitor2", "partnertui_admin"):
        with pytest.raises(DomainError, match="is reserved"):
            add(office, name)
    query = select(OperatorAccount.login).where(OperatorAccount.database_role.is_not(None))
    assert office.read(lambda connection: connection.execute(query).all()) == []


def test_an_operator_can_t_add_operators(office: Database, login: str) -> None:
    """Not even an admin, whose group has all rights on the table: logins are the database owner's business."""
    add(office, login, Role.ADMIN)
    grant = text("GRANT ALL ON ALL TABLES IN SCHEMA public TO partnertui_admin")
    office.write(lambda connection: connection.execute(grant))
    office.write(
        lambda connection: connection.execute(text("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO partnertui_admin"))
    )
    url = url_of_user(office.url, login)
    remember_password(url, PASSWORD)
    database = open_database(url)
    acting = database.read(lambda connection: find_operator(connection, ""))
    with (
        pytest.raises((DomainError, DatabaseError), match="can't create or change logins"),
        UnitOfWork(database, acting) as unit,
    ):
        accounts.add_operator(unit, NewOperator("mallory", "Mallory", Role.ADMIN, "", PASSWORD))
    database.close()
