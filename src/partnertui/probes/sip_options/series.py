"""A series of OPTIONS requests to one destination: packet loss, response times and jitter.

Each request is a transaction of its own and is sent only once, so that a lost packet shows as lost, as with ping.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from partnertui.probes.sip_options.connections import Connection
from partnertui.probes.sip_options.connections.base import ConnectionBroken, refusal_event
from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    DestinationChosen,
    DestinationFailed,
    Event,
    Final,
    Sent,
    SeriesResult,
    TimedOut,
)
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.request import (
    answered_event,
    branch_of,
    build_request,
    is_response_to,
    next_request,
    parse_response,
)
from partnertui.probes.sip_options.request_text import Options
from partnertui.probes.sip_options.transaction import MessageSink, ProbeOptions, connect, discard, should_try_next
from partnertui.sip.errors import SipSyntaxError

INTERVAL = 1.0
"""Least seconds between two requests to one phone."""
# 430 is RFC 5626's Flow Failed; 477 and 478 are Kamailio's own (sending failed, destination can't be resolved).
NOT_THE_PHONE = frozenset({408, 430, 477, 478, 504})
"""Status codes with which a proxy reports that the phone didn't answer."""


async def send_series(
    target: Target,
    destinations: Sequence[Destination],
    probe_options: ProbeOptions,
    count: int,
    interval: float = INTERVAL,
    sink: MessageSink = discard,
) -> AsyncGenerator[Event, None]:
    """Send `count` requests, `interval` seconds apart; yield a SeriesResult for each, then the best response.

    A destination that answers none of them is given up for the next one.
    """
    for number, destination in enumerate(destinations, 1):
        yield DestinationChosen(destination, number, len(destinations))
        async for event in _try_destination(target, destination, probe_options, count, interval, sink):
            if isinstance(event, Final) and number < len(destinations) and should_try_next(event):
                yield DestinationFailed(destination, event)
            else:
                yield event
                if event.final:
                    return


async def _try_destination(
    target: Target,
    destination: Destination,
    probe_options: ProbeOptions,
    count: int,
    interval: float,
    sink: MessageSink,
) -> AsyncGenerator[Event, None]:
    connection, events = await connect(destination, probe_options.trust, sink, probe_options.deadline)
    try:
        for event in events:
            yield event
        if connection is None:
            return
        series = _RequestSeries(
            connection,
            build_request(target, connection.log, probe_options.identity),
            count,
            interval,
            probe_options.deadline,
        )
        yield Sent(series.options.render().decode())
        async for result in series.run():
            yield result
        yield series.end
    finally:
        if connection is not None:
            connection.close()


class _RequestSeries:
    """Requests on one connection: those still waiting for a response, and the best outcome so far."""

    def __init__(self, connection: Connection, options: Options, count: int, interval: float, timeout: float) -> None:
        self.connection, self.options, self.count = connection, options, count
        self.interval, self.timeout = interval, timeout
        self.loop = asyncio.get_running_loop()
        self.begun = self.loop.time()
        self.sent = 0
        self.waiting: dict[str, tuple[int, float, Options]] = {}
        """Number, send time and request, by branch."""
        self.end: Final = TimedOut(timeout, count)

    async def run(self) -> AsyncGenerator[SeriesResult, None]:
        """Send, receive and time out requests, each when due."""
        while self.sent < self.count or self.waiting:
            now = self.loop.time()
            if self.sent < self.count and now >= self._next_send:
                self._send(now)
            for result in self._expired(now):
                yield result
            try:
                async with asyncio.timeout_at(self._next_wakeup):
                    data = await self.connection.receive()
            except TimeoutError:
                continue
            except OSError as error:  # an ICMP error for one of the requests
                shot_or_none = self._refused(error)
                if shot_or_none is not None:
                    yield shot_or_none
                continue
            except (ConnectionBroken, SipSyntaxError) as error:
                self._connection_broken(error)
                for result in self._expired(float("inf")):
                    yield result
                return
            taken = self._take(data)
            if taken is not None:
                yield taken

    @property
    def _next_send(self) -> float:
        return self.begun + self.sent * self.interval

    @property
    def _next_wakeup(self) -> float:
        """When to act next if nothing arrives."""
        ends = [at + self.timeout for _, at, _ in self.waiting.values()]
        return min([*ends, self._next_send] if self.sent < self.count else ends, default=0.0)

    def _send(self, now: float) -> None:
        if self.sent:
            self.options = next_request(self.options)
        self.connection.send(self.options.render())
        self.sent += 1
        self.waiting[self.options.branch] = (self.sent, now, self.options)

    def _expired(self, now: float) -> list[SeriesResult]:
        late = [branch for branch, (_, at, _) in self.waiting.items() if now >= at + self.timeout]
        return [SeriesResult(self.waiting.pop(branch)[0], 0, "", None) for branch in late]

    def _refused(self, error: OSError) -> SeriesResult | None:
        event = refusal_event(error, self.loop.time() - self.begun)
        if not isinstance(self.end, Answered):
            self.end = event
        if not self.waiting:
            return None
        # asyncio reports the errno alone, not the datagram that it is about: the oldest request is the likeliest.
        branch = next(iter(self.waiting))
        return SeriesResult(self.waiting.pop(branch)[0], 0, event.words, None)

    def _connection_broken(self, error: ConnectionBroken | SipSyntaxError) -> None:
        after = self.loop.time() - self.begun
        if not isinstance(self.end, Answered):
            self.end = (
                refusal_event(error, after) if isinstance(error, ConnectionBroken) else BadAnswer(str(error), after)
            )

    def _take(self, data: bytes) -> SeriesResult | None:
        """Match a response to its request; None for anything else."""
        now, response = self.loop.time(), parse_response(data)
        if isinstance(response, str):
            if isinstance(self.end, TimedOut):
                self.end = BadAnswer(response, now - self.begun)
            return None
        if response is None:
            return None
        number, at, options = self.waiting.get(branch_of(response), (0, 0.0, None))
        if options is None or not is_response_to(response, options):
            return None
        if response.status < 200:
            if isinstance(self.end, TimedOut):
                self.end = replace(self.end, trying=True)
            return None
        del self.waiting[options.branch]
        milliseconds = (now - at) * 1000
        end, by_phone = (
            answered_event(response, milliseconds, 1, self.connection.untrusted),
            response.status not in NOT_THE_PHONE,
        )
        if by_phone or not isinstance(self.end, Answered):
            self.end = end
        return SeriesResult(number, response.status, response.reason, milliseconds if by_phone else None, end)
