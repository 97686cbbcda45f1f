"""ICMP as it comes: error queues and raw packets, real ones and anything else."""

from __future__ import annotations

import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.probes.mtr.error_queue import IP_RECVERR, IPV6_RECVERR, SO_TIMESTAMPNS, decode
from partnertui.probes.mtr.icmp_prober import read_echo
from partnertui.probes.mtr.icmp_replies import ReplyKind, classify_icmp
from partnertui.probes.mtr.prober_base import OutstandingProbes

FOUR = struct.pack("=IBBBBII", 113, 2, 11, 0, 0, 0, 0) + struct.pack("=HH4s8x", socket.AF_INET, 0, bytes((10, 0, 1, 1)))
SIX_FROM = socket.inet_pton(socket.AF_INET6, "2001:db8::1")
SIX = struct.pack("=IBBBBII", 113, 3, 3, 0, 0, 0, 0) + struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, SIX_FROM, 0)
TIME = (socket.SOL_SOCKET, SO_TIMESTAMPNS, struct.pack("@ll", 12, 34))


def test_entries_of_the_error_queue() -> None:
    four = decode(b"probe", [TIME, (socket.IPPROTO_IP, IP_RECVERR, FOUR)], 33435)
    assert (four.origin, four.type, four.code, four.offender, four.port) == (2, 11, 0, "10.0.1.1", 33435)
    assert four.received_ns == 12_000_000_034
    six = decode(b"", [(socket.IPPROTO_IPV6, IPV6_RECVERR, SIX)], 33436)
    assert (six.origin, six.type, six.offender) == (3, 3, "2001:db8::1")


@given(st.binary(max_size=64), st.sampled_from((IP_RECVERR, SO_TIMESTAMPNS)), st.binary(max_size=80))
def test_no_entry_is_a_surprise(payload: bytes, number: int, data: bytes) -> None:
    for level in (socket.IPPROTO_IP, socket.IPPROTO_IPV6, socket.SOL_SOCKET):
        decode(payload, [(level, number, data)], 1)


def ip4(protocol: int, to: str, body: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(
        "!BBHHHBBH4s4s",
        0x40 | (20 + len(options)) // 4,
        0,
        0,
        0,
        0,
        1,
        protocol,
        0,
        b"\x01\x01\x01\x01",
        socket.inet_aton(to),
    )
    return head + options + body


def echo(kind: int, content: bytes = b"content") -> bytes:
    return struct.pack("!BBHHH", kind, 0, 0, 0x1234, 7) + content


def test_a_reply_and_a_complaint() -> None:
    reply = read_echo(4, ip4(1, "10.0.0.1", echo(0)))
    assert reply is not None
    assert (reply.type, reply.id, reply.sequence, reply.to, reply.content) == (0, 0x1234, 7, "", b"content")
    quoted = ip4(1, "198.51.100.130", echo(8), options=bytes(8))
    for outer in (b"", bytes(4)):
        complaint = read_echo(4, ip4(1, "10.0.0.1", struct.pack("!BBHI", 11, 0, 0, 0) + quoted, outer))
        assert complaint is not None
        assert (complaint.type, complaint.id, complaint.sequence, complaint.to) == (11, 0x1234, 7, "198.51.100.130")


def test_ipv6_has_no_header_in_front() -> None:
    to = socket.inet_pton(socket.AF_INET6, "2001:db8::9")
    quoted = struct.pack("!IHBB16s16s", 6 << 28, 15, 58, 1, bytes(16), to) + echo(128)
    complaint = read_echo(6, struct.pack("!BBHI", 3, 0, 0, 0) + quoted)
    assert complaint is not None
    assert (complaint.to, complaint.sequence) == ("2001:db8::9", 7)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x45",
        ip4(1, "10.0.0.1", b""),
        ip4(1, "10.0.0.1", echo(8)),
        ip4(1, "10.0.0.1", echo(5)),
        ip4(1, "10.0.0.1", struct.pack("!BBHI", 11, 0, 0, 0) + ip4(17, "10.0.0.2", bytes(8))),
        ip4(1, "10.0.0.1", struct.pack("!BBHI", 11, 0, 0, 0) + ip4(1, "10.0.0.2", echo(8)[:7])),
    ],
)
def test_what_answers_no_echo(packet: bytes) -> None:
    assert read_echo(4, packet) is None


@given(st.sampled_from((4, 6)), st.binary(max_size=120))
def test_no_packet_is_a_surprise(version: int, packet: bytes) -> None:
    read_echo(version, packet)


@pytest.mark.parametrize(
    ("version", "kind", "code", "from_target", "said"),
    [
        (4, 11, 0, False, (ReplyKind.EXCEEDED, "")),
        (6, 3, 0, False, (ReplyKind.EXCEEDED, "")),
        (4, 3, 3, True, (ReplyKind.DESTINATION, "")),
        (4, 3, 3, False, (ReplyKind.DESTINATION, "")),
        (6, 1, 4, True, (ReplyKind.DESTINATION, "")),
        (4, 0, 0, True, (ReplyKind.DESTINATION, "")),
        (6, 129, 0, True, (ReplyKind.DESTINATION, "")),
        (4, 3, 13, True, (ReplyKind.DESTINATION, "")),
        (4, 3, 1, False, (ReplyKind.UNREACHABLE, "host unreachable")),
        (4, 3, 13, False, (ReplyKind.UNREACHABLE, "blocked by a firewall")),
        (6, 1, 0, False, (ReplyKind.UNREACHABLE, "no route")),
        (4, 3, 99, False, (ReplyKind.UNREACHABLE, "unreachable (code 99)")),
        (4, 8, 0, False, None),
        (4, 5, 0, False, None),
    ],
)
def test_what_icmp_says(version: int, kind: int, code: int, from_target: bool, said: object) -> None:
    assert classify_icmp(version, kind, code, from_target=from_target) == said


def test_what_is_quoted_must_be_ours() -> None:
    outstanding = OutstandingProbes()
    content = outstanding.content(4, 64)
    assert len(content) == 36
    assert outstanding.ours(content)
    assert outstanding.ours(content[:3]), "routers may quote less"
    assert outstanding.ours(b"")
    assert not outstanding.ours(b"X" + content[1:])
    outstanding.put((1, 33434), 5, 1, 1_000_000)
    answer = outstanding.take((1, 33434), "10.0.0.1", 3_500_000, (ReplyKind.EXCEEDED, ""))
    assert answer is not None
    assert (answer.round, answer.ttl, answer.milliseconds) == (5, 1, 2.5)
    assert outstanding.take((1, 33434), "10.0.0.1", 3_500_000, (ReplyKind.EXCEEDED, "")) is None
