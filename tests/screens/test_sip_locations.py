"""SIP locations: registered phones with their owners, and the SIP test as an agent sees it, against real sockets."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network

from sqlalchemy import Connection
from tests.probes.peers import phone, status
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import SipTest
from partnertui.db.engine import open_database
from partnertui.db.kamailio.moments import from_julian, to_julian
from partnertui.db.kamailio.tables import tables

LOOPBACK = (ip_network("127.0.0.0/8"),)


def allowed(settings: Settings, **more: object) -> Settings:
    """Settings that let loopback be asked, for a short time."""
    return dataclasses.replace(settings, sip_test=SipTest(deadline=1.2, allow=LOOPBACK, **more))  # type: ignore[arg-type]


def register(settings: Settings, *ports: int, host: str = "127.0.0.1", **more: object) -> None:
    """Registers phones aaa1, aaa2 … there, and nobody else."""
    location = tables().location
    moment = from_julian(to_julian(NOW))
    rows = [
        {
            "ruid": f"r{number}", "username": f"aaa{number}", "domain": "lab.test",
            "contact": f"sip:aaa{number}@{host}:{port}", "callid": f"c{number}", "expires": moment,
            "last_modified": moment, "user_agent": "as registered",
        } | more
        for number, port in enumerate(ports, 1)
    ]  # fmt: skip

    def work(connection: Connection) -> None:
        connection.execute(location.delete())
        connection.execute(location.insert(), rows)

    database = open_database(settings.database_url)
    database.write(work)
    database.close()


@asynccontextmanager
async def asked(settings: Settings, folders: Folders, *keys: str) -> AsyncIterator[Agent]:
    """An agent who has run the test and waits for its end."""
    async with agent_at(settings, folders, "sip-locations") as agent:
        await agent.press(*keys)
        yield agent


async def test_phones_are_listed_with_their_owners(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sip-locations") as agent:
        assert None not in agent.column("customer")
        assert "Expires in" in agent.screen
        customer = agent.view.table.window.row["customer"]
        await agent.press("enter")
        assert customer in agent.screen


async def test_an_answer_is_explained(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        for words in ("OPTIONS sent", "200 OK", "Snom D785/10.1", "INVITE, ACK", "alive", "directly to 127.0.0.1"):
            assert words in agent.screen
        assert made.requests[0].uri == f"sip:aaa1@127.0.0.1:{made.port}"
        await agent.press("r")
        assert len(made.requests) == 2
        await agent.press("escape")
        assert "OPTIONS sent" not in agent.screen


async def test_silence_is_no_verdict_without_the_proxy(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        assert "sent again" in agent.screen
        assert "inconclusive" in agent.screen
    assert len({request.headers.first("via") for request in made.requests}) == 1
    assert len(made.requests) == 2


async def test_through_the_proxy_silence_is_no_answer(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, 5060, host="192.168.7.7", received="sip:198.51.100.9:40001")
    async with asked(allowed(settings, proxy=f"sip:127.0.0.1:{made.port}"), folders, "t") as agent:
        assert "no answer" in agent.screen
        assert "through the proxy" in agent.screen
    routes = [value for value in made.requests[0].headers.all("route")]
    assert routes == [f"<sip:127.0.0.1:{made.port};lr>", "<sip:198.51.100.9:40001;lr>"]
    assert made.requests[0].uri == "sip:aaa1@192.168.7.7:5060"


async def test_an_address_that_is_not_probed_says_what_to_set(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    async with asked(settings, folders, "t") as agent:
        assert "sip_test.allow" in agent.screen
        assert "127.0.0.1" in agent.screen
    assert made.requests == []


async def test_esc_ends_it_between_two_packets(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, made.port)
    async with agent_at(allowed(settings), folders, "sip-locations") as agent:
        await agent.pilot.press("t")
        await agent.press("escape")
        sent = len(made.requests)
        await asyncio.sleep(0.8)
        assert len(made.requests) == sent > 0
        assert not agent.app.desk.jobs.running


async def test_many_phones_have_a_line_each(settings: Settings, folders: Folders) -> None:
    good, busy = await phone(status()), await phone(status(486, "Busy Here"))
    quiet = await phone(lambda request, number: [])
    register(settings, good.port, busy.port, quiet.port)
    async with asked(allowed(settings), folders, "space", "space", "space", "t") as agent:
        lines = dict(re.findall(r"(aaa\d)@lab\.test  ((?:alive|incon).*?) {2,}", agent.screen))
        assert "3 phones" in agent.screen
        assert "alive: 200" in lines["aaa1"]
        assert "busy" in lines["aaa2"]
        assert "inconclusive" in lines["aaa3"]


async def test_never_more_than_ten_at_once(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, *[made.port] * 25)
    async with agent_at(allowed(settings), folders, "sip-locations") as agent:
        await agent.press(*["space"] * 25)
        await agent.pilot.press("t")
        await asyncio.sleep(0.1)
        assert len({request.headers.first("call-id") for request in made.requests}) == 10
        await agent.press("escape")


async def test_what_a_phone_says_is_shown_as_text(settings: Settings, folders: Folders) -> None:
    evil = "\x1b]0;owned\x07[@click=app.exit]x[/] \u202egnp"
    made = await phone(status(200, "OK" + evil, User_Agent=evil, Allow=evil))
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        assert "[@click=app.exit]x[/]" in agent.screen
        for raw in ("\x1b", "\x07", "\u202e"):
            assert raw not in agent.screen


async def test_an_aor_that_is_none_ends_in_a_sentence(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port, username="a b\r\nX: 1")
    async with asked(allowed(settings), folders, "t") as agent:
        assert agent.app.is_running
        assert "waiting for an answer" not in agent.screen
    assert made.requests == []


async def test_without_kamailio_tables_the_list_says_so(settings: Settings, folders: Folders) -> None:
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as database:
        for table in ("location", "dialog", "version"):
            database.execute(f"DROP TABLE {table}")
    async with agent_at(settings, folders, "sip-locations") as agent:
        assert agent.view.trouble is not None
        assert "Kamailio" in agent.screen
        assert "kamailio.url" in agent.screen
