"""Rotated folders: streams, datagrams and calls that go on in the next file; WebSocket without handshake; SCTP."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import A, B, ether, ip, pcap, tcp, udp

from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import find_captures
from partnertui.captures.indexed_call_loader import CallLoader

INVITE, RINGING, BUSY = (
    message.data.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP")
    for message in messages("0 A>P INVITE 1\n0.1 P>A 180 INVITE 1\n1 P>A 486 INVITE 1")
)
pytestmark = pytest.mark.tshark


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as index:
        yield index


def shifted(data: bytes, seconds: int) -> bytes:
    """A pcap file whose packets come later."""
    made, offset = bytearray(data), 24
    while offset < len(data):
        (at, _, size, _) = struct.unpack_from("<IIII", data, offset)
        struct.pack_into("<I", made, offset, at + seconds)
        offset += 16 + size
    return bytes(made)


def ring(folder: Path, *files: list[bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for number, packets in enumerate(files):
        (folder / f"ring-{number}.pcap").write_bytes(shifted(pcap(packets), number))
    return find_captures([folder])


def read(index: Index, paths: list[Path]) -> list[Trace]:
    assert IndexUpdate(index).update(paths) == []
    with closing(CallLoader(index)) as loader:
        return [trace for some in loader.all(paths) for trace in some]


def segments(data: bytes, size: int) -> list[bytes]:
    """One way of a TCP connection whose beginning wasn't captured."""
    return [ether(ip(tcp(data[at : at + size], at + 1), 6)) for at in range(0, len(data), size)]


def notes(index: Index, paths: list[Path]) -> list[str]:
    return [note for path in paths if (known := index.file(path)) is not None for note in known.notes]


@pytest.mark.parametrize("cuts", [(1,), (2,), (1, 2), (3,)])
def test_tcp_streams_go_on_in_the_next_file(index: Index, tmp_path: Path, cuts: tuple[int, ...]) -> None:
    packets = segments(INVITE + RINGING + BUSY, 250)
    edges = [0, *cuts, len(packets)]
    paths = ring(tmp_path / "ring", *(packets[one:other] for one, other in itertools.pairwise(edges)))
    (trace,) = read(index, paths)
    assert [message.reading.start for message in trace.messages] == ["INVITE", "180 Ringing", "486 Busy Here"]
    assert [message.data for message in trace.messages] == [INVITE, RINGING, BUSY]
    assert notes(index, paths) == []
    for message in trace.messages:
        number = int(Path(message.origin).stem[-1])
        assert 1 <= message.frame <= edges[number + 1] - edges[number], "evidence is a frame of its own file"


def test_joining_again_changes_nothing_and_growing_files_are_joined_again(index: Index, tmp_path: Path) -> None:
    packets = segments(INVITE + RINGING + BUSY, 250)
    paths = ring(tmp_path / "ring", packets[:1], packets[1:3])
    first = read(index, paths)
    assert [message.data for trace in read(index, paths) for message in trace.messages] == [
        message.data for trace in first for message in trace.messages
    ]
    ring(tmp_path / "ring", packets[:1], packets[1:])
    (trace,) = read(index, paths)
    assert [message.data for message in trace.messages] == [INVITE, RINGING, BUSY]


def test_fragments_go_on_in_the_next_file(index: Index, tmp_path: Path) -> None:
    long = INVITE.replace(b"CSeq", b"X-Long: " + b"x" * 2000 + b"\r\nCSeq").replace(b"SIP/2.0/TCP", b"SIP/2.0/UDP")
    body = udp(long)
    first, second = ether(ip(body[:1480], fragment=0x2000)), ether(ip(body[1480:], fragment=185))
    (trace,) = read(index, ring(tmp_path / "ring", [first], [second, ether(ip(udp(BUSY)))]))
    assert [message.reading.start for message in trace.messages] == ["INVITE", "486 Busy Here"]
    assert trace.messages[0].data == long


def test_a_call_over_two_files_is_one(index: Index, tmp_path: Path) -> None:
    paths = ring(tmp_path / "ring", [ether(ip(udp(INVITE)))], [ether(ip(udp(BUSY)))])
    (trace,) = read(index, paths)
    assert [(Path(message.origin).name, message.frame) for message in trace.messages] == [
        ("ring-0.pcap", 1),
        ("ring-1.pcap", 1),
    ]


def frame(data: bytes, mask: bytes) -> bytes:
    """A WebSocket frame (RFC 6455)."""
    head = bytes([0x81, (0x80 if mask else 0) | 126]) + len(data).to_bytes(2, "big") + mask
    return head + (bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)) if mask else data)


def test_websocket_without_its_handshake_beside_one_with_it(index: Index, tmp_path: Path) -> None:
    client, server, other = ("198.51.100.6", 40_000), ("203.0.113.10", 8080), ("198.51.100.7", 40_001)
    hello = (
        b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAA\r\n"
        b"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    accept = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Accept: x\r\n\r\n"
    )
    up, down = frame(INVITE, b"abcd"), frame(BUSY, b"")

    def sent(data: bytes, source: tuple[str, int], target: tuple[str, int], sequence: int) -> bytes:
        return ether(ip(tcp(data, sequence, source, target), 6, source, target))

    second = frame(INVITE.replace(b"c1", b"c2"), b"wxyz")
    packets = [
        sent(up, client, server, 1),
        sent(down, server, client, 1),
        sent(hello, other, server, 1),
        sent(accept, server, other, 1),
        sent(second, other, server, 1 + len(hello)),
    ]
    path = tmp_path / "websocket.pcap"
    path.write_bytes(pcap(packets))
    found = {trace.call_ids[0]: [m.transport for m in trace.messages] for trace in read(index, [path])}
    assert sorted(map(len, found.values())) == [1, 2]
    assert len(found) == 2


def test_sctp(index: Index, tmp_path: Path) -> None:
    def chunk(data: bytes, number: int) -> bytes:
        size = 16 + len(data)
        head = struct.pack(">HHII", A[1], B[1], 1, 0)
        return head + struct.pack(">BBHIHHI", 0, 3, size, number, 0, number, 0) + data + b"\0" * (-size % 4)

    path = tmp_path / "sctp.pcap"
    texts = [INVITE.replace(b"SIP/2.0/TCP", b"SIP/2.0/SCTP"), BUSY.replace(b"SIP/2.0/TCP", b"SIP/2.0/SCTP")]
    path.write_bytes(pcap([ether(ip(chunk(text, number + 1), 132)) for number, text in enumerate(texts)]))
    (trace,) = read(index, [path])
    assert [(m.reading.start, m.transport) for m in trace.messages] == [("INVITE", "sctp"), ("486 Busy Here", "sctp")]
