"""Rounds of probes: all hops at once, so that a result is available after one round trip."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from partnertui.config.settings import Mtr
from partnertui.probes.mtr.icmp_replies import Event, Reply, RoundEnded
from partnertui.probes.mtr.path import Path
from partnertui.probes.mtr.prober_base import Prober

SEARCH_DELAY = 0.2
"""Seconds without a reply after which more distant hops are tried."""
POLL_SECONDS, DRAIN_SECONDS = 0.1, 0.01


@dataclass
class ProbeSettings:
    """Interval and size of the probes; may be changed while probing runs."""

    interval: float = Mtr.interval
    size: int = int(Mtr.size)
    """Bytes of a packet with its headers."""
    paused: bool = False


@dataclass
class _Round:
    """One round in progress."""

    number: int
    begun: float
    last: bool
    top: int = 0
    moved: float = field(default=0.0)
    """When the last probe was sent."""


async def probe_path(
    path: Path, prober: Prober, probe_settings: ProbeSettings, rounds: int = 0
) -> AsyncGenerator[Event, None]:
    """Probe for `rounds` rounds, or until closed if 0; the path is updated before each event is yielded.

    Closing the iterator or cancelling its task stops it between any two packets. Raises ProbeRefused when this host
    can't send at all.
    """
    loop = asyncio.get_running_loop()
    inbox: asyncio.Queue[Reply] = asyncio.Queue()
    prober.listen(inbox.put_nowait)
    try:
        for number in itertools.count(1):
            current_round = _Round(number, loop.time(), number == rounds)
            _probe(current_round, path, prober, probe_settings, loop.time())
            while (wait := _wait(current_round, path, probe_settings, loop.time())) > 0:
                answer = await _next(inbox, wait)
                if answer is not None and path.take(answer):
                    yield answer
                # routers that never answer would otherwise end the search at the first window of hops
                elif answer is None and loop.time() - current_round.moved >= SEARCH_DELAY:
                    path.extend_search()
                _probe(current_round, path, prober, probe_settings, loop.time())
            await asyncio.sleep(
                DRAIN_SECONDS if current_round.last else 0
            )  # drain replies that arrived while the program was busy
            for answer in _drain(inbox):
                if path.take(answer):
                    yield answer
            path.rounds += 1
            yield RoundEnded(path.rounds)
            if current_round.last:
                return
    finally:
        prober.close()


def _probe(current_round: _Round, path: Path, prober: Prober, probe_settings: ProbeSettings, now: float) -> None:
    """Send the probes of this round that are due: up to the destination, or some hops beyond the last that replied."""
    if probe_settings.paused and current_round.top:
        return
    for ttl in range(current_round.top + 1, path.top + 1):
        prober.send(current_round.number, ttl, probe_settings.size)
        path.record_sent(current_round.number, ttl, now)
        current_round.top, current_round.moved = ttl, now


def _wait(current_round: _Round, path: Path, probe_settings: ProbeSettings, now: float) -> float:
    """Seconds to wait for the next reply; 0 when the round is over. The last round waits for outstanding replies."""
    if probe_settings.paused:
        return POLL_SECONDS
    searching = path.end is None and path.top < path.most
    quiet = max(0.001, current_round.moved + SEARCH_DELAY - now)
    if not current_round.last:
        left = current_round.begun + probe_settings.interval - now
        return min(left, quiet) if searching else left
    if searching:
        return quiet
    return POLL_SECONDS if path.waiting(now) else 0.0


def _drain(inbox: asyncio.Queue[Reply]) -> list[Reply]:
    """All replies that were already received."""
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


async def _next(inbox: asyncio.Queue[Reply], wait: float) -> Reply | None:
    try:
        async with asyncio.timeout(wait):
            return await inbox.get()
    except TimeoutError:
        return None
