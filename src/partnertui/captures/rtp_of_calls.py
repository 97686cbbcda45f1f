"""Finds the RTP streams of calls in all captures of their time, by endpoint and time."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

from partnertui.calls.trace_model import ConnectionReset, ConnectivityCheck, Endpoint, IcmpError, Message, Stream, Trace
from partnertui.captures.capture_file import Record
from partnertui.captures.icmp_errors import concerns
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.packet_headers import endpoints, payload_end
from partnertui.captures.rtp_stream_statistics import StreamCollector, expected_media, rtp_stream
from partnertui.captures.saving.pcap_writer import Packet
from partnertui.captures.tunnels import innermost
from partnertui.domain.errors import DomainError
from partnertui.sip.sdp import Codec

TUNNELS = "no audio was found; tunnels that only tshark can read weren't searched"
MOST_PACKETS, FEWEST_PACKETS = 50_000, 10
"""Packets that are looked at for audio of other calls; packets of a stream that make it audio."""
OVER_TCP = frozenset({"tcp", "tls", "ws", "wss"})
AFTER_US = 2_000_000
"""Audio may go on for so long after the last message of a call."""


@dataclass
class Collected:
    """What captures have of the audio of calls, and of their network: ICMP errors, ICE and DTLS, resets of TCP."""

    streams: list[Stream] = field(default_factory=list)
    errors: list[IcmpError] = field(default_factory=list)
    checks: list[ConnectivityCheck] = field(default_factory=list)
    resets: list[ConnectionReset] = field(default_factory=list)


def with_streams(
    loader: CallLoader, trace: Trace, tell: Callable[[], None] = lambda: None, paths: Sequence[Path] | None = None
) -> Trace:
    """The call with its streams, out of all captures of its time, or out of `paths` alone.

    `tell` is called often and may raise to stop.
    """
    # without a BYE the audio tells how long the call went on
    end = trace.messages[-1].time_us + AFTER_US if ended(trace) else 1 << 62
    media = expected_media(trace.messages)
    signalling = _tcp_ports(trace.messages)
    if not media and not signalling and not _unanswered(trace):
        return _heard(loader, trace, [], Collected(), other_sound=False)
    chosen = _captures(loader, trace, end) if paths is None else paths
    begin = trace.start_us - AFTER_US
    found = _collect(loader, chosen, media, begin, end, tell, clocks=trace.clocks, signalling=signalling)
    own = own_streams(trace, found.streams)
    other = not own and bool(media) and any(sound_hosts(loader, path, tell) & media_hosts(trace) for path in chosen)
    return _heard(loader, trace, own, found, other_sound=other)


def _collect(
    loader: CallLoader,
    paths: Sequence[Path],
    media: Mapping[bytes, Mapping[int, Codec]],
    begin_us: int,
    end_us: int,
    tell: Callable[[], None],
    most: int = 10_000,
    *,
    clocks: Mapping[str, int],
    signalling: frozenset[bytes],
) -> Collected:
    """What is in captures, between two times of the trace; a stream that goes on in the next file of a ring is one.

    `clocks`: by how much those of captures are ahead.
    """
    found = Collected()
    for chain in _chains(loader, paths):
        collector = StreamCollector(media, most=most, signalling=signalling)
        ahead = clocks.get(str(chain[0]), 0)
        for path in chain:
            listen(loader, path, collector, begin_us + ahead, end_us + ahead, tell)
        found.streams += [
            replace(one, first_us=one.first_us - ahead, last_us=one.last_us - ahead) for one in collector.streams()
        ]
        found.errors += [replace(one, time_us=one.time_us - ahead) for one in collector.icmp_errors]
        found.resets += [replace(one, time_us=one.time_us - ahead) for one in collector.resets]
        found.checks += collector.connectivity()
    return replace(found, streams=_once(found.streams))


def _tcp_ports(messages: Iterable[Message]) -> frozenset[bytes]:
    """Ports of the clients' ends of SIP over TCP, TLS and WebSocket, as in a packet: nothing else uses them."""
    used = (end.port for message in messages if message.transport in OVER_TCP for end in _ends(message))
    return frozenset(port.to_bytes(2, "big") for port in used)


def _ends(message: Message) -> tuple[Endpoint, Endpoint]:
    return message.source, message.destination


def _chains(loader: CallLoader, paths: Sequence[Path]) -> list[list[Path]]:
    """Captures that follow one another in time, as those of a ring do; those of the same time are kept apart."""
    spans = sorted((loader.index.span(path), path) for path in paths)
    chains: list[list[Path]] = []
    ends: list[int] = []
    for (first, last), path in spans:
        # files that overlap in time are several captures of the same packets: each chain is counted for itself
        place = next((index for index, end in enumerate(ends) if first and end <= first), -1)
        if place < 0:
            chains.append([path])
            ends.append(last)
        else:
            chains[place].append(path)
            ends[place] = last
    return chains


def _once(streams: Sequence[Stream]) -> list[Stream]:
    """A stream that was captured at two places counts once: as the capture has it that got more of it."""
    best: dict[tuple[Endpoint, Endpoint, int], list[Stream]] = {}
    for stream in sorted(streams, key=lambda one: -one.packets):
        known = best.setdefault((stream.source, stream.destination, stream.ssrc), [])
        # two captures have the same stream: the one with more packets counts
        if not any(one.first_us <= stream.last_us and stream.first_us <= one.last_us for one in known):
            known.append(stream)
    return [stream for known in best.values() for stream in known]


def listen(
    loader: CallLoader, path: Path, listening: StreamCollector, begin_us: int, end_us: int, tell: Callable[[], None]
) -> StreamCollector:
    """Counts the RTP of a span of time; nothing of a file that is gone."""
    with contextlib.suppress(DomainError):
        capture = loader.capture(path)
        position = loader.index.before(path, begin_us)
        # Without an indexed message before that time, record heads are read until it comes.
        records = capture.records(position if position.offset else capture.records().reaching(begin_us))
        ports = listening.ports | loader.index.tunnel_ports(path)
        for record in records.with_ports(ports, end_us, lambda frame, offset: tell()):
            listening.take(record)
    return listening


def sound_hosts(loader: CallLoader, path: Path, tell: Callable[[], None] = lambda: None) -> frozenset[str]:
    """Hosts whose RTP is among the first MOST_PACKETS packets of a capture: their audio was not filtered away."""
    if path not in loader.sound_hosts:
        loader.sound_hosts[path] = _sound_hosts(loader, path, tell)
    return loader.sound_hosts[path]


def _sound_hosts(loader: CallLoader, path: Path, tell: Callable[[], None]) -> frozenset[str]:
    seen: Counter[tuple[bytes, bytes]] = Counter()
    with contextlib.suppress(DomainError):
        for number, record in enumerate(loader.capture(path).records()):
            if number > MOST_PACKETS:
                break
            if not number % 5_000:
                tell()
            stream = rtp_stream(record)
            if stream is not None:
                seen[stream] += 1
    ends = {ends for (ends, _), packets in seen.items() if packets > FEWEST_PACKETS}
    sizes = {end: (len(end) - 4) // 2 for end in ends}
    halves = [(end[:size], end[size : 2 * size]) for end, size in sizes.items()]
    return frozenset(str(ip_address(half)) for pair in halves for half in pair)


def media_hosts(trace: Trace) -> frozenset[str]:
    """Hosts between which the audio of a call goes."""
    return frozenset(endpoint.address for endpoint in trace.media_endpoints)


def all_with_streams(loader: CallLoader, traces: Sequence[Trace], paths: Sequence[Path]) -> Iterator[Trace]:
    """Many calls of a span of time: the captures are read through once for all of them."""
    media = expected_media(message for trace in traces for message in trace.messages)
    absolute = [path.absolute() for path in paths]
    signalling = _tcp_ports(message for trace in traces for message in trace.messages)
    found = Collected()
    if media or signalling or any(_unanswered(trace) for trace in traces):
        begin = min(trace.start_us for trace in traces) - AFTER_US
        end = max(trace.messages[-1].time_us for trace in traces) + AFTER_US
        # one pass for all calls: a pass a call would read a large capture thousands of times
        clocks = {origin: offset for trace in traces for origin, offset in trace.clocks.items()}
        found = _collect(
            loader, absolute, media, begin, end, lambda: None, 200_000, clocks=clocks, signalling=signalling
        )
    by_endpoint: dict[Endpoint, list[Stream]] = {}
    for stream in found.streams:
        for endpoint in {stream.source, stream.destination}:
            by_endpoint.setdefault(endpoint, []).append(stream)
    for trace in traces:
        near = {id(one): one for endpoint in trace.media_endpoints for one in by_endpoint.get(endpoint, ())}
        own = own_streams(trace, list(near.values()))
        other = (
            not own
            and bool(trace.media_endpoints)
            and any(sound_hosts(loader, path) & media_hosts(trace) for path in absolute)
        )
        yield _heard(loader, trace, own, found, other_sound=other)


def _unanswered(trace: Trace) -> bool:
    """True where a request got no answer at all: an ICMP error may tell why."""
    answered = {(m.call_id, m.reading.cseq, m.method) for m in trace.messages if m.status}
    return any(
        m.reading.is_request and m.method != "ACK" and (m.call_id, m.reading.cseq, m.method) not in answered
        for m in trace.messages
    )


def _heard(
    loader: CallLoader, trace: Trace, streams: Sequence[Stream], found: Collected, *, other_sound: bool
) -> Trace:
    """The call with these streams; where it has none and came through a tunnel, that this may be why."""
    missing = trace.missing
    tunnelled = False
    if not streams and trace.media_endpoints:
        own = {message.origin for message in trace.messages}
        files = [file for file, path in loader.index.paths().items() if str(path) in own]
        messages = loader.index.assembled_in(trace.call_ids, files)
        unread = any(loader.index.unread_tunnels(loader.index.paths()[file]) for file in files)
        tunnelled = unread and any(message.transport == "udp" for message in messages)
        if tunnelled and TUNNELS not in missing:
            missing = (*missing, TUNNELS)
    ends = {(m.source, m.destination) for m in trace.messages if m.reading.is_request}
    first, last = trace.start_us, trace.messages[-1].time_us + AFTER_US
    media = trace.media_endpoints
    checks = [one for one in found.checks if one.source in media or one.destination in media]
    own_errors = [one for one in found.errors if first <= one.time_us <= last and concerns(one, ends)]
    resets = [one for one in found.resets if {(one.source, one.destination), (one.destination, one.source)} & ends]
    return replace(
        trace,
        resets=tuple(one for one in resets if first <= one.time_us)[:20],
        streams=tuple(streams),
        missing=missing,
        sound_searched=not tunnelled,
        other_sound=other_sound and not tunnelled,
        icmp_errors=tuple(own_errors[:20]),
        checks=tuple(checks[:50]),
    )


def rtp_packets(loader: CallLoader, trace: Trace, paths: Sequence[Path] | None = None) -> list[Packet]:
    """The RTP packets of the call's streams, for a capture of its own."""
    wanted = {(one.source, one.destination) for one in trace.streams}
    if not wanted:
        return []
    first, last = min(one.first_us for one in trace.streams), max(one.last_us for one in trace.streams)
    found = []
    for path in _captures(loader, trace, last) if paths is None else paths:
        ahead = trace.clocks.get(str(path), 0)
        collector = StreamCollector(expected_media(trace.messages), records=[])
        heard = listen(loader, path, collector, first + ahead, last + ahead, lambda: None)
        capture = loader.capture(path)
        known = loader.index.file(path)
        records = capture.records(known.position if known else None)
        for frame, offset in heard.records or ():
            record = records.at(frame, offset)
            packet = _packet(record) if record is not None else None
            if packet is not None and (packet.source, packet.destination) in wanted:
                found.append(replace(packet, time_us=packet.time_us - ahead))
    return found


def _packet(record: Record) -> Packet | None:
    data = record.data
    ip, payload = innermost(data, record.link, record.start, record.end)
    if payload <= 0:
        return None
    return Packet(
        record.time_us, *endpoints(data, ip, payload), bytes(data[payload : payload_end(data, payload, record.end)])
    )


def _captures(loader: CallLoader, trace: Trace, end_us: int) -> list[Path]:
    own = {path for message in trace.messages if (path := Path(message.origin)).is_absolute()}
    return sorted(own | set(loader.index.covering(trace.start_us, end_us)))


def ended(trace: Trace) -> bool:
    """True where a BYE or a refusal was seen: no audio comes any more."""
    return any(m.is_request("BYE", "CANCEL") or m.is_answer("INVITE", 300, 699) for m in trace.messages)


def own_streams(trace: Trace, streams: Sequence[Stream]) -> list[Stream]:
    """Of many streams those that are this call's, by endpoint and time.

    A stream of which SDP names one end only (behind NAT, or from another address of a host, the other is not what SDP
    says) counts unless a stream with both ends named uses that end the same way: media servers use a port for many.
    """
    wanted, end = trace.media_endpoints, trace.messages[-1].time_us + AFTER_US
    near = [one for one in streams if one.last_us >= trace.start_us and (one.first_us <= end or not ended(trace))]
    both = [one for one in near if one.source in wanted and one.destination in wanted]
    sending, receiving = {one.source for one in both}, {one.destination for one in both}
    half = [
        one
        for one in near
        if (one.source in wanted) != (one.destination in wanted)
        and one.source not in sending
        and one.destination not in receiving
    ]
    return sorted([*both, *half], key=lambda one: one.first_us)
