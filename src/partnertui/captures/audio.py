"""The RTP of calls: counted in all captures of their time, and told apart by place and time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from partnertui.calls.model import Endpoint, Stream, Trace
from partnertui.captures.file import Record
from partnertui.captures.loader import CallLoader
from partnertui.captures.packets import LINKS, endpoints, payload_end, payload_of
from partnertui.captures.rtp import StreamCollector, expected_media
from partnertui.captures.saving.pcap_writer import Packet
from partnertui.domain.errors import DomainError

TUNNELS = "no sound was found; inside of tunnels it is not looked for"
AFTER_US = 2_000_000
"""Sound may go on for so long after the last message of a call."""


def with_streams(
    loader: CallLoader, trace: Trace, tell: Callable[[], None] = lambda: None, paths: Sequence[Path] | None = None
) -> Trace:
    """The call with its streams, out of all captures of its time, or out of `paths` alone.

    `tell` is called often and may raise to stop.
    """
    end = trace.messages[-1].time_us + AFTER_US if ended(trace) else 1 << 62
    media = expected_media(trace.messages)
    streams: list[Stream] = []
    for path in (_captures(loader, trace, end) if paths is None else paths) if media else ():
        streams += listen(loader, path, StreamCollector(media), trace.start_us - AFTER_US, end, tell).streams()
    return _heard(loader, trace, own_streams(trace, streams))


def listen(
    loader: CallLoader, path: Path, listening: StreamCollector, begin_us: int, end_us: int, tell: Callable[[], None]
) -> StreamCollector:
    """Counts the RTP of a span of time; nothing of a file that is gone."""
    with contextlib.suppress(DomainError):
        capture = loader.capture(path)
        endpoint = loader.index.before(path, begin_us)
        records = capture.records(endpoint if endpoint.offset else capture.records().reaching(begin_us))
        for record in records.with_ports(listening.ports, end_us, lambda frame, offset: tell()):
            listening.take(record)
    return listening


def all_with_streams(loader: CallLoader, traces: Sequence[Trace], paths: Sequence[Path]) -> Iterator[Trace]:
    """Many calls of a span of time: the captures are read through once for all of them."""
    media = expected_media(message for trace in traces for message in trace.messages)
    streams: list[Stream] = []
    if media:
        begin = min(trace.start_us for trace in traces) - AFTER_US
        end = max(trace.messages[-1].time_us for trace in traces) + AFTER_US
        for path in (path.absolute() for path in paths):
            streams += listen(loader, path, StreamCollector(media, most=200_000), begin, end, lambda: None).streams()
    by_place: dict[Endpoint, list[Stream]] = {}
    for stream in streams:
        for endpoint in {stream.source, stream.destination}:
            by_place.setdefault(endpoint, []).append(stream)
    for trace in traces:
        near = {id(one): one for endpoint in media_endpoints(trace) for one in by_place.get(endpoint, ())}
        yield _heard(loader, trace, own_streams(trace, list(near.values())))


def _heard(loader: CallLoader, trace: Trace, streams: Sequence[Stream]) -> Trace:
    """The call with these streams; where it has none and came through a tunnel, that this may be why."""
    missing = trace.missing
    if not streams and media_endpoints(trace) and TUNNELS not in missing:
        own = {message.origin for message in trace.messages}
        files = [file for file, path in loader.index.paths().items() if str(path) in own]
        messages = loader.index.assembled_in(trace.call_ids, files)
        if any(message.transport == "udp" for message in messages):
            missing = (*missing, TUNNELS)
    return replace(trace, streams=tuple(streams), missing=missing)


def rtp_packets(loader: CallLoader, trace: Trace, paths: Sequence[Path] | None = None) -> list[Packet]:
    """The RTP packets of the call's streams, for a capture of its own."""
    wanted = {(one.source, one.destination) for one in trace.streams}
    if not wanted:
        return []
    first, last = min(one.first_us for one in trace.streams), max(one.last_us for one in trace.streams)
    found = []
    for path in _captures(loader, trace, last) if paths is None else paths:
        heard = listen(
            loader, path, StreamCollector(expected_media(trace.messages), records=[]), first, last, lambda: None
        )
        capture = loader.capture(path)
        known = loader.index.file(path)
        records = capture.records(known.position if known else None)
        for frame, offset in heard.records or ():
            record = records.at(frame, offset)
            packet = _packet(record) if record is not None else None
            if packet is not None and (packet.source, packet.destination) in wanted:
                found.append(packet)
    return found


def _packet(record: Record) -> Packet | None:
    data = record.data
    ip = LINKS[record.link](data, record.start, record.end) if record.link in LINKS else 0
    payload = payload_of(data, ip, record.end) if ip > 0 else 0
    if payload <= 0:
        return None
    return Packet(
        record.time_us, *endpoints(data, ip, payload), bytes(data[payload : payload_end(data, payload, record.end)])
    )


def _captures(loader: CallLoader, trace: Trace, end_us: int) -> list[Path]:
    own = {path for message in trace.messages if (path := Path(message.origin)).is_absolute()}
    return sorted(own | set(loader.index.covering(trace.start_us, end_us)))


def ended(trace: Trace) -> bool:
    """True where a BYE or a refusal was seen: no sound comes any more."""
    return any(m.is_request("BYE", "CANCEL") or m.is_answer("INVITE", 300, 699) for m in trace.messages)


def media_endpoints(trace: Trace) -> set[Endpoint]:
    """Where SDP wants sound, and the same ports at the address that it came from: behind NAT these differ."""
    return {
        Endpoint(address, media.port)
        for m in trace.messages
        if m.sdp
        for media in m.sdp.media
        for address in (media.address, m.source.address)
    }


def own_streams(trace: Trace, streams: Sequence[Stream]) -> list[Stream]:
    """Of many streams those that are this call's, by place and time.

    A stream of which SDP names one end only (behind NAT, the other is not what SDP says) counts unless a stream with
    both ends named uses the same place: a media server has many calls on one port.
    """
    records, end = media_endpoints(trace), trace.messages[-1].time_us + AFTER_US
    near = [one for one in streams if one.last_us >= trace.start_us and (one.first_us <= end or not ended(trace))]
    both = [one for one in near if one.source in records and one.destination in records]
    taken = {endpoint for one in both for endpoint in (one.source, one.destination)}
    half = [
        one
        for one in near
        if (one.source in records) != (one.destination in records) and not {one.source, one.destination} & taken
    ]
    return sorted([*both, *half], key=lambda one: one.first_us)
