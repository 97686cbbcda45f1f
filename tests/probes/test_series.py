"""Several OPTIONS in a row, and many phones at once, against real sockets."""

from __future__ import annotations

import asyncio
import time
from ipaddress import ip_network

import pytest
from tests.probes.tcp_phone import stream_phone
from tests.probes.udp_phone import Phone, Reply, answer_to, at, phone, status, there

from partnertui.config import SipTest
from partnertui.probes.sip_options.concurrent_tests import run_all
from partnertui.probes.sip_options.events import Answered, DestinationFailed, Event, SeriesResult, TimedOut
from partnertui.probes.sip_options.series import send_series
from partnertui.probes.sip_options.series_statistics import SeriesStatistics
from partnertui.probes.sip_options.sip_test import ProbePlan, SipProbe, probe_of_registration, run
from partnertui.probes.sip_options.transaction import ProbeOptions

LOOPBACK = (ip_network("127.0.0.0/8"),)


async def series(reply: Reply, count: int = 6, deadline: float = 0.4) -> tuple[list[Event], SeriesStatistics, Phone]:
    made = await phone(reply)
    events = [e async for e in send_series(at(made.port), there(made.port), ProbeOptions(deadline), count, 0.02)]
    made.transport.close()
    return events, SeriesStatistics([event for event in events if isinstance(event, SeriesResult)]), made


async def test_all_are_answered() -> None:
    events, statistics, made = await series(status())
    assert isinstance(events[-1], Answered)
    assert (len(statistics.times), statistics.loss) == (6, 0.0)
    assert min(statistics.times) <= statistics.average <= max(statistics.times)
    branches = {request.headers.first("via") for request in made.requests}
    assert len(branches) == 6, "each is a transaction of its own"
    assert [request.headers.first("cseq") for request in made.requests] == [f"{n} OPTIONS" for n in range(1, 7)]
    for name in ("call-id", "from"):
        assert len({request.headers.first(name) for request in made.requests}) == 6, "none belongs to another"
    assert len(set(made.senders)) == 1
    assert made.times[-1] - made.times[0] >= 0.09


async def test_what_is_lost_stays_lost() -> None:
    events, statistics, made = await series(lambda request, n: [answer_to(request)] if n % 3 else [])
    assert isinstance(events[-1], Answered)
    assert len(made.requests) == 6, "nothing is sent again"
    assert sorted(result.number for result in statistics.results if result.milliseconds is None) == [3, 6]
    assert round(statistics.loss) == 33


async def test_late_answers_are_matched_to_their_request() -> None:
    held: list[bytes] = []

    def reply(request, number):  # type: ignore[no-untyped-def]
        held.append(answer_to(request))
        return list(reversed(held)) if number == 4 else []

    _, statistics, _ = await series(reply, 4)
    assert statistics.loss == 0
    assert statistics.times == sorted(statistics.times, reverse=True), "the first waited longest"


async def test_nobody_answers() -> None:
    events, statistics, _ = await series(lambda request, n: [], 3)
    assert isinstance(events[-1], TimedOut)
    assert (statistics.loss, statistics.times, statistics.jitter) == (100.0, [], 0.0)


async def test_a_proxy_that_gives_up_is_no_answer_of_the_phone() -> None:
    events, statistics, _ = await series(status(408, "Request Timeout"), 3)
    assert isinstance(events[-1], Answered)
    assert statistics.loss == 100


async def test_a_port_that_closes_meanwhile() -> None:
    made = await phone(status())
    events = []
    async for event in send_series(at(made.port), there(made.port), ProbeOptions(0.5), 6, 0.05):
        events.append(event)
        if isinstance(event, SeriesResult) and event.number == 2:
            made.transport.close()
    statistics = SeriesStatistics([event for event in events if isinstance(event, SeriesResult)])
    assert isinstance(events[-1], Answered)
    assert len(statistics.results) == 6
    assert len(statistics.times) == 2


async def test_over_one_connection() -> None:
    async with stream_phone() as made:
        destinations = there(made.port, transport="tcp")
        events = [event async for event in send_series(at(made.port), destinations, ProbeOptions(1), 5, 0.02)]
        assert made.connections == 1
    assert isinstance(events[-1], Answered)
    assert sum(isinstance(event, SeriesResult) for event in events) == 5


async def test_a_connection_that_ends_ends_the_series() -> None:
    async with stream_phone(lambda request, n: [answer_to(request)] if n == 1 else [b""]) as made:
        destinations = there(made.port, transport="tcp")
        events = [event async for event in send_series(at(made.port), destinations, ProbeOptions(1), 5, 0.02)]
    assert isinstance(events[-1], Answered)
    assert SeriesStatistics([event for event in events if isinstance(event, SeriesResult)]).times


async def test_the_next_place_where_nothing_is_answered() -> None:
    quiet, good = await phone(lambda request, n: []), await phone(status())
    destinations = [*there(quiet.port), *there(good.port)]
    events = [event async for event in send_series(at(quiet.port), destinations, ProbeOptions(0.3), 3, 0.02)]
    assert sum(isinstance(event, DestinationFailed) for event in events) == 1
    assert isinstance(events[-1], Answered)


def probe_of(port: int) -> SipProbe:
    return probe_of_registration(f"{port}@lab.test", f"sip:a@127.0.0.1:{port}", None, None)


async def test_a_test_keeps_every_message() -> None:
    made = await phone(lambda request, n: [answer_to(request)] if n == 2 else [])
    probe = probe_of(made.port)
    await run(probe, ProbePlan(), SipTest(deadline=3, allow=LOOPBACK), lambda: None)
    assert [one.data for one in probe.exchanged[:2]] == made.raw
    assert probe.exchanged[2].source == ("127.0.0.1", made.port)
    assert [one.transport for one in probe.exchanged] == ["udp"] * 3
    assert abs(probe.exchanged[0].time_us / 1e6 - time.time()) < 10
    assert (probe.outcome, probe.role) == ("answered", "warn")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (status(), "answered"),
        (status(404), "answered"),
        (status(408), "unreachable"),
        (lambda r, n: [], "timeout"),
        (lambda r, n: [b"x"], "bad-answer"),
    ],
)
async def test_outcomes(reply: Reply, outcome: str) -> None:
    made = await phone(reply)
    probe = probe_of(made.port)
    await run(probe, ProbePlan(), SipTest(deadline=0.5, allow=LOOPBACK), lambda: None)
    assert probe.outcome == outcome
    assert probe.over


async def test_what_may_not_be_probed_is_not_sent() -> None:
    made = await phone(status())
    probe = probe_of(made.port)
    await run(probe, ProbePlan(), SipTest(deadline=0.5), lambda: None)
    assert (probe.outcome, probe.words.startswith("127.0.0.1 is an address")) == ("not-sent", True)
    assert made.requests == []


async def test_two_hundred_at_once_end_with_the_dead_ones() -> None:
    """The loop stays free meanwhile, and no socket is left."""
    good, quiet = await phone(status()), await phone(lambda request, n: [])
    probes = [probe_of(quiet.port if number % 10 == 0 else good.port) for number in range(200)]
    turns = 0

    async def breathe() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.01)
            turns += 1

    breathing = asyncio.ensure_future(breathe())
    begun = time.monotonic()
    await run_all(probes, ProbePlan(), SipTest(deadline=1.5, allow=LOOPBACK), lambda: None)
    took = time.monotonic() - begun
    breathing.cancel()
    assert sum(probe.outcome == "answered" for probe in probes) == 180
    assert sum(probe.outcome == "timeout" for probe in probes) == 20
    assert took < 15, "does not hang"
    assert turns > 10
