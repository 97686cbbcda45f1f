"""A capture of just one call: what other programs read back is what was written."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ladder.ladder_samples import PHONE, PROXY, START, call, call_messages, message

from partnertui.calls.trace_model import Endpoint, Message
from partnertui.captures.saving import Packet, build_pcap
from partnertui.captures.saving.pcap_writer import checksum

SIX = (Endpoint("2001:db8::1", 5060), Endpoint("2001:db8::2", 5061))


def tshark(path: Path, *arguments: str) -> list[str]:
    """Lines of tshark about a capture, its checksums checked."""
    checks = ("-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE")
    done = subprocess.run(
        ["tshark", "-n", "-r", str(path), *checks, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.splitlines()


def mixed() -> list[Message]:
    """Messages over UDP, TCP and TLS, IPv4 and IPv6, short and too long for a datagram."""
    long = message(50, PROXY, PHONE, "200 OK", extra=f"X-Long: {'a' * 70_000}\r\n", transport="tcp", number=900)
    return [
        *call_messages(),
        message(40, *SIX, "INVITE", call_id="six", transport="tls", number=901),
        message(41, PHONE, SIX[1], "INVITE", call_id="both", transport="ws", number=902),
        long,
    ]


@pytest.mark.tshark
def test_tshark_reads_the_messages_back(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    messages = sorted(mixed(), key=lambda one: one.time_us)
    path.write_bytes(build_pcap(messages))
    fields = ("-Y", "sip", "-T", "fields", "-e", "frame.time_epoch", "-e", "sip.Call-ID", "-e", "sip.CSeq")
    read = [line.split("\t") for line in tshark(path, *fields)]
    assert [(call_id, cseq) for _, call_id, cseq in read] == [
        (one.call_id, one.reading.headers.first("cseq")) for one in messages
    ]
    assert [round(float(time) * 1_000_000) for time, _, _ in read] == [one.time_us for one in messages]
    wrong = "ip.checksum.status == Bad || udp.checksum.status == Bad || tcp.checksum.status == Bad || _ws.malformed"
    assert tshark(path, "-Y", wrong) == []


@pytest.mark.tshark
def test_sound_goes_between_the_messages(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    rtp = struct.pack(">BBHII", 0x80, 8, 1, 160, 7) + b"\xd5" * 160
    one = Packet(START + 4_000_000, Endpoint(PHONE.address, 4000), Endpoint("198.51.100.130", 6000), rtp)
    path.write_bytes(build_pcap(call().messages, (one,)))
    assert len(tshark(path, "-Y", "rtp")) == 1
    assert len(tshark(path, "-T", "fields", "-e", "frame.number")) == 17


@pytest.mark.tshark
def test_addresses_that_are_none_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    odd = message(0, Endpoint("proxy.example", 70_000), Endpoint("fe80::1%eth0", 5060), "INVITE")
    path.write_bytes(build_pcap([odd]))
    assert len(tshark(path)) == 1


@given(st.binary(max_size=200))
def test_the_checksum_is_that_of_rfc_1071(data: bytes) -> None:
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    assert checksum(data) == total ^ 0xFFFF
