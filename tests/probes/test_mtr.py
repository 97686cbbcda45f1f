"""Probes of the path to this host itself: sent, answered, counted, ended."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import aclosing
from ipaddress import ip_network

import pytest

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr import udp_prober
from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind, RoundEnded
from partnertui.probes.mtr.path import LOST_AFTER, Path
from partnertui.probes.mtr.probe_rounds import ProbeSettings, probe_path
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.prober_choice import open_prober
from partnertui.probes.mtr.reverse_dns import ReverseDns
from partnertui.probes.mtr.target_host import TargetHost, resolve_host

QUICK = 0.03


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_this_host_is_one_hop_away(address: str, method: Method) -> None:
    path = Path(address)
    events = [event async for event in probe_path(path, open_prober(address, method), ProbeSettings(QUICK), 5)]
    assert [event.number for event in events if isinstance(event, RoundEnded)] == [1, 2, 3, 4, 5]
    assert {event.kind for event in events if isinstance(event, Reply)} == {ReplyKind.DESTINATION}
    (hop,) = path.shown
    assert (path.end, path.reached, path.rounds) == (1, True, 5)
    assert (hop.ttl, hop.sent, hop.statistics.received, hop.addresses) == (1, 5, 5, {address: 5})
    assert 0 < hop.statistics.best <= hop.statistics.avg <= hop.statistics.worst < 1000


@pytest.mark.parametrize("size", [64, 1000, 1500])
@pytest.mark.parametrize("method", list(Method))
async def test_packets_of_any_size(method: Method, size: int) -> None:
    path = Path("127.0.0.1")
    async for _ in probe_path(path, open_prober("127.0.0.1", method), ProbeSettings(QUICK, size), 2):
        pass
    assert path.shown[0].statistics.received == 2


async def test_a_result_stands_after_the_first_answers() -> None:
    path = Path("127.0.0.1")
    async with aclosing(probe_path(path, open_prober("127.0.0.1", Method.UDP), ProbeSettings(30.0), 2)) as events:
        async with asyncio.timeout(5):
            assert isinstance(await anext(events), Reply)
    assert path.reached


async def test_whoever_listens_there_is_the_destination_too() -> None:
    """An answer is as good as a refusal; another's answer is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.71", udp_prober.FIRST_PORT + 1))  # own address: other tests probe meanwhile
        server.setblocking(False)
        loop = asyncio.get_running_loop()

        def answer() -> None:
            _, sender = server.recvfrom(2048)
            server.sendto(b"who is there?", sender)

        loop.add_reader(server, answer)
        path = Path("127.0.0.71", most=1)
        async for _ in probe_path(path, open_prober("127.0.0.71", Method.UDP), ProbeSettings(0.2), 1):
            pass
        loop.remove_reader(server)
    assert (path.reached, path.shown[0].statistics.received) == (True, 1)


async def test_silence_is_loss_and_ends_in_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.72", udp_prober.FIRST_PORT + 1))
        path = Path("127.0.0.72", most=1)
        async with asyncio.timeout(LOST_AFTER + 5):
            async for _ in probe_path(path, open_prober("127.0.0.72", Method.UDP), ProbeSettings(0.2), 1):
                pass
    assert not path.reached
    assert path.shown[0].lost(float("inf")) == 1


class Silent:
    """A prober whose answers come when the test says."""

    method = Method.UDP

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []
        self.closed, self.more = False, asyncio.Event()
        self.on_reply: Callable[[Reply], None] = lambda answer: None

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        self.on_reply = on_reply

    def send(self, number: int, ttl: int, size: int) -> None:
        self.sent.append((number, ttl))
        self.more.set()

    def close(self) -> None:
        self.closed = True

    async def until(self, count: int) -> None:
        """Wait until `count` probes were sent."""
        async with asyncio.timeout(10):
            while len(self.sent) < count:
                self.more.clear()
                await self.more.wait()


async def running(path: Path, prober: Silent, probe_settings: ProbeSettings, rounds: int = 0) -> asyncio.Task[None]:
    async def work() -> None:
        async for _ in probe_path(path, prober, probe_settings, rounds):
            pass

    task = asyncio.create_task(work())
    await asyncio.sleep(0.02)
    return task


async def test_all_hops_leave_at_once_and_those_behind_as_soon_as_one_answers() -> None:
    path, prober = Path("192.0.2.1"), Silent()
    task = await running(path, prober, ProbeSettings(60))
    assert prober.sent == [(1, ttl) for ttl in range(1, 9)]
    prober.on_reply(Reply(1, 6, "10.0.0.6", 5.0, ReplyKind.EXCEEDED))
    await asyncio.sleep(0.02)
    assert prober.sent[8:] == [(1, ttl) for ttl in range(9, 15)]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert prober.closed


async def test_silent_hops_are_passed_over() -> None:
    path, prober = Path("192.0.2.1", most=20), Silent()
    task = await running(path, prober, ProbeSettings(60))
    await prober.until(20)
    prober.on_reply(Reply(1, 17, "192.0.2.1", 5.0, ReplyKind.DESTINATION))
    await asyncio.sleep(0.02)
    assert (path.end, path.reached, len(prober.sent)) == (17, True, 20)
    task.cancel()


async def test_cancelling_ends_it_between_two_packets() -> None:
    prober = Silent()
    task = await running(Path("192.0.2.1"), prober, ProbeSettings(0.01))
    task.cancel()
    await asyncio.wait([task])
    sent = len(prober.sent)
    await asyncio.sleep(0.05)
    assert len(prober.sent) == sent > 0
    assert prober.closed


async def test_a_pause_sends_nothing_and_still_listens() -> None:
    path, prober, probe_settings = Path("192.0.2.1"), Silent(), ProbeSettings(0.02)
    task = await running(path, prober, probe_settings)
    probe_settings.paused = True
    await asyncio.sleep(0.05)
    sent = list(prober.sent)
    prober.on_reply(Reply(sent[-1][0], 1, "192.0.2.1", 5.0, ReplyKind.DESTINATION))
    await asyncio.sleep(0.2)
    assert prober.sent == sent
    assert path.reached
    probe_settings.paused = False
    await prober.until(len(sent) + 1)
    task.cancel()


async def test_sockets_are_closed() -> None:
    prober = open_prober("127.0.0.1", Method.UDP)
    assert isinstance(prober, udp_prober.UdpProber)
    events = probe_path(Path("127.0.0.1"), prober, ProbeSettings(QUICK))
    await anext(events)
    sockets = list(prober._sockets.values())
    await events.aclose()
    assert sockets
    assert all(sock.fileno() == -1 for sock in sockets)


def test_where_it_goes() -> None:
    allow = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert resolve_host(" 127.0.0.1 ", allow) == TargetHost("127.0.0.1", "127.0.0.1")
    assert resolve_host("[::1]", allow) == TargetHost("::1", "::1")
    found = resolve_host("localhost", allow)
    assert (found.host, found.address in {"127.0.0.1", "::1"}) == ("localhost", True)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("127.0.0.1", "an address of this host"),
        ("localhost", "an address of this host"),
        ("10.1.2.3", "private"),
        ("::ffff:10.1.2.3", "private"),
        ("fe80::1%lo", "interface"),
        ("", "isn't a valid host"),
        ("sip:1001@example.com", "isn't a valid host"),
        ("two words", "isn't a valid host"),
        ("example.com:5060", "isn't a valid host"),
        ("nobody.invalid", "can't be resolved"),
        ("x" * 300, "isn't a valid host"),
        ("\x1b[31m.invalid", "isn't a valid host"),
    ],
)
def test_what_is_not_probed(host: str, words: str) -> None:
    with pytest.raises(ProbeRefused, match=words):
        resolve_host(host)


async def test_names_come_beside() -> None:
    loop = asyncio.get_running_loop()
    gates = {"10.0.0.1": loop.create_future(), "10.0.0.2": loop.create_future()}
    asked: list[str] = []

    async def in_thread(work: Callable[[], str]) -> str:
        asked.append(address := work())
        return str(await gates[address])

    names, changes = ReverseDns(in_thread, look=lambda address: address), []
    names.request(["10.0.0.1", "10.0.0.2", "10.0.0.1"], lambda: changes.append(dict(names.found)))
    names.request(["10.0.0.1"])
    await asyncio.sleep(0)
    gates["10.0.0.2"].set_result("two.example")
    await names.wait(0.05)
    assert (asked, names.found) == (["10.0.0.1", "10.0.0.2"], {"10.0.0.2": "two.example"})
    assert changes == [{"10.0.0.2": "two.example"}]
    await names.close()
    assert gates["10.0.0.1"].cancelled()
