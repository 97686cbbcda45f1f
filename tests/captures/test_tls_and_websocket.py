"""SIP over TLS and over WebSocket in captures: a real handshake, its keys in a log file, frames with masks."""

from __future__ import annotations

import ssl
import struct
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import A, B, ether, ip, pcap, tcp

from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.indexed_call_loader import CallLoader

INVITE, RINGING = (
    message.data.replace(b"SIP/2.0/UDP", b"SIP/2.0/%s" % kind)
    for message, kind in zip(messages("0 A>P INVITE 1\n0.1 P>A 180 INVITE 1"), (b"TLS", b"TLS"), strict=True)
)
CLIENT, SERVER = ("198.51.100.6", 40_000), ("203.0.113.10", 5061)


class TerminalDiff:
    """Segments of one TCP connection."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.frames = server, list[bytes]()
        self.sent = {CLIENT: 1000, server: 5000}
        for place, flags in ((CLIENT, 0x02), (server, 0x12)):
            self._add(place, b"", flags)
            self.sent[place] += 1
        self._add(CLIENT, b"", 0x10)

    def send(self, source: tuple[str, int], data: bytes, size: int = 1200) -> None:
        """Sends bytes in segments."""
        for start in range(0, len(data), size):
            self._add(source, data[start : start + size], 0x18)
            self.sent[source] += len(data[start : start + size])

    def _add(self, source: tuple[str, int], data: bytes, flags: int) -> None:
        target = self.server if source == CLIENT else CLIENT
        segment = bytearray(tcp(data, self.sent[source], source, target, flags))
        struct.pack_into(">I", segment, 8, self.sent[target] if flags != 0x02 else 0)
        self.frames.append(ether(ip(bytes(segment), 6, source, target)))


def certificate(folder: Path) -> Path:
    """A certificate that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    form = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(form)
    )
    return path


def tls_capture(folder: Path) -> tuple[Path, Path]:
    """A handshake and two messages; the capture and the key log file."""
    pem, keys = certificate(folder), folder / "keys.log"
    near, there = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    near.check_hostname, near.verify_mode = False, ssl.CERT_NONE
    near.keylog_filename = str(keys)
    there.load_cert_chain(pem)
    wire = TerminalDiff(SERVER)
    boxes = {CLIENT: (ssl.MemoryBIO(), ssl.MemoryBIO()), SERVER: (ssl.MemoryBIO(), ssl.MemoryBIO())}
    client = near.wrap_bio(*boxes[CLIENT])
    server = there.wrap_bio(*boxes[SERVER], server_side=True)

    def carry() -> None:
        for source, target in ((CLIENT, SERVER), (SERVER, CLIENT)):
            data = boxes[source][1].read()
            if data:
                wire.send(source, data)
                boxes[target][0].write(data)

    for _ in range(4):
        for side in (client, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
            carry()
    client.write(INVITE)
    carry()
    server.write(RINGING)
    carry()
    path = folder / "tls.pcap"
    path.write_bytes(pcap(wire.frames))
    return path, keys


def read(folder: Path, path: Path, keys: Path | None = None) -> tuple[list[Trace], tuple[str, ...]]:
    """The calls of a capture, and what could not be read of it."""
    with Index(folder / "captures.db") as index, closing(CallLoader(index)) as loader:
        assert IndexUpdate(index, keys=keys).update([path]) == []
        known = index.file(path)
        assert known is not None
        return [trace for some in loader.all([path]) for trace in some], known.notes


def test_tls_opens_with_its_keys_and_says_so_without(tmp_path: Path) -> None:
    path, keys = tls_capture(tmp_path)
    traces, notes = read(tmp_path, path)
    assert traces == []
    assert "can't be read without a key log file" in notes[0]
    ((trace,), notes) = read(tmp_path, path, keys)
    assert notes == ()
    assert [(m.reading.start, m.transport) for m in trace.messages] == [("INVITE", "tls"), ("180 Ringing", "tls")]
    assert trace.messages[0].data == INVITE
    with Index(tmp_path / "other.db") as index:
        found = CallFinder(index, keys=keys).call([path], ["c1"])
    assert found is not None
    assert len(found.messages) == 2


def frame(payload: bytes, mask: bytes = b"") -> bytes:
    """A WebSocket text frame (RFC 6455, section 5.2)."""
    size = len(payload)
    head = struct.pack(">BBH", 0x81, (0x80 if mask else 0) | 126, size)
    body = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload)) if mask else payload
    return head + mask + body


def test_websocket(tmp_path: Path) -> None:
    """RFC 7118, with a client's masks."""
    wire = TerminalDiff(("203.0.113.10", 8080))
    wire.send(
        CLIENT,
        (
            b"GET / HTTP/1.1\r\nHost: lab.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n"
            b"Sec-WebSocket-Version: 13\r\n\r\n"
        ),
    )
    wire.send(
        wire.server,
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
        ),
    )
    wire.send(CLIENT, frame(INVITE.replace(b"/TLS", b"/WS"), b"\x12\x34\x56\x78"), 300)
    wire.send(wire.server, frame(RINGING.replace(b"/TLS", b"/WS")))
    path = tmp_path / "ws.pcap"
    path.write_bytes(pcap(wire.frames))
    ((trace,), notes) = read(tmp_path, path)
    assert notes == ()
    assert [(m.reading.start, m.transport) for m in trace.messages] == [("INVITE", "ws"), ("180 Ringing", "ws")]


def test_compact_headers_and_parts(tmp_path: Path) -> None:
    sdp = b"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n"
    body = b"--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp + b"\r\n--b--\r\n"
    data = (
        b"INVITE sip:2@x SIP/2.0\r\nv: SIP/2.0/UDP a;branch=z9hG4bKa\r\nf: <sip:1@x>;tag=1\r\nt: <sip:2@x>\r\ni: c9\r\n"
        b"CSeq: 1 INVITE\r\nc: multipart/mixed;boundary=b\r\nl: %d\r\n\r\n%s" % (len(body), body)
    )
    from tests.captures.packet_builder import udp

    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([ether(ip(udp(data, A, B)))]))
    ((trace,), _) = read(tmp_path, path)
    assert (trace.call_ids, trace.first.reading.from_user) == (("c9",), "1")
    assert trace.first.sdp is not None
    assert trace.first.sdp.summary == "audio 192.0.2.1:4000 PCMU"
