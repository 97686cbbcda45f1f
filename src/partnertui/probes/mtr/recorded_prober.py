"""A prober that plays a recorded path back, for the demo, where nothing may be sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from partnertui.probes.mtr.icmp_replies import Reply, ReplyKind
from partnertui.probes.mtr.prober_base import Method


@dataclass(frozen=True)
class RecordedHop:
    """A router: its address and name, and how long its replies took, in milliseconds; None is a lost one."""

    address: str
    name: str
    times: tuple[float | None, ...]


PATH: tuple[RecordedHop, ...] = (
    RecordedHop("192.0.2.1", "gw.noc.example.net", (0.4, 0.5, 0.4, 0.6, 0.4, 0.5, 0.4, 0.4, 0.9, 0.5)),
    RecordedHop("192.0.2.65", "ae1.edge1.ams.example.net", (1.2, 1.1, 1.3, 1.2, 4.8, 1.2, 1.1, 1.4, 1.2, 1.2)),
    RecordedHop("198.51.100.9", "ix-ams.carrier.example", (1.9, 2.0, None, 2.1, 1.9, None, 2.2, 2.0, None, 2.1)),
    RecordedHop("198.51.100.33", "be12.core2.lon.carrier.example", (8.1, 8.0, 8.3, 8.2, 8.1, 8.0, 8.4, 8.2, 8.1, 8.3)),
    RecordedHop("", "", (None,)),
    RecordedHop("203.0.113.130", "bras7.access.example", (14.8, 15.2, None, 33.0, 15.1, 21.7, None, 14.9, 40.2, 15.3)),
)
"""Routers up to the last one before the destination. One limits its replies, one never replies, and at the last one
loss and jitter begin that go on to the destination."""
DESTINATION: tuple[float | None, ...] = (17.2, 18.0, None, 37.9, 17.6, 25.1, None, 17.4, 44.0, 18.2)
NAMES = {hop.address: hop.name for hop in PATH if hop.address}


@dataclass
class RecordedProber:
    """Delivers the recorded replies as if they arrived now; sends nothing."""

    address: str
    method: Method = Method.UDP
    _deliver: Callable[[Reply], None] = field(default=lambda reply: None)
    _timers: set[asyncio.TimerHandle] = field(default_factory=set)

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """See Prober."""
        self._deliver = on_reply

    def send(self, number: int, ttl: int, size: int) -> None:
        """See Prober."""
        last = ttl > len(PATH)
        times = DESTINATION if last else PATH[ttl - 1].times
        took = times[number % len(times)]
        if took is None:
            return
        kind = ReplyKind.DESTINATION if last else ReplyKind.EXCEEDED
        reply = Reply(number, ttl, self.address if last else PATH[ttl - 1].address, took, kind)
        self._timers = {timer for timer in self._timers if timer.when() > asyncio.get_running_loop().time()}
        self._timers.add(asyncio.get_running_loop().call_later(took / 1000, self._deliver, reply))

    def close(self) -> None:
        """See Prober."""
        for timer in self._timers:
            timer.cancel()
