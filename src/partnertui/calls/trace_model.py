"""Trace: the messages of one call with time and hosts, its RTP streams and ICMP errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from partnertui.calls.platform_record import PlatformRecord
from partnertui.calls.sip_dialogs import dialogs_of
from partnertui.sip.lenient_parser import Reading, call_id_of, read
from partnertui.sip.lock_free_cached_property import cached_property
from partnertui.sip.sdp import Sdp

LATEST_US = 253_370_764_800_000_000
"""The year 9999, where a capture claims more."""


@dataclass(frozen=True, order=True)
class Endpoint:
    """An IP address, as text, and a port."""

    address: str
    port: int

    def __hash__(self) -> int:
        return hash(self.address) + self.port  # without the tuple that a data class would make each time

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Message:
    """One SIP message on the wire.

    `frame` is its number in the capture, from 1, or the ID of its row in `sip_trace`; `origin` names the capture or the
    table. `time_us`: microseconds since 1970, UTC. `transport`: udp, tcp, tls, ws, wss or sctp.
    `correlation_id`: what a sender of HEP says is the same for the legs of a call.
    """

    frame: int
    time_us: int
    transport: str
    source: Endpoint
    destination: Endpoint
    data: bytes
    origin: str = ""
    correlation_id: str = ""

    @cached_property
    def reading(self) -> Reading:
        """What it says."""
        return read(self.data)

    # rules ask every message for these hundreds of times
    @cached_property
    def call_id(self) -> str:
        """The Call-ID."""
        return call_id_of(self.data) or self.reading.call_id

    @cached_property
    def method(self) -> str:
        """The request's method, or for an answer what it answers."""
        return self.reading.method

    @cached_property
    def status(self) -> int:
        """100 to 999; 0 for requests."""
        return self.reading.status

    @cached_property
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

    `lost`: packets missing by the sequence numbers. `codec`: empty where no SDP names the payload type. `frame`: number
    of its first packet. `mos`: 0 where it can't be computed. `kind`: audio, video … as the SDP says. `events` and
    `comfort_noise`: packets of telephone events and of comfort noise. `payload_types`: those seen, most frequent first.
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
    kind: str = "audio"
    events: int = 0
    comfort_noise: int = 0
    payload_types: tuple[int, ...] = ()
    longest_gap: int = 0
    """Most lost packets in a row."""

    @property
    def media_packets(self) -> int:
        """Packets that carry audio or pictures: no digits (RFC 4733), no comfort noise (RFC 3389)."""
        return max(self.packets - self.events - self.comfort_noise, 0)

    @property
    def expected(self) -> int:
        """Packets that were sent, by the sequence numbers."""
        return self.packets - self.duplicates + self.lost

    @property
    def loss(self) -> float:
        """Lost packets in percent of those sent."""
        return 100 * self.lost / self.expected if self.expected else 0.0


CALL_METHODS = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "PRACK", "INFO", "UPDATE"})
"""Methods that there are only in calls (RFC 3261, RFC 3262, RFC 6086, RFC 3311)."""
STARTING = frozenset({"REGISTER", "SUBSCRIBE", "MESSAGE", "OPTIONS", "PUBLISH", "REFER", "NOTIFY"})


def _significance(message: Message) -> int:
    """How well a message shows what it belongs to; of several the first counts."""
    reading = message.reading
    if reading.method == "INVITE":
        if reading.status:
            return 8  # its From and To are those of the request
        return 7 if reading.to_tag else 9
    if reading.method in {"ACK", "CANCEL", "PRACK"}:
        return 6  # only the caller sends them
    if reading.method in CALL_METHODS:
        return 3 if reading.status else 4
    if reading.method in STARTING:
        return 1 if reading.status else 5
    return 2 if reading.is_request else 0


class Side(StrEnum):
    """The leg that a message belongs to, seen from the platform in the middle."""

    SOURCE = "source"
    DESTINATION = "destination"


@dataclass(frozen=True)
class IcmpError:
    """An ICMP error that quotes a packet of the call (RFC 792, RFC 4443): who sent it, when, and about which packet."""

    frame: int
    time_us: int
    router: str
    source: Endpoint
    destination: Endpoint
    meaning: str
    origin: str = ""


@dataclass(frozen=True)
class ConnectionReset:
    """A TCP segment with RST: who gave the connection up, when, and to whom it was (RFC 9293, section 3.5.2)."""

    frame: int
    time_us: int
    source: Endpoint
    destination: Endpoint


@dataclass(frozen=True)
class ConnectivityCheck:
    """STUN (RFC 8489) and DTLS (RFC 6347) packets from one endpoint of audio to another."""

    source: Endpoint
    destination: Endpoint
    requests: int
    responses: int
    handshakes: int


@dataclass(frozen=True)
class Trace:
    """A call: its messages in order of time, and what belongs to each of them, by index.

    `sides`: source or destination leg. `repeats`: index of a message that was seen before -> index of the first.
    `copies`: of these, those that were captured twice but sent once. `joined_by`: what joined the legs; `guessed` is
    true where that was only numbers and time. `missing`: sentences about what wasn't captured. `sound_searched`: the
    captures of the call's time were searched for its RTP. `other_sound`: they have RTP of something else meanwhile.
    `checks`: ICE and DTLS between the endpoints of its audio. `known`: sentences about its parties from elsewhere.
    `record`: the CDR or the row of the live table that it was opened from. `others`: indexes of messages of other calls
    that belong to the same transfer or pick-up. `clocks`: by how many microseconds the clocks of captures were ahead;
    the times of messages are corrected by that. `resets`: of the TCP connections that its messages used.
    `watched_until_us`: until then the captures have nothing more of the phone that registers here; 0 where that wasn't
    looked at.
    """

    messages: tuple[Message, ...]
    sides: tuple[Side, ...]
    repeats: Mapping[int, int] = field(default_factory=dict)
    copies: frozenset[int] = frozenset()
    streams: tuple[Stream, ...] = ()
    joined_by: str = ""
    guessed: bool = False
    missing: tuple[str, ...] = ()
    sound_searched: bool = False
    other_sound: bool = False
    icmp_errors: tuple[IcmpError, ...] = ()
    checks: tuple[ConnectivityCheck, ...] = ()
    known: tuple[str, ...] = ()
    record: PlatformRecord | None = None
    others: frozenset[int] = frozenset()
    clocks: Mapping[str, int] = field(default_factory=dict)
    resets: tuple[ConnectionReset, ...] = ()
    watched_until_us: int = 0

    @cached_property
    def call_ids(self) -> tuple[str, ...]:
        """Call-IDs of all legs, the source's first; then those of other calls."""

        def place(index: int) -> tuple[bool, bool, int]:
            return index in self.others, self.sides[index] != Side.SOURCE, index

        ordered = sorted(range(len(self.messages)), key=place)
        return tuple(dict.fromkeys(self.messages[index].call_id for index in ordered))

    @cached_property
    def own_call_ids(self) -> tuple[str, ...]:
        """Those of its legs alone."""
        foreign = {self.messages[index].call_id for index in self.others}
        return tuple(call_id for call_id in self.call_ids if call_id not in foreign)

    @cached_property
    def dialogs(self) -> tuple[int, ...]:
        """The number of the dialog of each message, from 0; a forked call has several with one Call-ID."""
        return dialogs_of(self.messages, self.call_ids)

    @cached_property
    def first(self) -> Message:
        """The message that says what this is: the initial request, else the one that names the parties best."""
        if self.others:
            own = (message for index, message in enumerate(self.messages) if index not in self.others)
            return max(own, key=_significance)
        return max(self.messages, key=_significance)

    @cached_property
    def method(self) -> str:
        """INVITE for calls, also where only a part of one was captured; REGISTER for registrations …"""
        first = self.first.method
        return "INVITE" if first in CALL_METHODS else first

    @property
    def start_us(self) -> int:
        """When it began, microseconds since 1970, UTC."""
        return self.messages[0].time_us

    @cached_property
    def media_endpoints(self) -> frozenset[Endpoint]:
        """Where SDP wants audio, and the same ports at the address that it came from: behind NAT these differ."""
        return frozenset(
            Endpoint(address, media.port)
            for m in self.messages
            if m.sdp
            for media in m.sdp.media
            for address in (media.address, m.source.address)
        )

    @cached_property
    def retransmissions(self) -> Mapping[int, int]:
        """First message -> how often it was really retransmitted."""
        counted: dict[int, int] = {}
        for index, first in self.repeats.items():
            if index not in self.copies:
                counted[first] = counted.get(first, 0) + 1
        return counted
