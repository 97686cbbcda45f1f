"""SIP locations: registered phones with their owners, and the SIP test as an agent sees it, against real sockets."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import Connection, insert
from tests.probes.udp_phone import answer_to, phone, status
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import Kamailio, SipTest
from partnertui.db.database import open_database
from partnertui.db.kamailio.tables import tables
from partnertui.db.kamailio.timestamps import from_julian, to_julian
from partnertui.db.models import History, OperatorAccount, ProbeRun

LOOPBACK = (ip_network("127.0.0.0/8"),)


def allowed(settings: Settings, **more: object) -> Settings:
    """Settings that let loopback be asked, for a short time."""
    return dataclasses.replace(settings, sip_test=SipTest(deadline=1.2, allow=LOOPBACK, **more))  # type: ignore[arg-type]


def register(settings: Settings, *ports: int, host: str = "127.0.0.1", **more: object) -> None:
    """Register phones aaa1, aaa2 … there, and no others."""
    location = tables().location
    moment = from_julian(to_julian(NOW))
    rows = [
        {
            "ruid": f"r{number}",
            "username": f"aaa{number}",
            "domain": "lab.test",
            "contact": f"sip:aaa{number}@{host}:{port}",
            "callid": f"c{number}",
            "expires": moment,
            "last_modified": moment,
            "user_agent": "as registered",
        }
        | more
        for number, port in enumerate(ports, 1)
    ]

    def work(connection: Connection) -> None:
        connection.execute(location.delete())
        connection.execute(location.insert(), rows)

    database = open_database(settings.database_url)
    database.write(work)
    database.close()


def change(settings: Settings, work: Callable[[Connection], object]) -> None:
    """Writes something into the database."""
    database = open_database(settings.database_url)
    database.write(work)
    database.close()


def move_to(settings: Settings, port: int) -> None:
    """Lets every registered phone be at this port, each by its own name."""
    location = tables().location
    contact = "sip:" + location.c.username + f"@127.0.0.1:{port}"
    change(settings, lambda connection: connection.execute(location.update().values(contact=contact, received=None)))


def count(settings: Settings, times: Sequence[datetime]) -> None:
    """Lets the operator have tested at these times."""
    rows = [
        {"at": at, "operator_id": number, "kind": "options", "target": "x"} for at in times for number in range(1, 6)
    ]
    change(settings, lambda connection: connection.execute(insert(ProbeRun), rows))


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


async def test_the_time_line_of_a_phone(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sip-locations") as agent:
        await agent.press("upper_l")
        assert "registered, " in agent.screen
        assert "the latest time examined" in agent.screen
        assert "sip_trace table, last 24 hours: " in agent.screen
        await agent.press("escape")
    register(settings, 5060)
    async with agent_at(settings, folders, "sip-locations") as agent:
        await agent.press("upper_l")
        assert "No REGISTER from aaa1 was found" in agent.message


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


async def test_the_exchange_opens_in_the_ladder_and_goes_into_a_ticket(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        await agent.press("A", "a", "enter")
        assert "Attached the SIP test to T-" in agent.message
        await agent.press("t")
        assert "Alive: 200 OK. Snom D785/10.1 answered after" in agent.screen, "the ladder says what the test said"
        assert "OPTIONS" in agent.screen
        assert "200 OK" in agent.screen
        assert "this host" in agent.screen
        assert "What it means" not in agent.screen
        await agent.press("escape")
        assert "What it means" in agent.screen
        assert "OPTIONS sent" in agent.screen
        assert len(made.requests) == 1, "the result is shown again, not asked for again"
        await agent.press("escape")
        assert "What it means" not in agent.screen
        assert "Expires in" in agent.screen


async def test_silence_is_no_verdict_without_the_proxy(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        assert "retransmitted" in agent.screen
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
        assert not agent.app.services.jobs.running


async def test_many_phones_have_a_line_each(settings: Settings, folders: Folders) -> None:
    good, busy = await phone(status()), await phone(status(486, "Busy Here"))
    quiet = await phone(lambda request, number: [])
    register(settings, good.port, busy.port, quiet.port)
    async with asked(allowed(settings), folders, "space", "space", "space", "t") as agent:
        lines = dict(re.findall(r"(aaa\d)@lab\.test +(?:\d+ ms)? +((?:no )?answer.*?) {5,}", agent.screen))
        order = re.findall(r"│ +(aaa\d)@lab\.test", agent.screen)
        assert "3 phones" in agent.screen
        assert lines["aaa1"].split() == ["answered", "alive:", "200", "OK"]
        assert lines["aaa2"].startswith("answered    alive, busy")
        assert lines["aaa3"].startswith("no answer   inconclusive")
        assert "2 answered   1 no answer" in agent.screen, "busy is an answer"
        assert order[-1] == "aaa1", "who is well comes last"


async def test_many_are_asked_at_once(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [])
    register(settings, *[made.port] * 25)
    async with agent_at(allowed(settings), folders, "sip-locations") as agent:
        await agent.press(*["space"] * 25)
        await agent.pilot.press("t")
        await asyncio.sleep(0.4)
        assert len({request.headers.first("call-id") for request in made.requests}) == 25
        await agent.press("escape")
        assert not agent.app.services.jobs.running


async def test_one_of_many_is_opened_and_read(settings: Settings, folders: Folders) -> None:
    good, gone = await phone(status()), await phone(status(404, "Not Found"))
    register(settings, good.port, gone.port)
    async with asked(allowed(settings), folders, "space", "space", "t") as agent:
        await agent.press("down", "enter")
        assert "SIP/2.0" not in agent.screen
        assert "OPTIONS sip:aaa1@" in agent.screen, "the dead one is above it"
        assert "200 OK" in agent.screen
        await agent.press("enter")
        for words in ("CSeq: 1 OPTIONS", "User-Agent: partnertui", f"UDP 127.0.0.1:{good.port} to 127.0.0.1:"):
            assert words in agent.screen
        await agent.press("escape", "escape")
        assert "2 answered" in agent.screen, "an unknown user is an answer, too"
        await agent.press("escape")
        assert "2 answered" not in agent.screen


async def test_a_series_shows_loss_and_times(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnertui.screens.shared.sip_test.plan_choice.SERIES", 3)
    made = await phone(lambda request, number: [] if number == 3 else [answer_to(request)])
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t", "1") as agent:
        assert "3 requests" in agent.screen
        assert "1 of 3 lost" in agent.screen
        assert "33% of the requests" in agent.screen
        assert "MTR" in agent.screen
        assert re.search(r"lost +request 2: no answer", agent.screen)
        await agent.press("1")
        assert "one request" in agent.screen
        await agent.press("1", "t")
        assert "1/6" in agent.screen, "three requests and their answers"
        title = "".join(agent.screen.splitlines()[1:3])
        assert not re.search(r"\d legs", title), "each request has a Call-ID of its own, but that makes no legs"


async def test_the_way_and_the_transport_can_be_changed(settings: Settings, folders: Folders) -> None:
    direct, gate = await phone(status()), await phone(status())
    register(settings, direct.port)
    async with asked(allowed(settings, proxy=f"sip:127.0.0.1:{gate.port}"), folders, "t") as agent:
        assert "through the proxy" in agent.screen
        assert (len(gate.requests), len(direct.requests)) == (1, 0)
        await agent.press("2")
        assert f"directly to 127.0.0.1:{direct.port}" in agent.screen
        assert (len(gate.requests), len(direct.requests)) == (1, 1)
        await agent.press("3", "3")
        assert "over TCP" in agent.screen
        assert "nothing is listening on that port" in agent.screen


async def test_without_a_proxy_there_is_one_way_only(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t", "2") as agent:
        assert "sip_test.proxy" in agent.message
        assert len(made.requests) == 1


async def test_all_phones_of_the_customer(settings: Settings, folders: Folders) -> None:
    """Phones of the row's customer, and no others."""
    made = await phone(status())
    async with agent_at(settings, folders, "sip-locations") as agent:
        customer = agent.view.table.window.row["customer_id"]
        mine = [row["username"] for row in agent.view.table.window.rows if row["customer_id"] == customer]
        domains = {row["username"]: row["domain"] for row in agent.view.table.window.rows}
    move_to(settings, made.port)
    async with asked(allowed(settings), folders, "ctrl+t") as agent:
        assert f"{len(mine)} phones" in agent.screen
        assert f"{len(mine)} answered" in agent.screen
    assert {request.headers.first("to") for request in made.requests} == {
        f"<sip:{name}@{domains[name]}>" for name in mine
    }


async def test_an_operator_has_ten_tests_a_minute(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    tested = [datetime.now(UTC) - timedelta(seconds=50 - n) for n in range(9)]
    count(settings, tested)
    async with asked(allowed(settings), folders, "t", "r") as agent:
        assert "You have run 10 tests in the last minute" in agent.screen
    assert len(made.requests) == 1


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
        assert "waiting for a response" not in agent.screen
    assert made.requests == []


def removable(settings: Settings, **more: object) -> Settings:
    """Settings of a site whose Kamailio keeps registrations in its database only."""
    return dataclasses.replace(settings, kamailio=Kamailio(usrloc="database"), **more)  # type: ignore[arg-type]


async def test_removing_says_what_it_does_and_does_it(settings: Settings, folders: Folders) -> None:
    async with agent_at(removable(settings), folders, "sip-locations") as agent:
        row = agent.view.table.window.row
        await agent.press("delete")
        for words in (row["aor"], row["contact"], row["user"], "is deleted", "It registers again"):
            assert words in agent.screen
        await agent.press("escape")
        assert row["ruid"] in agent.column("ruid"), "nothing happens before the answer"
        await agent.press("delete", "y")
        assert agent.message == "Registration removed."
        assert row["ruid"] not in agent.column("ruid")
        database = open_database(settings.database_url)
        table = History.__table__
        entry = database.read(lambda there: there.execute(table.select().order_by(table.c.id.desc()).limit(1)).one())
        database.close()
        assert (entry.object_table, entry.object_id) == ("users", row["user_id"])
        assert entry.changes["registration"][0].startswith(row["aor"])


async def test_where_no_way_is_set_removing_says_which(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sip-locations") as agent:
        await agent.press("delete")
        assert "kamailio.rpc_url" in agent.message
        assert "usrloc" in agent.message


async def test_partners_do_not_remove(settings: Settings, folders: Folders) -> None:
    partner = next(login for login, role in roles(settings).items() if role == "partner")
    async with agent_at(removable(settings, operator=partner), folders, "sip-locations") as agent:
        await agent.press("delete")
        assert agent.message.startswith("Remove the registration is for")


async def test_a_registration_that_ended_meanwhile(settings: Settings, folders: Folders) -> None:
    async with agent_at(removable(settings), folders, "sip-locations") as agent:
        ruid = agent.view.table.window.row["ruid"]
        await agent.press("delete")
        location = tables().location
        change(settings, lambda connection: connection.execute(location.delete().where(location.c.ruid == ruid)))
        await agent.press("y")
        assert "registration no longer exists" in agent.message


def roles(settings: Settings) -> dict[str, str]:
    """Who works here, by login."""
    accounts = OperatorAccount.__table__
    database = open_database(settings.database_url)
    found = database.read(lambda connection: connection.execute(accounts.select()).mappings().all())
    database.close()
    return {one["login"]: str(one["role"]) for one in found}


async def test_without_kamailio_tables_the_list_says_so(settings: Settings, folders: Folders) -> None:
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as database:
        for table in ("location", "dialog", "version"):
            database.execute(f"DROP TABLE {table}")
    async with agent_at(settings, folders, "sip-locations") as agent:
        assert agent.view.error is not None
        assert "Kamailio" in agent.screen
        assert "kamailio.url" in agent.screen
