"""Users are written to the switch's database, whatever happens meanwhile; nothing is lost, nothing in clear."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from tests.conftest import run_as_owner
from tests.db.makers import ANN, PAT
from tests.db.users.makers import (
    VAULT,
    aliases,
    company,
    digests,
    make_switch_file,
    new_user,
    on_switch,
)
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.ddis import swap_routes
from partnertui.db.errors import DatabaseUnavailable, RowDeleted
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.kamailio.subscriber_tables import VERSIONS, switch_tables
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Ddi, SwitchUser, User
from partnertui.db.provisioning import outbox_consumer
from partnertui.db.provisioning.outbox_consumer import empty_outbox
from partnertui.db.provisioning.switch_differences import compare, mend
from partnertui.db.sip_passwords import replace_sip_password
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.user_removal import remove_user
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.pbx_enums import DdiState, TargetType

T = TypeVar("T")
_numbers = count()


@pytest.fixture
def office(database: Database) -> Database:
    company(database)
    return database


@pytest.fixture
def sqlite_office(sqlite_database: Database) -> Database:
    """For what doesn't depend on the kind of our database."""
    company(sqlite_database)
    return sqlite_database


@pytest.fixture(params=["file", "beside ours", "server"])
def switch(request: pytest.FixtureRequest, office: Database, tmp_path: Path) -> Iterator[Switch]:
    """The switch's tables: in a SQLite file, in our own database, on a PostgreSQL server."""
    if request.param == "file":
        url = make_switch_file(tmp_path / "kamailio.sqlite")
    elif request.param == "beside ours":
        url = ""
        office.write(make_tables)
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        name = f"switch_{next(_numbers)}"
        run_as_owner(cluster, f"CREATE DATABASE {name}")
        url = cluster.url(name)
        server = open_database(url)
        server.write(make_tables)
        server.close()
    found = Switch(office, url)
    yield found
    found.close()


def make_tables(connection: Connection) -> None:
    version = tables().version
    version.create(connection)
    switch_tables().metadata.create_all(connection)
    rows = [{"table_name": name, "table_version": number} for name, number in VERSIONS.items()]
    connection.execute(version.insert(), rows)


def change(database: Database, user: int, **values: object) -> None:
    with UnitOfWork(database, ANN) as unit:
        found = unit.get(User, user)
        for name, value in values.items():
            setattr(found, name, value)
        unit.commit()


def add_ddi(database: Database, number: str, user: int) -> int:
    with UnitOfWork(database, ANN) as unit:
        ddi = Ddi(customer_id=1, number=number, country="GB", state=DdiState.ACTIVE)
        ddi.route_type, ddi.target_id = TargetType.USER, user
        unit.add(ddi)
        unit.session.flush()
        unit.commit()
        return ddi.id


def route(database: Database, ddi: int, user: int | None) -> None:
    with UnitOfWork(database, ANN) as unit:
        found = unit.get(Ddi, ddi)
        found.route_type = TargetType.USER if user is not None else TargetType.NONE
        found.target_id = user
        unit.commit()


def remove(database: Database, user: int) -> None:
    with UnitOfWork(database, ANN) as unit:
        remove_user(unit, user, unit.get(User, user).version)
        unit.commit()


def waiting(database: Database) -> dict[str, str | None]:
    """What isn't written yet, with the reason."""
    table: Any = SwitchUser.__table__
    query = select(table.c.sip_username, table.c.last_error).where(table.c.revision > table.c.written_revision)
    return {name: error for name, error in database.read(lambda connection: connection.execute(query).all())}


def test_accounts_and_aliases_follow_the_users(office: Database, switch: Switch) -> None:
    ada, bob = new_user(office, "Ada", "201"), new_user(office, "Bob", "202")
    ddi = add_ddi(office, "442071234567", ada)
    done = empty_outbox(office, switch, VAULT)
    assert (done.written, done.waiting, done.reason) == (2, 0, "")
    first = digests("1001-201", "nb.test", "secret-of-the-phone")
    assert on_switch(switch)["1001-201@nb.test"] == first
    assert aliases(switch) == {"442071234567@nb.test": "1001-201@nb.test"}
    route(office, ddi, bob)
    with UnitOfWork(office, ANN) as unit:
        replace_sip_password(unit, ada, VAULT, "another one")
        unit.commit()
    assert empty_outbox(office, switch, VAULT).waiting == 0
    assert on_switch(switch)["1001-201@nb.test"] == digests("1001-201", "nb.test", "another one")
    assert aliases(switch) == {"442071234567@nb.test": "1001-202@nb.test"}
    change(office, ada, state=UserState.DISABLED)
    route(office, ddi, None)
    remove(office, bob)
    empty_outbox(office, switch, VAULT)
    assert (on_switch(switch), aliases(switch), waiting(office)) == ({}, {}, {})
    assert empty_outbox(office, switch, VAULT).written == 0, "nothing is written twice"


def test_swapped_ddis_ring_the_other_user(sqlite_office: Database, tmp_path: Path) -> None:
    """The DDIs' own units of work are noted, too."""
    switch = Switch(sqlite_office, make_switch_file(tmp_path / "kamailio.sqlite"))
    ada, bob = new_user(sqlite_office, "Ada", "201"), new_user(sqlite_office, "Bob", "202")
    first, second = add_ddi(sqlite_office, "442071234567", ada), add_ddi(sqlite_office, "442071234568", bob)
    empty_outbox(sqlite_office, switch, VAULT)
    with UnitOfWork(sqlite_office, ANN) as unit:
        swap_routes(unit, first, unit.get(Ddi, first).version, second, unit.get(Ddi, second).version)
        unit.commit()
    assert empty_outbox(sqlite_office, switch, VAULT).written == 2
    assert aliases(switch) == {
        "442071234567@nb.test": "1001-202@nb.test",
        "442071234568@nb.test": "1001-201@nb.test",
    }
    switch.close()


def test_a_rename_leaves_no_account_behind(office: Database, switch: Switch) -> None:
    ada = new_user(office, "Ada", "201")
    empty_outbox(office, switch, VAULT)
    change(office, ada, sip_domain="new.test")
    empty_outbox(office, switch, VAULT)
    assert list(on_switch(switch)) == ["1001-201@new.test"]


def test_what_is_not_known_to_the_switch_is_no_change(sqlite_office: Database, tmp_path: Path) -> None:
    ada = new_user(sqlite_office, "Ada", "201")
    switch = Switch(sqlite_office, make_switch_file(tmp_path / "kamailio.sqlite"))
    empty_outbox(sqlite_office, switch, VAULT)
    change(sqlite_office, ada, mobile="447700900123", name="Ada L.")
    assert waiting(sqlite_office) == {}
    switch.close()


def test_off_notes_nothing(sqlite_database: Database) -> None:
    company(sqlite_database)
    sqlite_database.session_listeners.clear()
    new_user(sqlite_database, "Ada", "201")
    assert waiting(sqlite_database) == {}


def test_a_switch_that_is_away_delays_and_says_why(office: Database, tmp_path: Path) -> None:
    path = tmp_path / "kamailio.sqlite"
    switch = Switch(office, f"sqlite:///{path}")
    ada = new_user(office, "Ada", "201")
    new_user(office, "Bob", "202")
    away = empty_outbox(office, switch, VAULT)
    assert (away.written, away.waiting) == (0, 2)
    assert away.reason == "Kamailio's database: the database file can't be opened."
    assert set(waiting(office).values()) == {away.reason}
    change(office, ada, state=UserState.DISABLED)
    make_switch_file(path)
    assert empty_outbox(office, switch, VAULT).waiting == 0
    assert list(on_switch(switch)) == ["1001-202@nb.test"]
    switch.close()


def test_one_that_cannot_be_written_does_not_keep_the_others(sqlite_office: Database, tmp_path: Path) -> None:
    switch = Switch(sqlite_office, make_switch_file(tmp_path / "kamailio.sqlite"))
    ada = new_user(sqlite_office, "Ada", "201")
    new_user(sqlite_office, "Bob", "202")
    change(sqlite_office, ada, sip_password_ciphertext=b"\x01not one of ours")
    done = empty_outbox(sqlite_office, switch, VAULT)
    assert (done.written, done.waiting) == (1, 1)
    assert "this database lacks" in (waiting(sqlite_office)["1001-201"] or "")
    assert list(on_switch(switch)) == ["1001-202@nb.test"]
    switch.close()


def test_compare_lists_differences_and_mends_them(office: Database, switch: Switch) -> None:
    users = [new_user(office, name, str(201 + at)) for at, name in enumerate(("Ada", "Bob", "Cy", "Dee", "Eve"))]
    add_ddi(office, "442071234567", users[0])
    change(office, users[4], state=UserState.DISABLED)
    empty_outbox(office, switch, VAULT)
    assert compare(office, switch, VAULT, ANN).differences == ()
    subscriber, dbaliases = switch.tables.subscriber, switch.tables.dbaliases
    account = subscriber.c.username

    def spoil(connection: Connection) -> None:
        connection.execute(dbaliases.delete())
        connection.execute(subscriber.update().where(account == "1001-202").values(password="clear", ha1="0" * 32))
        connection.execute(subscriber.delete().where(account == "1001-203"))
        connection.execute(dbaliases.insert().values(_alias("999", "1001-204")))
        connection.execute(subscriber.insert().values(username="1001-205", domain="nb.test", ha1="1"))
        connection.execute(subscriber.insert().values(username="stranger", domain="nb.test", ha1="1"))

    switch.write(spoil)
    found = compare(office, switch, VAULT, ANN)
    assert {one.name: one.words for one in found.differences} == {
        "Ada": "missing alias 442071234567",
        "Bob": "different password or realm, plaintext password",
        "Cy": "not on the switch",
        "Dee": "unexpected alias 999",
        "Eve": "still on the switch, though the user is disabled",
    }
    assert (found.compared, found.unknown) == (5, ("stranger@nb.test",))
    assert compare(office, switch, VAULT, PAT).unknown == (), "a partner isn't told of strangers"
    with UnitOfWork(office, ANN) as unit:
        assert mend(unit, [one.user_id for one in found.differences]) == 5
        unit.commit()
    empty_outbox(office, switch, VAULT)
    assert compare(office, switch, VAULT, ANN).differences == ()
    assert "stranger@nb.test" in on_switch(switch), "what isn't ours is left alone"


def _alias(number: str, username: str) -> dict[str, str]:
    return {"alias_username": number, "alias_domain": "nb.test", "username": username, "domain": "nb.test"}


def test_a_partner_compares_and_mends_own_users_only(sqlite_office: Database, tmp_path: Path) -> None:
    switch = Switch(sqlite_office, make_switch_file(tmp_path / "kamailio.sqlite"))
    new_user(sqlite_office, "Ada", "201")
    eve = new_user(sqlite_office, "Eve", "201", customer=2)
    assert [one.name for one in compare(sqlite_office, switch, VAULT, PAT).differences] == ["Ada"]
    with pytest.raises(RowDeleted), UnitOfWork(sqlite_office, PAT) as unit:
        mend(unit, [eve])
    switch.close()


class FaultySwitch(Switch):
    """Fails as the next fault says: before it writes, after it has written, or by the death of the program."""

    fault = ""

    def write(self, work: Callable[[Connection], T]) -> T:
        """See Switch."""
        fault, self.fault = self.fault, ""
        if fault == "away":
            raise DatabaseUnavailable("away", "")
        result = super().write(work)
        if fault == "answer lost":
            raise DatabaseUnavailable("answer lost", "")
        if fault == "killed":
            raise Killed
        return result


class Killed(Exception):
    """The program ended."""


STEPS = st.sampled_from(
    ["add", "password", "disable", "enable", "remove", "route", "unroute", "empty", "claim", "finish", "overtake"]
)


FAULTS = st.sampled_from(["", "away", "answer lost", "killed"])


ORDERS = st.lists(st.tuples(STEPS, st.integers(0, 3), FAULTS), max_size=25)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS)
def test_any_order_of_faults_ends_equal(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("faults")
    shutil.copyfile(sqlite_template, folder / "ours.db")
    run_faults(f"sqlite:///{folder / 'ours.db'}", folder, steps)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ORDERS)
def test_any_order_of_faults_ends_equal_on_postgresql(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    name = f"faults_{next(_numbers)}"
    run_as_owner(cluster, f"CREATE DATABASE {name} TEMPLATE template_pt STRATEGY file_copy")
    run_faults(cluster.url(name), tmp_path_factory.mktemp("faults"), steps)


def run_faults(url: str, folder: Path, steps: list[tuple[str, int, str]]) -> None:
    """Claims run out at once here, so a program that was held up writes what is outdated, too."""
    database = open_database(url)
    company(database)
    run = Run(database, FaultySwitch(database, make_switch_file(folder / "kamailio.sqlite")))
    claimed, outbox_consumer.CLAIMED = outbox_consumer.CLAIMED, timedelta(0)
    try:
        for step, at, fault in steps:
            run.do(step, at, fault)
        for held in [*run.held]:
            run.finish(held)
        while empty_outbox(database, run.switch, VAULT).waiting:
            pass
        assert on_switch(run.switch) == run.expected()
        assert aliases(run.switch) == {f"{n}@nb.test": f"1001-{ext}@nb.test" for n, ext in run.expected_aliases()}
    finally:
        outbox_consumer.CLAIMED = claimed
        run.switch.close()
        database.close()


class Run:
    """What an agent does, and what the switch should have then."""

    def __init__(self, database: Database, switch: FaultySwitch) -> None:
        self.database, self.switch = database, switch
        self.users: dict[int, tuple[str, str, bool]] = {}
        """Extension, password and whether it is enabled."""
        self.ddi: int | None = None
        self.rings: int | None = None
        self.held: list[outbox_consumer.Claim] = []
        self.numbers = count()

    def do(self, step: str, at: int, fault: str) -> None:
        users = sorted(self.users)
        user = users[at % len(users)] if users else None
        self.switch.fault = fault if step == "empty" else ""
        if step == "add":
            self.add(str(201 + at))
        elif step == "empty":
            with suppress(Killed):
                empty_outbox(self.database, self.switch, VAULT)
            self.switch.fault = ""
        elif step == "claim":
            self.claim()
        elif step == "finish" and self.held:
            self.finish(self.held[at % len(self.held)])
        elif step == "overtake" and user is not None:
            self.change(("password", "disable", "enable", "remove")[at], user)
            self.claim()
            if user in self.users:
                self.change("password", user)
            empty_outbox(self.database, self.switch, VAULT)
        elif user is not None:
            self.change(step, user)

    def add(self, extension: str) -> None:
        if extension in {one[0] for one in self.users.values()}:
            return
        password = f"pw{next(self.numbers)}"
        user = new_user(self.database, f"U{next(self.numbers)}", extension, sip_password=password)
        self.users[user] = (extension, password, True)

    def change(self, step: str, user: int) -> None:
        extension, password, enabled = self.users[user]
        if step == "password":
            password = f"pw{next(self.numbers)}"
            with UnitOfWork(self.database, ANN) as unit:
                replace_sip_password(unit, user, VAULT, password)
                unit.commit()
        elif step in {"disable", "enable"}:
            enabled = step == "enable"
            change(self.database, user, state=UserState.ACTIVE if enabled else UserState.DISABLED)
        elif step == "remove" and self.rings != user:
            remove(self.database, user)
            del self.users[user]
            return
        elif step == "route":
            self.rings = user
            if self.ddi is None:
                self.ddi = add_ddi(self.database, "442071234567", user)
            else:
                route(self.database, self.ddi, user)
        elif step == "unroute" and self.ddi is not None:
            route(self.database, self.ddi, None)
            self.rings = None
        self.users[user] = (extension, password, enabled)

    def claim(self) -> None:
        """Another program claims what is waiting, and is held up."""
        table: Any = SwitchUser.__table__
        for entry in self.database.read(lambda connection: list(connection.scalars(select(table.c.id)))):
            claim = self.database.write(partial(outbox_consumer._claim, entry=entry))
            if claim is not None:
                self.held.append(claim)

    def finish(self, claim: outbox_consumer.Claim) -> None:
        """It goes on, with what it read then."""
        self.held.remove(claim)
        self.switch.fault = ""
        outbox_consumer._write(self.switch, claim, VAULT)
        self.database.write(partial(outbox_consumer._written, claim=claim))

    def expected(self) -> dict[str, tuple[str, str, str]]:
        return {
            f"1001-{extension}@nb.test": digests(f"1001-{extension}", "nb.test", password)
            for extension, password, enabled in self.users.values()
            if enabled
        }

    def expected_aliases(self) -> list[tuple[str, str]]:
        if self.rings is None or not self.users[self.rings][2]:
            return []
        return [("442071234567", self.users[self.rings][0])]


def test_the_clear_password_is_nowhere(sqlite_database: Database, tmp_path: Path) -> None:
    company(sqlite_database)
    path = tmp_path / "kamailio.sqlite"
    switch = Switch(sqlite_database, make_switch_file(path))
    new_user(sqlite_database, "Ada", "201", sip_password="canary-4711-canary")
    empty_outbox(sqlite_database, switch, VAULT)
    switch.close()
    sqlite_database.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM subscriber WHERE password <> ''").fetchone() == (0,)
    for file in tmp_path.iterdir():
        assert b"canary-4711" not in file.read_bytes(), file.name
