"""Several OPTIONS in a row to one place: what is lost, how long answers take, how much that varies.

Each request is a transaction of its own and is sent once: what is lost shows as lost, as with ping.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from partnertui.probes.options.destination import Place
from partnertui.probes.options.events import Answered, BadAnswer, Event, Final, GaveUp, Going, Sent, Shot, TimedOut
from partnertui.probes.options.links import Link, open_link
from partnertui.probes.options.links.link import LinkBroken, refused
from partnertui.probes.options.options import Keep, Manner, elsewhere, forget, opened
from partnertui.probes.options.request_client import another, answered, answers, branch_of, read, request
from partnertui.probes.options.targets import Target
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.options import Options

INTERVAL = 1.0
"""Seconds between two requests to one phone, at least."""
NOT_THE_PHONE = frozenset({408, 430, 477, 478, 504})
"""What a proxy says when the phone has said nothing."""


async def send_series(
    target: Target, places: Sequence[Place], manner: Manner, count: int, interval: float = INTERVAL, keep: Keep = forget
) -> AsyncIterator[Event]:
    """Sends `count` requests, `interval` seconds apart; a Shot tells of each, the final event is the best that came.

    A place where nothing is answered is given up for the next.
    """
    for number, place in enumerate(places, 1):
        yield Going(place, number, len(places))
        async for event in _at(target, place, manner, count, interval, keep):
            if event.final and number < len(places) and elsewhere(event):  # type: ignore[arg-type]
                yield GaveUp(place, event)  # type: ignore[arg-type]
            else:
                yield event
                if event.final:
                    return


async def _at(
    target: Target, place: Place, manner: Manner, count: int, interval: float, keep: Keep
) -> AsyncIterator[Event]:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        link = await open_link(place, manner.trust, keep, manner.deadline)
    except TimeoutError:
        yield TimedOut(loop.time() - begun, 0)
        return
    except (OSError, LinkBroken) as error:
        yield refused(error, loop.time() - begun)
        return
    try:
        for event in opened(link, loop.time() - begun):
            yield event
        volley = _Volley(link, request(target, link.wire, manner.speaker), count, interval, manner.deadline)
        yield Sent(volley.options.render().decode())
        async for shot in volley.fire():
            yield shot
        yield volley.end
    finally:
        link.close()


class _Volley:
    """Requests on one link, those that wait for an answer, and the best end so far."""

    def __init__(self, link: Link, options: Options, count: int, interval: float, patience: float) -> None:
        self.link, self.options, self.count = link, options, count
        self.interval, self.patience = interval, patience
        self.loop = asyncio.get_running_loop()
        self.begun = self.loop.time()
        self.sent = 0
        self.waiting: dict[str, tuple[int, float, Options]] = {}
        """Number, time of sending and request, by branch."""
        self.end: Final = TimedOut(patience, count)

    async def fire(self) -> AsyncIterator[Shot]:
        """Sends, listens and gives up, each when it is due."""
        while self.sent < self.count or self.waiting:
            now = self.loop.time()
            if self.sent < self.count and now >= self._due:
                self._send(now)
            for shot in self._given_up(now):
                yield shot
            try:
                async with asyncio.timeout_at(self._next):
                    data = await self.link.receive()
            except TimeoutError:
                continue
            except OSError as error:  # somebody on the way refused one of them
                shot_or_none = self._refused(error)
                if shot_or_none is not None:
                    yield shot_or_none
                continue
            except (LinkBroken, SipSyntaxError) as error:
                self._broke(error)
                for shot in self._given_up(float("inf")):
                    yield shot
                return
            taken = self._take(data)
            if taken is not None:
                yield taken

    @property
    def _due(self) -> float:
        return self.begun + self.sent * self.interval

    @property
    def _next(self) -> float:
        """When something is to be done though nothing comes."""
        ends = [at + self.patience for _, at, _ in self.waiting.values()]
        return min([*ends, self._due] if self.sent < self.count else ends, default=0.0)

    def _send(self, now: float) -> None:
        if self.sent:
            self.options = another(self.options)
        self.link.send(self.options.render())
        self.sent += 1
        self.waiting[self.options.branch] = (self.sent, now, self.options)

    def _given_up(self, now: float) -> list[Shot]:
        late = [branch for branch, (_, at, _) in self.waiting.items() if now >= at + self.patience]
        return [Shot(self.waiting.pop(branch)[0], 0, "", None) for branch in late]

    def _refused(self, error: OSError) -> Shot | None:
        event = refused(error, self.loop.time() - self.begun)
        if not isinstance(self.end, Answered):
            self.end = event
        if not self.waiting:
            return None
        branch = next(iter(self.waiting))
        return Shot(self.waiting.pop(branch)[0], 0, event.words, None)

    def _broke(self, error: LinkBroken | SipSyntaxError) -> None:
        after = self.loop.time() - self.begun
        if not isinstance(self.end, Answered):
            self.end = refused(error, after) if isinstance(error, LinkBroken) else BadAnswer(str(error), after)

    def _take(self, data: bytes) -> Shot | None:
        """An answer to one of them; None for all else."""
        now, response = self.loop.time(), read(data)
        if isinstance(response, str):
            if isinstance(self.end, TimedOut):
                self.end = BadAnswer(response, now - self.begun)
            return None
        if response is None:
            return None
        number, at, options = self.waiting.get(branch_of(response), (0, 0.0, None))
        if options is None or not answers(response, options):
            return None
        if response.status < 200:
            if isinstance(self.end, TimedOut):
                self.end = replace(self.end, trying=True)
            return None
        del self.waiting[options.branch]
        milliseconds = (now - at) * 1000
        end, by_phone = answered(response, milliseconds, 1, self.link.untrusted), response.status not in NOT_THE_PHONE
        if by_phone or not isinstance(self.end, Answered):
            self.end = end
        return Shot(number, response.status, response.reason, milliseconds if by_phone else None, end)
