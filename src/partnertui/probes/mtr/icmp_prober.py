"""Probes by ICMP echo, using icmplib's sockets and requests; requires root or CAP_NET_RAW."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

from icmplib import ICMPRequest, ICMPv4Socket, ICMPv6Socket, SocketPermissionError
from icmplib.exceptions import ICMPLibError, ICMPSocketError

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.mtr.error_queue import (
    IP_MTU_DISCOVER,
    IPV6_MTU_DISCOVER,
    PMTUDISC_DONT,
    SO_TIMESTAMPNS,
    arrival,
)
from partnertui.probes.mtr.icmp_replies import ECHO_REPLY, ECHO_REQUEST, ERROR_TYPES, Reply, classify_icmp
from partnertui.probes.mtr.prober_base import Method, OutstandingProbes, refused

ECHO_HEADER = 8
NOT_PERMITTED = "This user isn't allowed to send ICMP."


@dataclass(frozen=True)
class Echo:
    """The echo request an ICMP message refers to: type, code, identifiers, and destination (empty in echo replies)."""

    type: int
    code: int
    id: int
    sequence: int
    to: str
    content: bytes


def read_echo(version: int, packet: bytes) -> Echo | None:
    """The echo request a packet replies to or reports an error about; None for anything else.

    A raw IPv4 socket delivers the IP header too, an IPv6 one doesn't (RFC 3542).
    """
    # The length of an IPv4 header is counted in 32-bit words (IHL: RFC 791, section 3.1).
    start = (packet[0] & 15) * 4 if version == 4 and packet else 0
    message = packet[start:]
    if len(message) < ECHO_HEADER:
        return None
    kind, code = message[0], message[1]
    if kind == ECHO_REPLY[version]:
        return Echo(kind, code, *_numbers(message), "", message[ECHO_HEADER:])
    if kind not in ERROR_TYPES[version]:
        return None
    quoted = message[ECHO_HEADER:]
    if not quoted or quoted[0] >> 4 != version:
        return None
    # Our own requests have no IPv6 extension headers, so the fixed header is all.
    head = (quoted[0] & 15) * 4 if version == 4 else 40
    # Protocol and destination: bytes 9 and 16 of IPv4 (RFC 791, section 3.1), 6 and 24 of IPv6 (RFC 8200, section 3).
    protocol, to = (quoted[9:10], quoted[16:20]) if version == 4 else (quoted[6:7], quoted[24:40])
    inner = quoted[head:]
    expected = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    if protocol != bytes((expected,)) or len(inner) < ECHO_HEADER or inner[0] != ECHO_REQUEST[version]:
        return None
    return Echo(kind, code, *_numbers(inner), str(ip_address(to)), inner[ECHO_HEADER:])


def _numbers(message: bytes) -> tuple[int, int]:
    return int.from_bytes(message[4:6]), int.from_bytes(message[6:8])


class IcmpProber:
    """Sends echo requests from a raw socket."""

    method = Method.ICMP

    def __init__(self, address: str) -> None:
        """Raises ProbeRefused when this user lacks the privilege, or the host has no IPv6."""
        self.address, self.version = address, 6 if ":" in address else 4
        try:
            self._icmp = (ICMPv6Socket if self.version == 6 else ICMPv4Socket)(privileged=True)
        except SocketPermissionError:
            raise ProbeRefused(
                NOT_PERMITTED, advice="Use UDP, which needs no privileges, or run partnertui as root."
            ) from None
        except ICMPSocketError as error:
            raise ProbeRefused(f"No ICMP socket can be opened: {error}.", advice="Try UDP.") from None
        self._icmp.blocking = False
        self._sock: socket.socket = self._icmp.sock
        level, discover = (
            (socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER) if self.version == 6 else (socket.IPPROTO_IP, IP_MTU_DISCOVER)
        )
        with suppress(OSError):
            self._sock.setsockopt(level, discover, PMTUDISC_DONT)
            self._sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.outstanding = OutstandingProbes()
        self.id, self._sequence = secrets.randbelow(1 << 16), 0
        self._on_reply: Callable[[Reply], None] = lambda answer: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._left = False

    def listen(self, on_reply: Callable[[Reply], None]) -> None:
        """Start to deliver replies on the running event loop."""
        self._on_reply, self._loop = on_reply, asyncio.get_running_loop()
        self._loop.add_reader(self._sock, self._read)

    def send(self, number: int, ttl: int, size: int) -> None:
        """Send the echo request of a round. Raises ProbeRefused if none could ever be sent."""
        # Sequence numbers have 16 bits (RFC 792); a number comes again long after DISCARD_AFTER.
        self._sequence = (self._sequence + 1) & 0xFFFF
        content = self.outstanding.content(self.version, size)
        request = ICMPRequest(self.address, self.id, self._sequence, payload=content, ttl=ttl)
        try:
            self._icmp.send(request)
            # After sending: only then is the time of the request known, and replies are read on this same loop, so none
            # is missed.
            self.outstanding.put((self.id, self._sequence), number, ttl, int(request.time * 1e9))
        except ICMPLibError as error:
            # once one has left, an error is that of one packet (a full buffer, say) and counts as loss
            if not self._left:
                cause = error.__context__
                raise refused(cause if isinstance(cause, OSError) else OSError(str(error)), self.version) from None
        else:
            self._left = True

    def _read(self) -> None:
        with suppress(OSError):
            while True:
                packet, ancillary, _, sender = self._sock.recvmsg(2048, 512)
                # A link-local router's address comes with its scope ("%eth0"), which would make it another host in the
                # table.
                self._take(packet, sender[0].partition("%")[0], arrival(ancillary))

    def _take(self, packet: bytes, sender: str, at_ns: int) -> None:
        echo = read_echo(self.version, packet)
        if (
            echo is None
            or echo.id != self.id
            # every raw ICMP socket gets every ICMP packet of the host: others' pings, too
            or echo.to not in {"", self.address}
            or not self.outstanding.ours(echo.content)
        ):
            return
        classified = classify_icmp(self.version, echo.type, echo.code, from_target=sender == self.address)
        answer = (
            self.outstanding.take((echo.id, echo.sequence), sender, at_ns, classified)
            if classified is not None
            else None
        )
        if answer is not None:
            self._on_reply(answer)

    def close(self) -> None:
        """Close the socket."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._sock)
        self._icmp.close()
