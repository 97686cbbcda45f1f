"""A user added in the dialog, on a real switch: the phone registers, its DDI rings it, an old password is refused."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.lab.labtools import Lab
from tests.lab.office import furnish
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings, Kamailio
from partnertui.db.database import Database, open_database
from partnertui.db.models import Ddi
from partnertui.db.provisioning.outbox_producer import note_changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator, Role
from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.kit.declare.view_location import Scope

ANN = Operator(1, "ann", "Ann", Role.ADMIN, None)
DDI = "442071234567"
USER = "1001-1012"


@pytest.fixture(scope="module", params=["sqlite", "pgsql"])
def switch(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab whose accounts are written, and whose database ends meanwhile."""
    lab = Lab(request.param)
    lab.up()
    try:
        yield lab
    finally:
        lab.down()


@pytest.fixture
def office(switch: Lab, sqlite_database: Database) -> Database:
    """Our own database, on SQLite with either Kamailio."""
    furnish(sqlite_database)
    return sqlite_database


def settings_for(lab: Lab, office: Database) -> Settings:
    kamailio = Kamailio(url=lab.url, subscribers="write", domain="lab.test")
    return Settings(database=DatabaseSettings(url=office.url), kamailio=kamailio, theme="dark", operator="ann")


async def until(agent: Agent, *wanted: str) -> str:
    """The screen as soon as it has one of the texts."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if any(one in agent.screen for one in wanted):
            return agent.screen
        await asyncio.sleep(0.1)
        await agent.press()
    raise AssertionError(f"{wanted} never came:\n{agent.screen}")


def wait(what: str, holds: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def column(lab: Lab, query: str, **values: str) -> list[str]:
    """The first column of what Kamailio's database answers."""
    kamailio = open_database(lab.url, read_only=True)
    try:
        return kamailio.read(lambda connection: [str(one) for one in connection.scalars(text(query), values)])
    finally:
        kamailio.close()


def is_registered(lab: Lab) -> bool:
    return bool(column(lab, "SELECT contact FROM location WHERE username = :user", user=USER))


def log(lab: Lab, phone: str) -> str:
    return (lab.run / f"run/{phone}.log").read_text("utf-8", "replace")


def add_ddi(office: Database, user: int) -> None:
    office.session_listeners.append(note_changes)
    with UnitOfWork(office, ANN) as unit:
        ddi = Ddi(customer_id=1, number=DDI, country="GB", state=DdiState.ACTIVE)
        ddi.route_type, ddi.target_id = TargetType.USER, user
        unit.add(ddi)
        unit.commit()


async def show_password(agent: Agent) -> str:
    """Asks for the SIP password by the menu; returns it as shown."""
    await by_menu(agent, "show the sip")
    shown = re.search(r"SIP password +(\w{20})", await until(agent, "SIP password  "))
    assert shown is not None
    await agent.press("escape")
    return shown[1]


async def new_password(agent: Agent) -> str:
    """Generates another one; returns it as shown."""
    await by_menu(agent, "generate a new")
    await until(agent, "Generate a new SIP password?")
    await agent.press("y")
    shown = re.search(r"SIP password +(\w{20})", await until(agent, "SIP password  "))
    assert shown is not None
    await agent.press("escape")
    return shown[1]


async def by_menu(agent: Agent, typed: str) -> None:
    await agent.press("full_stop")
    await agent.type(typed)
    await agent.press("enter")


async def add_user(agent: Agent) -> None:
    agent.app.services.set_scope(Scope(1, "Narrowboat Bakery"))
    await agent.press("a")
    await agent.type("Ada Byron")
    await agent.press("tab")
    await agent.type("ada@lab.test")
    await agent.press("ctrl+s")
    await until(agent, "shown only once")
    await agent.press("escape")


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
async def test_from_the_dialog_to_the_phone(switch: Lab, office: Database, tmp_path: Path) -> None:
    folders = Folders.inside(tmp_path)
    folders.make()
    async with agent_at(settings_for(switch, office), folders, "users", (100, 30)) as agent:
        await add_user(agent)
        await until(agent, "yes, written")
        assert f"{USER}@lab.test" in agent.screen
        first = await show_password(agent)
        switch.do("phone", "ada", USER, first, "5092")
        wait("the phone registers", lambda: is_registered(switch))

        add_ddi(office, int(agent.view.row["id"]))
        wait_for_alias = "SELECT username FROM dbaliases WHERE alias_username = :ddi"
        await until_true(agent, lambda: column(switch, wait_for_alias, ddi=DDI) == [USER])
        switch.do("tell", "lan", "dial", f"{DDI}@lab.test")
        answered = "SELECT sip_code FROM acc WHERE dst_ouser = :ddi AND method = 'INVITE'"
        wait("the call to the DDI is answered", lambda: "200" in column(switch, answered, ddi=DDI))
        rung = re.compile(r"(?i)incoming call|call established|call answered")
        wait("it rang the phone", lambda: rung.search(log(switch, "ada")) is not None)
        switch.do("tell", "lan", "hangup")

        second = await new_password(agent)
        assert second != first
        await until(agent, "yes, written")
        ha1 = "SELECT ha1 FROM subscriber WHERE username = :user AND password = ''"
        await until_true(agent, lambda: column(switch, ha1, user=USER) == [digest(second)])
        switch.do("end", "ada")
        switch.do("phone", "old", USER, first, "5093")
        wait("the old password is refused", lambda: "403 Forbidden" in log(switch, "old"))
        switch.do("end", "old")
        switch.do("phone", "new", USER, second, "5094")
        wait("the new one registers", lambda: ":5094" in "".join(contacts(switch)))
        switch.do("end", "new")

        await away_and_back(switch, agent)


def contacts(lab: Lab) -> list[str]:
    return column(lab, "SELECT contact FROM location WHERE username = :user", user=USER)


def digest(password: str) -> str:
    from partnertui.domain.sip_digest_hashes import ha1

    return ha1(USER, "lab.test", password)


async def until_true(agent: Agent, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < end, agent.screen
        await asyncio.sleep(0.2)
        await agent.press()


async def away_and_back(lab: Lab, agent: Agent) -> None:
    """The switch's database stops while a password is changed twice; within 5 s of its return it has the last one."""
    if lab.database == "sqlite":
        held = sqlite3.connect(lab.url.removeprefix("sqlite:///"), isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
    else:
        lab.do("database_down")
    await new_password(agent)
    last = await new_password(agent)
    await until(agent, "waiting since")
    await until(agent, "another program is writing", "isn't responding")
    if lab.database == "sqlite":
        held.execute("ROLLBACK")
        held.close()
    else:
        lab.do("database_up")
    returned = time.monotonic()
    await until(agent, "yes, written")
    assert time.monotonic() - returned < 5
    query = "SELECT ha1 FROM subscriber WHERE username = :user"
    assert column(lab, query, user=USER) == [digest(last)]
