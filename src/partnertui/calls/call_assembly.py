"""Build calls from messages in any order: group by Call-ID, join legs, mark retransmissions and copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from partnertui.calls.clock_skew import clock_offsets, corrected
from partnertui.calls.correlation import by_call_id, join
from partnertui.calls.leg import Join
from partnertui.calls.trace_model import Message, Side, Stream, Trace

COPY_US = 100_000
"""The same message between the same hosts within this time, or in another capture, was captured twice but sent once.

Retransmissions begin after 500 ms (RFC 3261, timer T1); mirrored ports and VLANs show a message some ms later again.
"""
# Only branches that begin so are unique; those of RFC 2543 may repeat (RFC 3261, section 8.1.1.7).
COOKIE = "z9hG4bK"


class Group(NamedTuple):
    """The messages of one call, what joined its legs, and how far the clocks of its captures are ahead."""

    messages: Sequence[Message]
    join: Join
    clocks: Mapping[str, int]

    @property
    def trace(self) -> Trace:
        """The call, built of them."""
        return build_trace(self.messages, self.join, clocks=self.clocks)


def build_calls(messages: Iterable[Message]) -> list[Trace]:
    """All calls, in order of their first message."""
    return [group.trace for group in group_calls(messages)]


def group_calls(messages: Iterable[Message]) -> list[Group]:
    """The same before they are built: reads no more of the messages than joining the legs needs."""
    known = list(messages)
    clocks = clock_offsets(known)  # a clock is a capture's, so all of its calls tell about it
    return [Group(group, found, clocks) for group, found in join(by_call_id(known))]


def build_trace(
    messages: Sequence[Message],
    found: Join | None = None,
    streams: Sequence[Stream] = (),
    missing: Sequence[str] = (),
    *,
    clocks: Mapping[str, int] | None = None,
) -> Trace:
    """Build one call from messages that belong together, at the times that their captures have.

    `clocks`: how far those of their captures are ahead, where that is known from more messages than these.
    """
    clocks = clock_offsets(messages) if clocks is None else clocks
    timed = corrected(messages, clocks)
    # By frame where times are equal: the capture's own order.
    ordered = tuple(sorted(timed, key=lambda message: (message.time_us, message.frame)))
    repeats, copies = _repeats(ordered)
    found = found or Join()
    own = {message.origin for message in ordered}
    return Trace(
        ordered,
        _sides(ordered),
        repeats,
        copies,
        tuple(streams),
        found.by,
        found.guessed,
        tuple(missing),
        clocks={origin: offset for origin, offset in clocks.items() if origin in own},
    )


def as_captured(trace: Trace) -> list[Message]:
    """Its messages with the times that are in the captures."""
    return list(corrected(trace.messages, {origin: -offset for origin, offset in trace.clocks.items()}))


def _repeats(messages: Sequence[Message]) -> tuple[Mapping[int, int], frozenset[int]]:
    seen: dict[tuple[object, ...], int] = {}
    last: dict[int, Message] = {}
    repeats: dict[int, int] = {}
    copies: set[int] = set()
    for index, message in enumerate(messages):
        key = _identity(message)
        first = seen.setdefault(key, index)
        if first != index:
            repeats[index] = first
            before = last[first]
            # retransmissions are news about the network, copies only about the capture
            if message.time_us - before.time_us < COPY_US or message.origin != before.origin:
                copies.add(index)
        last[first] = message
    return repeats, frozenset(copies)


def _identity(message: Message) -> tuple[object, ...]:
    """What a retransmission has in common: all bytes, or for a request its transaction (a Timestamp may differ)."""
    reading = message.reading
    if reading.is_request and reading.branch.startswith(COOKIE) and reading.call_id:
        # a retransmission may differ in bytes, but has the branch of the first (RFC 3261, section 17.2.3)
        own = (reading.method, reading.uri, reading.call_id, reading.cseq, reading.branch, reading.from_tag)
        return (message.source, message.destination, *own)
    return message.source, message.destination, message.data


def _sides(messages: Sequence[Message]) -> tuple[Side, ...]:
    """By Call-ID where legs have their own; else what touches the caller's host is the source leg."""
    begins = next((m for m in messages if m.is_request("INVITE")), None) or next(iter(messages), None)
    if begins is None:
        return ()
    own = {message.call_id for message in messages}
    if len(own) > 1:
        return tuple(Side.SOURCE if m.call_id == begins.call_id else Side.DESTINATION for m in messages)
    caller = begins.source.address
    if len({m.source.address for m in messages} | {m.destination.address for m in messages}) < 3:
        return tuple(Side.SOURCE for _ in messages)
    return tuple(
        Side.SOURCE if caller in (m.source.address, m.destination.address) else Side.DESTINATION for m in messages
    )
