"""A socket's error queue: ICMP errors about sent datagrams, readable without privileges (ip(7), IP_RECVERR)."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

IP_RECVERR, IPV6_RECVERR = 11, 25
IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, PMTUDISC_DONT = 10, 23, 0
"""linux/in.h and linux/in6.h; without path MTU discovery, large probes are fragmented instead of refused."""
SO_TIMESTAMPNS = 35
"""asm-generic/socket.h: kernel receive timestamps, so that a busy program doesn't add to the delay."""
ORIGIN_ICMP = {4: 2, 6: 3}
"""linux/errqueue.h: SO_EE_ORIGIN_ICMP and SO_EE_ORIGIN_ICMP6."""
# struct sock_extended_err of linux/errqueue.h; the offender's sockaddr follows it.
_EXTENDED = struct.Struct("=IBBBBII")
_MOST_DATA, _MOST_ANCILLARY = 256, 512
_FAMILY = struct.Struct("=H")
_TIMES = struct.Struct("@ll")

Ancillary = Iterable[tuple[int, int, bytes]]


@dataclass(frozen=True)
class QueuedError:
    """One entry: which host sent which ICMP message about the datagram to `port`; `payload` is the part it quoted."""

    origin: int
    type: int
    code: int
    offender: str
    port: int
    payload: bytes
    received_ns: int


def prepare(sock: socket.socket, version: int) -> None:
    """Enable error queue and timestamps, and allow packets of any size."""
    level = socket.IPPROTO_IPV6 if version == 6 else socket.IPPROTO_IP
    sock.setblocking(False)
    sock.setsockopt(level, IPV6_RECVERR if version == 6 else IP_RECVERR, 1)
    sock.setsockopt(level, IPV6_MTU_DISCOVER if version == 6 else IP_MTU_DISCOVER, PMTUDISC_DONT)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)


def read_error(sock: socket.socket) -> QueuedError | None:
    """The next entry of the error queue; None when it's empty."""
    try:
        # The address that comes with an error is where our own datagram went (ip(7)), so its port names the round.
        payload, ancillary, _, address = sock.recvmsg(_MOST_DATA, _MOST_ANCILLARY, socket.MSG_ERRQUEUE)
    # EAGAIN: the queue is empty
    except OSError:
        return None
    return decode(payload, ancillary, address[1] if address else 0)


def decode(payload: bytes, ancillary: Ancillary, port: int) -> QueuedError:
    """Decode an entry from recvmsg's result; `origin` is 0 without an extended error."""
    origin = kind = code = 0
    offender = ""
    ancillary = tuple(ancillary)
    for level, number, data in ancillary:
        wanted = (level, number) in {(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)}
        if wanted and len(data) >= _EXTENDED.size:
            _, origin, kind, code, *_ = _EXTENDED.unpack_from(data)
            offender = _offender(data[_EXTENDED.size :])
    return QueuedError(origin, kind, code, offender, port, payload, arrival(ancillary))


def arrival(ancillary: Ancillary) -> int:
    """When the kernel received the packet, in nanoseconds of the wall clock; now if it doesn't say."""
    for level, number, data in ancillary:
        if (level, number) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(data) >= _TIMES.size:
            # a struct timespec in the host's own sizes
            seconds, nanoseconds = _TIMES.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()


def _offender(address: bytes) -> str:
    """The address in a sockaddr_in or sockaddr_in6; empty when the kernel knows none."""
    if len(address) < 8:
        return ""
    family = _FAMILY.unpack_from(address)[0]
    if family == socket.AF_INET:
        # Behind family and port.
        return str(IPv4Address(address[4:8]))
    if family == socket.AF_INET6 and len(address) >= 24:
        # Behind family, port and flow label.
        return str(IPv6Address(address[8:24]))
    return ""
