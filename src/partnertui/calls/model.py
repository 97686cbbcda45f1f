"""A trace: the messages of one call with time and place, and the sound that went between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from partnertui.calls.dialogs import dialogs_of
from partnertui.sip.reading import Reading, read
from partnertui.sip.sdp import Sdp

LATEST_US = 253_370_764_800_000_000
"""The year 9999, where a capture claims more."""


@dataclass(frozen=True, order=True)
class Endpoint:
    """An IP address, as text, and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Message:
    """One SIP message on the wire.

    `frame` is its number in the capture, from 1, or the ID of its row in `sip_trace`; `origin` names the capture or the
    table. `time_us`: microseconds since 1970, UTC. `transport`: udp, tcp, tls, ws, wss or sctp.
    """

    frame: int
    time_us: int
    transport: str
    source: Endpoint
    destination: Endpoint
    data: bytes
    origin: str = ""

    @cached_property
    def reading(self) -> Reading:
        """What it says."""
        return read(self.data)

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.reading.call_id

    @property
    def method(self) -> str:
        """The request's method, or for an answer what it answers."""
        return self.reading.method

    @property
    def status(self) -> int:
        """100 to 999; 0 for requests."""
        return self.reading.status

    @property
    def sdp(self) -> Sdp | None:
        """The session description; None without one."""
        return self.reading.sdp

    def is_request(self, *methods: str) -> bool:
        """True for requests of these methods."""
        return self.status == 0 and self.method in methods

    def is_answer(self, method: str, low: int, high: int = 0) -> bool:
        """True for answers to a method with a status from `low` to `high` (or exactly `low`)."""
        return self.method == method and low <= self.status <= (high or low)


@dataclass(frozen=True)
class Stream:
    """RTP from one place to another with one SSRC. Times in microseconds, jitter in ms (RFC 3550, A.8).

    `lost` is what the sequence numbers say is missing, `codec` empty where no SDP names the payload type;
    `frame` is the number of its first packet; `mos` is 0 where it cannot be told.
    """

    source: Endpoint
    destination: Endpoint
    ssrc: int
    payload_type: int
    codec: str
    first_us: int
    last_us: int
    frame: int
    packets: int
    lost: int
    out_of_order: int
    duplicates: int
    jitter_ms: float
    max_jitter_ms: float
    dscp: int
    mos: float

    @property
    def expected(self) -> int:
        """Packets that were sent, by the sequence numbers."""
        return self.packets - self.duplicates + self.lost

    @property
    def loss(self) -> float:
        """Lost packets in percent of those sent."""
        return 100 * self.lost / self.expected if self.expected else 0.0


class Side(StrEnum):
    """The leg that a message belongs to, seen from the platform in the middle."""

    SOURCE = "source"
    DESTINATION = "destination"


@dataclass(frozen=True)
class Trace:
    """A call: its messages in order of time, and whatever belongs to each of them by its place in that order.

    `sides`: source or destination leg. `repeats`: place of a message that was seen before -> place of the first.
    `copies`: of these, those that the capture saw twice on one way and nobody sent twice. `joined_by`: what the legs
    were joined by; `guessed` is true where that was only numbers and time. `missing`: sentences about what was not
    captured.
    """

    messages: tuple[Message, ...]
    sides: tuple[Side, ...]
    repeats: Mapping[int, int] = field(default_factory=dict)
    copies: frozenset[int] = frozenset()
    streams: tuple[Stream, ...] = ()
    joined_by: str = ""
    guessed: bool = False
    missing: tuple[str, ...] = ()

    @cached_property
    def call_ids(self) -> tuple[str, ...]:
        """Call-IDs of all legs, the source's first."""
        ordered = sorted(range(len(self.messages)), key=lambda index: (self.sides[index] != Side.SOURCE, index))
        return tuple(dict.fromkeys(self.messages[index].call_id for index in ordered))

    @cached_property
    def dialogs(self) -> tuple[int, ...]:
        """The number of the dialog of each message, from 0; a forked call has several with one Call-ID."""
        return dialogs_of(self.messages, self.call_ids)

    @cached_property
    def first(self) -> Message:
        """The request that began it: the first INVITE, else the first request, else the first message."""
        wanted = (("INVITE",), ("REGISTER", "SUBSCRIBE", "MESSAGE", "OPTIONS", "PUBLISH", "REFER", "NOTIFY"))
        for methods in wanted:
            for message in self.messages:
                if message.is_request(*methods):
                    return message
        return next((message for message in self.messages if message.reading.is_request), self.messages[0])

    @property
    def method(self) -> str:
        """What it is: INVITE for calls, REGISTER for registrations …"""
        return self.first.method

    @property
    def start_us(self) -> int:
        """When it began, microseconds since 1970, UTC."""
        return self.messages[0].time_us

    @cached_property
    def retransmissions(self) -> Mapping[int, int]:
        """First message -> how often it was really retransmitted."""
        counted: dict[int, int] = {}
        for index, first in self.repeats.items():
            if index not in self.copies:
                counted[first] = counted.get(first, 0) + 1
        return counted
