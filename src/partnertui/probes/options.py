"""Sends one OPTIONS over UDP and tells what happens (RFC 3261, sections 11 and 17.1.2).

The socket is connected, so that the kernel drops what others send and hands us the network's refusals.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from asyncio.trsock import TransportSocket
from collections.abc import AsyncIterator
from typing import cast

from partnertui.probes.addresses import ProbeRefused
from partnertui.probes.events import (
    Answered,
    BadAnswer,
    Event,
    Final,
    Provisional,
    Refused,
    Retransmitted,
    Sent,
    TimedOut,
)
from partnertui.probes.targets import Target
from partnertui.sip.address import parse_address, parse_vias
from partnertui.sip.checks import parse_cseq
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.message import Request, Response, parse_message
from partnertui.sip.options import Options

T1, T2 = 0.5, 4.0
"""Estimate of the round trip and longest gap between requests, seconds (RFC 3261, 17.1.1.1)."""
MOST_WAITING = 64
_IP_RECVERR, _IPV6_RECVERR = 11, 25
"""linux/in.h and linux/in6.h."""

_UNREACHABLE = {
    errno.ECONNREFUSED: ("port", "nobody listens on that port"),
    errno.EHOSTUNREACH: ("host", "the host cannot be reached"),
    errno.ENETUNREACH: ("network", "there is no route to that network"),
    errno.EACCES: ("local", "a firewall forbids it"),
    errno.EPERM: ("local", "a firewall on this host forbids it"),
    errno.EAFNOSUPPORT: ("local", "this host has no IPv6"),
    errno.EADDRNOTAVAIL: ("local", "this host has no address of that kind"),
}


class _Inbox(asyncio.DatagramProtocol):
    """What comes in, in order; a flood beyond what is waited for is dropped."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes | OSError] = asyncio.Queue(MOST_WAITING)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self.queue.full():
            self.queue.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.queue.full():
            self.queue.put_nowait(exc)


async def send_options(
    target: Target, address: str, *, deadline: float = 4.0, from_uri: str = "", user_agent: str = "partnertui"
) -> AsyncIterator[Event]:
    """Asks the phone at `address` (see targets.address_of) for up to `deadline` seconds; the last event is final.

    Closing the iterator, or cancelling its task, ends it between any two packets. Raises ProbeRefused for a target
    that makes no SIP message.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, inbox = await loop.create_datagram_endpoint(_Inbox, remote_addr=(address, target.port))
    except OSError as error:
        yield _refused(error, 0.0)
        return
    try:
        _hear_refusals(transport.get_extra_info("socket"), address)
        host, port = transport.get_extra_info("sockname")[:2]
        async for event in _exchange(transport, inbox, _request(target, host, port, from_uri, user_agent), deadline):
            yield event
    finally:
        transport.close()


def _hear_refusals(sock: TransportSocket, address: str) -> None:
    """Without this, Linux keeps “host unreachable” to itself: it may pass, but an agent wants to know of it now."""
    if sys.platform != "linux":
        return
    level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if ":" in address else (socket.IPPROTO_IP, _IP_RECVERR)
    sock.setsockopt(level, option, 1)


def _request(target: Target, host: str, port: int, from_uri: str, user_agent: str) -> Options:
    ours = _bracketed(host)
    aor = target.aor if "@" in target.aor else f"{target.aor}@{_bracketed(target.host)}"
    to = aor if aor[:4].lower() in {"sip:", "sips"} else f"sip:{aor}"
    options = Options(
        target.request_uri, f"{ours}:{port}", from_uri or f"sip:partnertui@{ours}", to, routes=target.routes,
        user_agent=user_agent,
    )  # fmt: skip
    try:
        options.render()
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"No request can be made for this registration: {error}.", advice="Look at its AOR and contact."
        ) from None
    return options


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def _exchange(
    transport: asyncio.DatagramTransport, inbox: _Inbox, options: Options, deadline: float
) -> AsyncIterator[Event]:
    loop, data = asyncio.get_running_loop(), options.render()
    begun = loop.time()
    end, gap, sent, trying, bad = begun + deadline, T1, 1, False, ""
    transport.sendto(data)
    yield Sent(data.decode())
    again = begun + gap
    while (now := loop.time()) < end:
        try:
            async with asyncio.timeout_at(min(again, end)):
                got = await inbox.queue.get()
        except TimeoutError:
            if (now := loop.time()) >= end:
                break
            transport.sendto(data)
            sent, gap = sent + 1, T2 if trying else min(gap * 2, T2)
            again = now + gap
            yield Retransmitted(sent, now - begun)
            continue
        now = loop.time()
        if isinstance(got, OSError):
            yield _refused(got, now - begun)
            return
        read = _read(got, options)
        if isinstance(read, str):
            bad = bad or read
        elif read is not None and read.status < 200:
            trying, again = True, now + T2
            yield Provisional(read.status, read.reason, now - begun)
        elif read is not None:
            yield _answered(read, got, (now - begun) * 1000, sent)
            return
    yield BadAnswer(bad, deadline) if bad else TimedOut(deadline, sent, trying)


def _read(data: bytes, options: Options) -> Response | str | None:
    """The answer to our request; None for a message of something else, a sentence for what is no SIP."""
    if not data.strip(b"\r\n\0"):
        return None  # a keep-alive
    try:
        message = parse_message(data)
        if isinstance(message, Request):
            return None
        vias = [via for value in message.headers.all("via") for via in parse_vias(value)]
        tag = parse_address(message.headers.first("from")).parameters.get("tag")
        cseq = parse_cseq(message.headers.first("cseq"))
    except SipSyntaxError as error:
        return str(error)
    ours = (
        len(vias) == 1
        and vias[0].branch == options.branch
        and cseq == (options.cseq, "OPTIONS")
        and message.headers.first("call-id") == options.call_id
        and tag == options.tag
    )
    return message if ours else None


def _answered(response: Response, data: bytes, milliseconds: float, sent: int) -> Answered:
    headers = response.headers
    allow = tuple(word.strip() for value in headers.all("allow") for word in value.split(",") if word.strip())
    return Answered(
        response.status, response.reason, milliseconds, sent, headers.first("user-agent"), headers.first("server"),
        allow, headers.first("warning"), data.decode("utf-8", "replace"),
    )  # fmt: skip


def _refused(error: OSError, after: float) -> Refused:
    kind, words = _UNREACHABLE.get(error.errno or 0, ("local", error.strerror or "the network reported an error"))
    return Refused(kind, words, after)


async def ask(target: Target, address: str, *, deadline: float = 4.0) -> Final:
    """The same, for those who want the end only."""
    async for event in send_options(target, address, deadline=deadline):
        if event.final:
            return cast(Final, event)
    raise AssertionError("every stream ends with a final event")
