"""Writes a capture of calls as a busy platform sees them: signalling of both legs and RTP, interleaved."""

from __future__ import annotations

import argparse
import heapq
import random
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

PROXY, CARRIER = "203.0.113.10", "203.0.113.200"
CALL_SECONDS = 20
RTP_A_CALL = 40
"""Packets both ways; few of a real call's, so that a million packets are many calls."""
CODES = ((200, "OK"), (486, "Busy here"), (404, "Not found"), (487, "Request terminated"))


def udp(source: tuple[str, int], destination: tuple[str, int], payload: bytes) -> bytes:
    """An Ethernet frame with a datagram; checksums left to the network card, as captures at the sender have them."""
    length = len(payload) + 28
    addresses = IPv4Address(source[0]).packed + IPv4Address(destination[0]).packed
    return (
        b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0"
        + struct.pack(">BBHHHBBH", 0x45, 0xB8, length, 0, 0x4000, 64, 17, 0)
        + addresses
        + struct.pack(">HHHH", source[1], destination[1], length - 20, 0)
        + payload
    )


def call(number: int, start: int, chance: random.Random) -> Iterator[tuple[int, bytes]]:
    """Times in microseconds and frames of one call: caller, proxy, carrier."""
    phone = (str(IPv4Address(0xC6330000 + number % 60000)), 5060)
    proxy, carrier = (PROXY, 5060), (CARRIER, 5060)
    caller, called = f"44207{number % 10**7:07d}", f"4930{number * 7919 % 10**8:08d}"
    call_id, media = f"{number:08x}-{chance.getrandbits(64):016x}@{phone[0]}", 16000 + number % 20000 * 2
    head = (
        "Via: SIP/2.0/UDP {via};rport;branch=z9hG4bK{branch}\r\nMax-Forwards: 70\r\n"
        f'From: "Agent {number}" <sip:{caller}@example.com>;tag=f{number:x}\r\n'
        f"To: <sip:{called}@example.com>{{tag}}\r\nCall-ID: {call_id}\r\nCSeq: {{cseq}}\r\n"
        f"Contact: <sip:{caller}@{phone[0]}:5060>\r\nUser-Agent: Desk phone 12.3\r\n"
    )

    def sdp(address: str, port: int) -> str:
        return (
            f"v=0\r\no=- {number} 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
            "a=sendrecv\r\n"
        )

    def message(first: str, cseq: str, source: tuple[str, int], to: tuple[str, int], body: str = "") -> bytes:
        tag = "" if first.startswith("INVITE") else f";tag=t{number:x}"
        text = head.format(via=source[0], branch=f"{number:x}{cseq[:1]}{source[0][-2:]}", tag=tag, cseq=cseq)
        kind = "Content-Type: application/sdp\r\n" if body else ""
        return udp(source, to, f"{first}\r\n{text}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode())

    code, reason = CODES[0] if number % 5 else CODES[number // 5 % 4]
    invite = f"INVITE sip:{called}@example.com SIP/2.0"
    steps = [
        (0, invite, "1 INVITE", phone, proxy, sdp(phone[0], media)),
        (1, "SIP/2.0 100 Trying", "1 INVITE", proxy, phone, ""),
        (2, invite, "1 INVITE", proxy, carrier, sdp(phone[0], media)),
        (90, "SIP/2.0 180 Ringing", "1 INVITE", carrier, proxy, ""),
        (91, "SIP/2.0 180 Ringing", "1 INVITE", proxy, phone, ""),
        (3000, f"SIP/2.0 {code} {reason}", "1 INVITE", carrier, proxy, sdp(CARRIER, media) if code == 200 else ""),
        (3001, f"SIP/2.0 {code} {reason}", "1 INVITE", proxy, phone, sdp(CARRIER, media) if code == 200 else ""),
        (3010, f"ACK sip:{called}@example.com SIP/2.0", "1 ACK", phone, proxy, ""),
        (3011, f"ACK sip:{called}@example.com SIP/2.0", "1 ACK", proxy, carrier, ""),
    ]
    end = CALL_SECONDS * 1000
    if code == 200:
        bye = f"BYE sip:{called}@example.com SIP/2.0"
        steps += [
            (end, bye, "2 BYE", phone, proxy, ""),
            (end + 1, bye, "2 BYE", proxy, carrier, ""),
            (end + 20, "SIP/2.0 200 OK", "2 BYE", carrier, proxy, ""),
            (end + 21, "SIP/2.0 200 OK", "2 BYE", proxy, phone, ""),
        ]
    for after, first, cseq, source, to, body in steps:
        yield start + after * 1000, message(first, cseq, source, to, body)
    if code == 200:
        ssrc = chance.getrandbits(31)
        for packet in range(RTP_A_CALL // 2):
            at = start + 3_100_000 + packet * 20_000
            sound = struct.pack(">BBHII", 0x80, 8, packet, packet * 160, ssrc) + b"\xd5" * 160
            yield at, udp((phone[0], media), (CARRIER, media), sound)
            yield (
                at + 7000,
                udp((CARRIER, media), (phone[0], media), sound[:8] + struct.pack(">I", ssrc + 1) + sound[12:]),
            )


def packets(count: int, seed: int = 1) -> Iterator[tuple[int, bytes]]:
    """So many packets in order of time, calls beginning 100 a second."""
    chance, number, start = random.Random(seed), 0, 1_795_000_000_000_000
    heap: list[tuple[int, int, bytes]] = []
    for _ in range(count):
        while not heap or heap[0][0] > start + number * 10_000:
            for at, frame in call(number, start + number * 10_000, chance):
                heapq.heappush(heap, (at, len(frame), frame))
            number += 1
        at, _, frame = heapq.heappop(heap)
        yield at, frame


def write(path: Path, count: int) -> None:
    """The capture, as tcpdump writes it."""
    with path.open("wb", buffering=1 << 20) as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for at, frame in packets(count):
            file.write(struct.pack("<IIII", at // 1_000_000, at % 1_000_000, len(frame), len(frame)) + frame)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("packets", type=int, nargs="?", default=1_000_000, metavar="PACKETS")
    args = parser.parse_args()
    write(args.file, args.packets)
