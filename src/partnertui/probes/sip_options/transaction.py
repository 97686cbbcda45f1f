"""Send OPTIONS to one phone and report each step (RFC 3261, sections 11 and 17.1.2; RFC 3263, section 4.3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from partnertui.probes.sip_options.connections import Connection, TlsTrust, open_connection
from partnertui.probes.sip_options.connections.base import ConnectionBroken, refusal_event
from partnertui.probes.sip_options.destination import Destination
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    CertificateUntrusted,
    Connected,
    DestinationChosen,
    DestinationFailed,
    Event,
    Final,
    Provisional,
    Refused,
    Retransmitted,
    Sent,
    TimedOut,
)
from partnertui.probes.sip_options.message_log import LoggedMessage
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.request import (
    Identity,
    answered_event,
    build_request,
    is_response_to,
    parse_response,
)
from partnertui.probes.sip_options.request_text import Options
from partnertui.sip.errors import SipSyntaxError

T1, T2 = 0.5, 4.0
"""Round-trip estimate and longest retransmission interval in seconds (RFC 3261, section 17.1.1.1)."""


@dataclass(frozen=True)
class ProbeOptions:
    """How to send: `deadline` in seconds (RFC 3261's timer F is 32), our identity, and the certificates we trust."""

    deadline: float  # no default here: the setting sip_test.deadline has it
    identity: Identity = field(default_factory=Identity)
    trust: TlsTrust = field(default_factory=TlsTrust)


MessageSink = Callable[[LoggedMessage], None]


def discard(message: LoggedMessage) -> None:
    """Message sink for callers that don't need the messages."""


async def send_options(
    target: Target,
    destinations: Sequence[Destination],
    probe_options: ProbeOptions,
    sink: MessageSink = discard,
) -> AsyncGenerator[Event, None]:
    """Try the destinations (see resolver.resolve_server) one after another until one answers; the last event is final.

    The deadline covers all destinations together. Closing the iterator or cancelling its task stops it between any two
    packets. Raises ProbeRefused for a target that can't be put into a SIP message.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + probe_options.deadline
    for number, destination in enumerate(destinations, 1):
        left = len(destinations) - number
        yield DestinationChosen(destination, number, len(destinations))
        # an equal share of what is left, so that a silent first destination leaves time for the others
        deadline = Deadline(loop.time() + (end - loop.time()) / (left + 1), end)
        async for event in _try_destination(target, destination, probe_options, sink, deadline):
            if isinstance(event, Final) and left and should_try_next(event):
                yield DestinationFailed(destination, event)
            else:
                yield event
                if event.final:
                    return


def should_try_next(end: Final) -> bool:
    """Whether to fail over to the next destination (RFC 3263, section 4.3)."""
    # RFC 3263 counts 503 as a failed server; every other response is the phone's or its proxy's own answer.
    return not isinstance(end, Answered) or end.status == 503


@dataclass
class Deadline:
    """Deadline of one destination; a provisional response extends `time` to `latest`."""

    time: float
    latest: float


async def _try_destination(
    target: Target, destination: Destination, probe_options: ProbeOptions, sink: MessageSink, deadline: Deadline
) -> AsyncGenerator[Event, None]:
    """Yield the events of one destination."""
    left = max(0.01, deadline.time - asyncio.get_running_loop().time())
    connection, events = await connect(destination, probe_options.trust, sink, left)
    try:
        for event in events:
            yield event
        if connection is None:
            return
        async for event in _transaction(
            connection, build_request(target, connection.log, probe_options.identity), deadline
        ):
            yield event
    finally:
        if connection is not None:
            connection.close()


async def connect(
    destination: Destination, trust: TlsTrust, sink: MessageSink, seconds: float
) -> tuple[Connection | None, list[Event]]:
    """Open a connection within `seconds`; None where it failed, with the events that say how it went (none for UDP)."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    try:
        connection = await open_connection(destination, trust, sink, seconds)
    except TimeoutError:
        return None, [TimedOut(loop.time() - begun, 0)]
    except (OSError, ConnectionBroken) as error:
        return None, [refusal_event(error, loop.time() - begun)]
    after = loop.time() - begun
    if not connection.reliable:
        return connection, []
    untrusted: list[Event] = [CertificateUntrusted(connection.untrusted, after)] if connection.untrusted else []
    return connection, [Connected(connection.secured, after), *untrusted]


async def _transaction(connection: Connection, options: Options, deadline: Deadline) -> AsyncGenerator[Event, None]:
    """A non-INVITE client transaction: timer E retransmits over UDP, timer F ends it (RFC 3261, section 17.1.2.2)."""
    loop, data = asyncio.get_running_loop(), options.render()
    begun = loop.time()
    gap, sent, trying, bad = T1, 1, False, ""
    connection.send(data)
    yield Sent(data.decode())
    # over TCP and TLS the transport retransmits (RFC 3261, section 17.1.2.2)
    again = deadline.latest if connection.reliable else begun + gap
    while (now := loop.time()) < deadline.time:
        try:
            async with asyncio.timeout_at(min(again, deadline.time)):
                got = await connection.receive()
        except TimeoutError:
            if (now := loop.time()) >= deadline.time:
                break
            connection.send(data)
            # timer E doubles up to T2; after a provisional response every interval is T2
            sent, gap = sent + 1, T2 if trying else min(gap * 2, T2)
            again = now + gap
            yield Retransmitted(sent, now - begun)
            continue
        except (OSError, ConnectionBroken) as error:
            yield refusal_event(error, loop.time() - begun)
            return
        except SipSyntaxError as error:
            yield BadAnswer(str(error), loop.time() - begun)
            return
        now, response = loop.time(), parse_response(got)
        if isinstance(response, str):
            bad = bad or response
        # late responses to an earlier request, and requests that a phone sends on its own
        elif response is None or not is_response_to(response, options):
            continue
        elif response.status < 200:
            trying, deadline.time = (
                True,
                deadline.latest,
            )  # the running timer E is kept, then becomes T2
            yield Provisional(response.status, response.reason, now - begun)
        else:
            yield answered_event(response, (now - begun) * 1000, sent, connection.untrusted)
            return
    yield BadAnswer(bad, now - begun) if bad else TimedOut(now - begun, sent, trying)


async def final_response(
    target: Target,
    destinations: Sequence[Destination],
    probe_options: ProbeOptions,
    sink: MessageSink = discard,
) -> Final:
    """Send OPTIONS and return only the final event."""
    async for event in send_options(target, destinations, probe_options, sink):
        if isinstance(event, Final):
            return event
    return Refused("host", "there is no destination to send it to", 0.0)
