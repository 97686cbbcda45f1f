"""Asks one phone with OPTIONS and tells what happens (RFC 3261, sections 11 and 17.1.2; RFC 3263, section 4.3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from partnertui.probes.options.destination import Place
from partnertui.probes.options.events import (
    Answered,
    BadAnswer,
    Connected,
    Event,
    Final,
    GaveUp,
    Going,
    Provisional,
    Refused,
    Retransmitted,
    Sent,
    TimedOut,
    Untrusted,
)
from partnertui.probes.options.exchange import Exchanged
from partnertui.probes.options.links import Link, Trust, open_link
from partnertui.probes.options.links.link import LinkBroken, refused
from partnertui.probes.options.request_client import Speaker, answered, answers, read, request
from partnertui.probes.options.targets import Target
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.options import Options

T1, T2 = 0.5, 4.0
"""Estimate of the round trip and longest gap between requests, seconds (RFC 3261, 17.1.1.1)."""


@dataclass(frozen=True)
class Manner:
    """How it is asked: `deadline` in seconds (RFC 3261's timer F is 32), who we say that we are, whom we believe."""

    deadline: float = 4.0
    speaker: Speaker = field(default_factory=Speaker)
    trust: Trust = field(default_factory=Trust)


USUAL = Manner()
Keep = Callable[[Exchanged], None]


def forget(exchanged: Exchanged) -> None:
    """For those who do not want the messages."""


async def send_options(
    target: Target, places: Sequence[Place], manner: Manner = USUAL, keep: Keep = forget
) -> AsyncIterator[Event]:
    """Asks the places of a target (see resolving.locate), one after the other until one answers; the last is final.

    All of them together get the deadline. Closing the iterator, or cancelling its task, ends it between any two
    packets. Raises ProbeRefused for a target that makes no SIP message.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + manner.deadline
    for number, place in enumerate(places, 1):
        left = len(places) - number
        yield Going(place, number, len(places))
        until = Until(loop.time() + (end - loop.time()) / (left + 1), end)
        async for event in _at(target, place, manner, keep, until):
            if event.final and left and elsewhere(cast(Final, event)):
                yield GaveUp(place, cast(Final, event))
            else:
                yield event
                if event.final:
                    return


def elsewhere(end: Final) -> bool:
    """Whether the next place is to be asked (RFC 3263, section 4.3)."""
    return not isinstance(end, Answered) or end.status == 503


@dataclass
class Until:
    """How long a place is waited for; whoever says that it is at it gets all the time there is."""

    time: float
    latest: float


async def _at(target: Target, place: Place, manner: Manner, keep: Keep, until: Until) -> AsyncIterator[Event]:
    """The events of one place."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        link = await open_link(place, manner.trust, keep, max(0.01, until.time - begun))
    except TimeoutError:
        yield TimedOut(loop.time() - begun, 0)
        return
    except (OSError, LinkBroken) as error:
        yield refused(error, loop.time() - begun)
        return
    try:
        for event in opened(link, loop.time() - begun):
            yield event
        async for event in _transaction(link, request(target, link.wire, manner.speaker), until):
            yield event
    finally:
        link.close()


def opened(link: Link, after: float) -> list[Event]:
    """What is to be said of a link that stands, `after` seconds."""
    if not link.reliable:
        return []
    untrusted: list[Event] = [Untrusted(link.untrusted, after)] if link.untrusted else []
    return [Connected(link.secured, after), *untrusted]


async def _transaction(link: Link, options: Options, until: Until) -> AsyncIterator[Event]:
    """A non-INVITE client transaction: timer E sends again over UDP, timer F ends it (RFC 3261, 17.1.2.2)."""
    loop, data = asyncio.get_running_loop(), options.render()
    begun = loop.time()
    gap, sent, trying, bad = T1, 1, False, ""
    link.send(data)
    yield Sent(data.decode())
    again = until.latest if link.reliable else begun + gap
    while (now := loop.time()) < until.time:
        try:
            async with asyncio.timeout_at(min(again, until.time)):
                got = await link.receive()
        except TimeoutError:
            if (now := loop.time()) >= until.time:
                break
            link.send(data)
            sent, gap = sent + 1, T2 if trying else min(gap * 2, T2)
            again = now + gap
            yield Retransmitted(sent, now - begun)
            continue
        except (OSError, LinkBroken) as error:
            yield refused(error, loop.time() - begun)
            return
        except SipSyntaxError as error:
            yield BadAnswer(str(error), loop.time() - begun)
            return
        now, response = loop.time(), read(got)
        if isinstance(response, str):
            bad = bad or response
        elif response is None or not answers(response, options):
            continue
        elif response.status < 200:
            trying, until.time = True, until.latest  # timer E goes on as it is, and is T2 from its next end on
            yield Provisional(response.status, response.reason, now - begun)
        else:
            yield answered(response, (now - begun) * 1000, sent, link.untrusted)
            return
    yield BadAnswer(bad, now - begun) if bad else TimedOut(now - begun, sent, trying)


async def ask(target: Target, places: Sequence[Place], manner: Manner = USUAL, keep: Keep = forget) -> Final:
    """The same, for those who want the end only."""
    async for event in send_options(target, places, manner, keep):
        if event.final:
            return cast(Final, event)
    return Refused("host", "there is no place to send it to", 0.0)
