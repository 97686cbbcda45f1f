"""Simulates phones that answer OPTIONS on loopback, and a proxy for those behind NAT."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias
from zlib import crc32

from partnertui.demo.platform.addresses import BEHIND_NAT, BUSY, IDLE, MIXED, PROXY, SLOW
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.message import Request, Response, parse_message
from partnertui.sip.uri import parse_uri

Place: TypeAlias = tuple[str, int]
RETRY_SECONDS = 1.0
"""How often an address is tried that another demo on this host has taken; until then that one's phone answers."""
GIVE_UP_SECONDS = 2.0
"""When the proxy answers 408 for a phone that is silent; real ones wait for up to 32 s."""
AGENT = "Yealink SIP-T54W 96.86.0.100"
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE"


@dataclass(frozen=True)
class Habits:
    """How a phone answers: status, and the seconds that it takes."""

    status: int = 200
    reason: str = "OK"
    seconds: float = 0.004
    only_from_proxy: bool = False


PHONES: Mapping[Place, Habits] = {
    IDLE: Habits(),
    BUSY: Habits(486, "Busy Here", 0.006),
    SLOW: Habits(seconds=0.74),
    BEHIND_NAT[0]: Habits(seconds=0.005, only_from_proxy=True),
    BEHIND_NAT[1]: Habits(seconds=0.011, only_from_proxy=True),
}


class Datagrams(asyncio.DatagramProtocol):
    """An endpoint that reads SIP; what isn't SIP is dropped."""

    transport: asyncio.DatagramTransport | None = None
    """Set once it listens."""

    def send(self, data: bytes, place: Place) -> None:
        """Sends a datagram; lost like any other where it isn't listening yet."""
        if self.transport is not None:
            self.transport.sendto(data, place)

    def datagram_received(self, data: bytes, addr: Place) -> None:
        """See asyncio."""
        with suppress(SipSyntaxError):
            message = parse_message(data)
            self.received(message, addr)

    def received(self, message: Request | Response, source: Place) -> None:
        """Handles a message."""


class Phone(Datagrams):
    """A phone; `agents` has the User-Agent by the user's name."""

    def __init__(self, habits: Habits, agents: Mapping[str, str]) -> None:
        self.habits, self.agents = habits, agents

    def received(self, message: Request | Response, source: Place) -> None:
        """Answers, unless NAT keeps the packet out."""
        blocked = self.habits.only_from_proxy and source[0] != PROXY[0]
        if isinstance(message, Request) and message.method == "OPTIONS" and not blocked:
            answer = response(message, self.habits.status, self.habits.reason, self.agents.get(user_of(message), AGENT))
            asyncio.get_running_loop().call_later(self.habits.seconds, self.send, answer, source)


class Proxy(Datagrams):
    """Forwards to phones on loopback, and their answers back; it never sends to another network."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[Place, asyncio.TimerHandle]] = {}
        """Who asked, and when it is given up, by the branch of its request."""

    def received(self, message: Request | Response, source: Place) -> None:
        """Forwards it."""
        if isinstance(message, Request):
            if message.method == "OPTIONS":
                self._forward(message, source)
            return
        via = message.headers.all("Via")
        found = self.open.pop(branch_of(via[0]), None) if len(via) > 1 else None
        if found is not None:
            asker, timer = found
            timer.cancel()
            self.send(render_response(message, via[1:]), asker)

    def _forward(self, request: Request, source: Place) -> None:
        branch = branch_of(request.headers.first("Via")) + ".p"
        known = self.open.pop(branch, None)
        if known is not None:  # a retransmission: the first one's time counts
            timer = known[1]
        else:
            timer = asyncio.get_running_loop().call_later(GIVE_UP_SECONDS, self._give_up, branch, request, source)
        self.open[branch] = (source, timer)
        via = f"SIP/2.0/UDP {PROXY[0]}:{PROXY[1]};branch={branch}"
        lines = [f"{request.method} {request.uri} SIP/2.0", f"Via: {via}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items if name.lower() != "route"]
        self.send(("\r\n".join([*lines, "", ""])).encode() + request.body, phone_of(request))

    def _give_up(self, branch: str, request: Request, source: Place) -> None:
        if self.open.pop(branch, None) is not None:
            self.send(response(request, 408, "Request Timeout", "partner-switch 5.6"), source)


def phone_of(request: Request) -> Place:
    """Where the proxy forwards to: the next hop if it is one of the demo's phones, else one that stands for it."""
    for route in request.headers.all("Route")[1:]:
        with suppress(SipSyntaxError):
            uri = parse_uri(route.strip().strip("<>"))
            place = (uri.host, uri.port or 5060)
            if place in PHONES or place in MIXED:
                return place
    return MIXED[crc32(user_of(request).encode()) % len(MIXED)]


def user_of(request: Request) -> str:
    """The user of the request URI."""
    with suppress(SipSyntaxError):
        return parse_uri(request.uri).user
    return ""


def branch_of(via: str) -> str:
    """The branch of a Via header."""
    return via.partition("branch=")[2].partition(";")[0]


def response(request: Request, status: int, reason: str, agent: str) -> bytes:
    """An answer to a request, made where it is received."""
    lines = [f"SIP/2.0 {status} {reason}", *(f"Via: {via}" for via in request.headers.all("Via"))]
    lines += [f"{name}: {request.headers.first(name)}" for name in ("From", "Call-ID", "CSeq")]
    lines += [f"To: {request.headers.first('To')};tag=demo", f"User-Agent: {agent}", f"Allow: {ALLOW}"]
    return "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode()


def render_response(message: Response, via: list[str]) -> bytes:
    """An answer with other Via headers."""
    lines = [f"SIP/2.0 {message.status} {message.reason}", *(f"Via: {one}" for one in via)]
    lines += [f"{name}: {value}" for name, value in message.headers.items if name.lower() not in {"via", "v"}]
    return "\r\n".join([*lines, "", ""]).encode() + message.body


async def answer(agents: Mapping[str, str]) -> None:
    """Lets all phones and the proxy answer until cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_listen(Proxy(), PROXY))
        for place, habits in PHONES.items():
            group.create_task(_listen(Phone(habits, agents), place))


async def _listen(protocol: Datagrams, place: Place) -> None:
    loop = asyncio.get_running_loop()
    while True:
        try:
            protocol.transport, _ = await loop.create_datagram_endpoint(lambda: protocol, local_addr=place)
        except OSError:  # another demo has it
            await asyncio.sleep(RETRY_SECONDS)
            continue
        try:
            await asyncio.Event().wait()
        finally:
            protocol.transport.close()
