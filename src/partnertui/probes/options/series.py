"""Several OPTIONS in a row to one place: what is lost, how long answers take, how much that varies.

Each request is a transaction of its own and is sent once: what is lost shows as lost, as with ping.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from partnertui.probes.options.connections import Connection, open_connection
from partnertui.probes.options.connections.base import ConnectionBroken, refusal_event
from partnertui.probes.options.destination import Destination
from partnertui.probes.options.events import (
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
from partnertui.probes.options.request import (
    answered_event,
    branch_of,
    build_request,
    is_response_to,
    next_request,
    parse_response,
)
from partnertui.probes.options.targets import Target
from partnertui.probes.options.transaction import MessageSink, ProbeOptions, connection_events, discard, should_try_next
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.options import Options

INTERVAL = 1.0
"""Seconds between two requests to one phone, at least."""
NOT_THE_PHONE = frozenset({408, 430, 477, 478, 504})
"""What a proxy says when the phone has said nothing."""


async def send_series(
    target: Target,
    destinations: Sequence[Destination],
    probe_options: ProbeOptions,
    count: int,
    interval: float = INTERVAL,
    keep: MessageSink = discard,
) -> AsyncIterator[Event]:
    """Sends `count` requests, `interval` seconds apart; a Shot tells of each, the final event is the best that came.

    A place where nothing is answered is given up for the next.
    """
    for number, destination in enumerate(destinations, 1):
        yield DestinationChosen(destination, number, len(destinations))
        async for event in _try_destination(target, destination, probe_options, count, interval, keep):
            if event.final and number < len(destinations) and should_try_next(event):  # type: ignore[arg-type]
                yield DestinationFailed(destination, event)  # type: ignore[arg-type]
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
    keep: MessageSink,
) -> AsyncIterator[Event]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        connection = await open_connection(destination, probe_options.trust, keep, probe_options.deadline)
    except TimeoutError:
        yield TimedOut(loop.time() - begun, 0)
        return
    except (OSError, ConnectionBroken) as error:
        yield refusal_event(error, loop.time() - begun)
        return
    try:
        for event in connection_events(connection, loop.time() - begun):
            yield event
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
        connection.close()


class _RequestSeries:
    """Requests on one link, those that wait for an answer, and the best end so far."""

    def __init__(self, connection: Connection, options: Options, count: int, interval: float, timeout: float) -> None:
        self.connection, self.options, self.count = connection, options, count
        self.interval, self.timeout = interval, timeout
        self.loop = asyncio.get_running_loop()
        self.begun = self.loop.time()
        self.sent = 0
        self.waiting: dict[str, tuple[int, float, Options]] = {}
        """Number, time of sending and request, by branch."""
        self.end: Final = TimedOut(timeout, count)

    async def run(self) -> AsyncIterator[SeriesResult]:
        """Sends, listens and gives up, each when it is due."""
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
            except OSError as error:  # somebody on the way refused one of them
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
        """When something is to be done though nothing comes."""
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
        branch = next(iter(self.waiting))
        return SeriesResult(self.waiting.pop(branch)[0], 0, event.words, None)

    def _connection_broken(self, error: ConnectionBroken | SipSyntaxError) -> None:
        after = self.loop.time() - self.begun
        if not isinstance(self.end, Answered):
            self.end = (
                refusal_event(error, after) if isinstance(error, ConnectionBroken) else BadAnswer(str(error), after)
            )

    def _take(self, data: bytes) -> SeriesResult | None:
        """An answer to one of them; None for all else."""
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
