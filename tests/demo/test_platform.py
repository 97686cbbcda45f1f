"""The demo's platform: phones that answer on loopback, and what happens in the database, by seed and clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from sqlalchemy import func, select

from partnertui.config.settings import SipTest
from partnertui.db.database import Database
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Cdr, Ticket, TicketViewer
from partnertui.db.models.base import Base
from partnertui.demo import build
from partnertui.demo.platform.addresses import BEHIND_NAT, BUSY, IDLE, MIXED, NETWORK, OFF, PROXY, PROXY_URI, SLOW
from partnertui.demo.platform.customer_snapshot import read_customers
from partnertui.demo.platform.phones_and_proxy import PHONES, answer, phone_of
from partnertui.demo.platform.ticker import Ticker
from partnertui.probes.sip_options.sip_test import ProbePlan, SipProbe, probe_of_registration, run
from partnertui.sip.message import Request, parse_message

pytestmark = pytest.mark.xdist_group("demo platform")  # its phones have the same addresses in every demo

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SETTINGS = SipTest(deadline=4.0, allow=(NETWORK,), proxy=PROXY_URI)


@asynccontextmanager
async def phones(agents: dict[str, str] | None = None) -> AsyncIterator[None]:
    """The phones; where another demo runs on this host, its phones answer, and the same."""
    task = asyncio.create_task(answer(agents or {}))
    await asyncio.sleep(0.1)
    try:
        yield
    finally:
        task.cancel()


async def probed(place: tuple[str, int], proxy: str = "", received: str | None = None) -> SipProbe:
    """A finished SIP test of the phone at a place."""
    probe = probe_of_registration("u1@demo", f"sip:u1@{place[0]}:{place[1]}", received, None)
    await run(probe, ProbePlan(proxy), SETTINGS, lambda: None)
    return probe


async def test_phones_answer_each_in_its_way() -> None:
    async with phones():
        idle, busy, slow, off = await asyncio.gather(*(probed(place) for place in (IDLE, BUSY, SLOW, OFF)))
    assert (idle.state, idle.words) == ("answered", "alive: 200 OK")
    assert busy.words == "alive, busy: 486 Busy Here"
    assert slow.milliseconds is not None
    assert slow.milliseconds > 500
    assert off.state == "no answer"


async def test_nat_lets_the_proxy_through_alone() -> None:
    host, port = BEHIND_NAT[0]
    private, received = ("192.168.73.21", 5060), f"sip:{host}:{port}"
    async with phones():
        by_proxy, direct = await asyncio.gather(probed(private, PROXY_URI, received), probed(private, "", received))
    assert by_proxy.words == "alive: 200 OK"
    assert by_proxy.milliseconds is not None
    assert by_proxy.milliseconds < 500
    assert direct.words == "inconclusive: no answer, as is usual behind NAT"


async def test_the_proxy_says_that_a_phone_is_silent() -> None:
    async with phones():
        found = await probed(OFF, PROXY_URI)
    assert (found.outcome, found.words) == ("unreachable", "no answer: 408 Request Timeout")


def test_the_proxy_sends_to_no_other_network() -> None:
    assert all(ip_address(host) in NETWORK for host, _ in (*PHONES, *MIXED, PROXY))
    for hop in ("198.51.100.9:40001", "8.8.8.8", "127.0.0.1:22", "[2001:db8::1]:5060", "nowhere.example"):
        assert ip_address(phone_of(request(f"<sip:{hop};lr>"))[0]) in NETWORK
    assert phone_of(request(f"<sip:{SLOW[0]}:{SLOW[1]};lr>")) == SLOW


def request(next_hop: str) -> Request:
    """An OPTIONS through the proxy."""
    lines = (
        "OPTIONS sip:u1@10.0.0.1 SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.1:5999;branch=z9hG4bK1",
        f"Route: <{PROXY_URI};lr>",
        f"Route: {next_hop}",
        "From: <sip:a@demo>;tag=1",
        "To: <sip:u1@demo>",
        "Call-ID: 1",
        "CSeq: 1 OPTIONS",
        "Max-Forwards: 70",
        "",
        "",
    )
    found = parse_message("\r\n".join(lines).encode())
    assert isinstance(found, Request)
    return found


@pytest.fixture
def demo(database: Database) -> Database:
    """A small demo, on SQLite and PostgreSQL."""
    build(database.url, customers=10, cdrs=1500, seed=3, now=START)
    return database


def ticking(database: Database) -> Ticker:
    """A ticker of the demo in a database."""
    customers = database.read(read_customers)
    assert customers is not None
    return Ticker(database, customers)


def dialogs(database: Database) -> set[str]:
    """Call-IDs of the calls that are up."""
    statement = select(tables().dialog.c.callid)
    return set(database.read(lambda connection: connection.scalars(statement).all()))


def number(database: Database, model: type[Base]) -> int:
    """How many rows a table has."""
    return database.read(lambda connection: connection.scalar(select(func.count(model.id)))) or 0


def phones_registered(database: Database, before: datetime | None = None) -> int:
    """How many registrations there are, or how many expire before a moment."""
    location = tables().location
    statement = select(func.count(location.c.id))
    if before is not None:
        statement = statement.where(location.c.expires < before)
    return database.read(lambda connection: connection.scalar(statement)) or 0


def test_an_afternoon(demo: Database) -> None:
    """Half an hour by its own clock, in steps of two seconds."""
    ticker, before, tickets = ticking(demo), number(demo, Cdr), number(demo, Ticket)
    seen: set[str] = set()
    up, registered = [], set()
    now = START + timedelta(hours=3)
    over = now + timedelta(seconds=1800)
    for second in range(0, 1800, 5):
        ticker.tick(now + timedelta(seconds=second))
        if second % 30 == 0:
            up.append(len(dialogs(demo)))
            seen |= dialogs(demo)
            registered.add(phones_registered(demo))
    assert max(up) > 0
    assert len(seen) > 3 * max(up), "they come and go"
    assert len(registered) == 2, "one phone is away at times"
    assert phones_registered(demo, over) <= 0.15 * phones_registered(demo), "they refresh"
    fresh = select(Cdr.disposition, Cdr.call_id_a).where(Cdr.started_at >= now)
    made = demo.read(lambda connection: connection.execute(fresh).all())
    assert len(made) > 100
    assert number(demo, Cdr) >= before + len(made)
    failed = [row.call_id_a for row in made if row.disposition != "answered"]
    assert 0.1 < len(failed) / len(made) < 0.5
    trace = tables().sip_trace
    of_last = select(func.count(trace.c.id)).where(trace.c.callid == failed[-1])
    assert (demo.read(lambda connection: connection.scalar(of_last)) or 0) >= 3, "a failed call has its trace"
    assert 3 <= number(demo, Ticket) - tickets <= 15
    present = select(TicketViewer.operator_id, TicketViewer.seen_at)
    shown = demo.read(lambda connection: connection.execute(present).all())
    assert len({row.operator_id for row in shown if over - row.seen_at < timedelta(seconds=30)}) == 2


def test_the_same_seed_and_clock_make_the_same_calls(demo: Database) -> None:
    now = START + timedelta(minutes=7)
    found = []
    for _ in range(2):
        ticker = ticking(demo)
        ticker.tick(now)
        found.append(dialogs(demo))
    assert found[0] == found[1] != set()
    ticker.tick(now + timedelta(minutes=10))
    assert dialogs(demo) != found[0]


def test_data_that_no_demo_made_is_left_alone(database: Database) -> None:
    assert database.read(read_customers) is None
