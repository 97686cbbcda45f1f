"""OPTIONS over TCP and TLS against real sockets: framing, certificates, and connections that come to nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.probes.tcp_phone import Authority, authority, ok, stream_phone
from tests.probes.udp_phone import answer_to, at, there

from partnertui.probes.sip_options.connections import TlsTrust
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    CertificateUntrusted,
    Connected,
    Event,
    Final,
    Refused,
    Sent,
    TimedOut,
)
from partnertui.probes.sip_options.message_framer import MessageFramer
from partnertui.probes.sip_options.message_log import LoggedMessage
from partnertui.probes.sip_options.transaction import ProbeOptions, send_options
from partnertui.sip.errors import SipSyntaxError

SYSTEM = TlsTrust()


async def asked(
    port: int,
    transport: str,
    *,
    trust: TlsTrust = SYSTEM,
    name: str = "",
    deadline: float = 3.0,
    host: str = "127.0.0.1",
) -> tuple[list[Event], list[LoggedMessage]]:
    exchanged: list[LoggedMessage] = []
    destinations = there(port, host, transport, name)
    events = send_options(at(port, host), destinations, ProbeOptions(deadline, trust=trust), exchanged.append)
    return [event async for event in events], exchanged


def end(events: list[Event]) -> Final:
    assert [event.final for event in events] == [False] * (len(events) - 1) + [True]
    return events[-1]  # type: ignore[return-value]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_over_tcp(host: str) -> None:
    async with stream_phone(host=host) as phone:
        events, exchanged = await asked(phone.port, "tcp", host=host)
    answered = end(events)
    assert isinstance(answered, Answered)
    assert (answered.status, answered.user_agent) == (200, "Snom D785/10.1")
    assert [type(event) for event in events[1:3]] == [Connected, Sent]
    assert phone.requests[0].headers.first("via").startswith("SIP/2.0/TCP ")
    assert exchanged[0].data == phone.raw[0]
    assert [(one.transport, one.destination[1] == phone.port) for one in exchanged] == [("tcp", True), ("tcp", False)]
    assert exchanged[0].source == exchanged[1].destination
    assert 0 <= exchanged[1].time_us - exchanged[0].time_us < 3_000_000


async def test_nothing_is_sent_again_over_tcp() -> None:
    async with stream_phone(lambda request, number: []) as phone:
        events, _ = await asked(phone.port, "tcp", deadline=1.2)
        assert len(phone.requests) == 1
    assert isinstance(end(events), TimedOut)


async def test_an_answer_in_pieces_behind_other_messages() -> None:
    def reply(request: object, number: int) -> list[bytes]:
        answer = answer_to(request, Content_Length="4") + b"body"  # type: ignore[arg-type]
        other = answer_to(request, Call_ID="another")  # type: ignore[arg-type]
        return [
            b"\r\n\r\n",
            other,
            *(answer[start : start + 7] for start in range(0, len(answer), 7)),
        ]

    async with stream_phone(reply) as phone:
        events, exchanged = await asked(phone.port, "tcp")
    assert isinstance(end(events), Answered)
    assert exchanged[-1].data.endswith(b"body")


async def test_nobody_listens() -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        for transport in ("tcp", "tls"):
            refused = end((await asked(port, transport))[0])
            assert isinstance(refused, Refused)
            assert (refused.kind, refused.words) == ("port", "nothing is listening on that port")


async def test_a_connection_that_is_ended() -> None:
    async with stream_phone(lambda request, number: [b""]) as phone:
        refused = end((await asked(phone.port, "tcp"))[0])
    assert isinstance(refused, Refused)
    assert refused.kind == "closed"


async def test_a_connection_that_never_stands() -> None:
    """A listener whose queue is full lets further connections wait."""
    with closing(socket.socket()) as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        held = [socket.socket() for _ in range(3)]
        for one in held:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        await asyncio.sleep(0.05)
        timed_out = end((await asked(full.getsockname()[1], "tcp", deadline=0.5))[0])
        for one in held:
            one.close()
    assert isinstance(timed_out, TimedOut)
    assert timed_out.sent == 0


@pytest.mark.parametrize(
    "rubbish",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff" * 9000,
        b"SIP/2.0 200 OK\r\nl: 99999\r\n\r\n",
    ],
)
async def test_who_does_not_speak_sip_is_said_at_once(rubbish: bytes) -> None:
    async with stream_phone(lambda request, number: [rubbish]) as phone:
        bad = end((await asked(phone.port, "tcp"))[0])
    assert isinstance(bad, BadAnswer)
    assert bad.after < 2


async def test_too_many_headers_are_no_answer() -> None:
    many = "\r\n".join(f"X-{number}: x" for number in range(130))

    async with stream_phone(lambda request, number: [answer_to(request, Server=f"x\r\n{many}")]) as phone:
        bad = end((await asked(phone.port, "tcp", deadline=0.5))[0])
    assert isinstance(bad, BadAnswer)
    assert "128 headers" in bad.why


# TLS


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that signs the phones' certificates."""
    return authority(tmp_path_factory.mktemp("authority"))


async def over_tls(
    context: ssl.SSLContext, trust: TlsTrust, name: str = "sip.lab.test"
) -> tuple[list[Event], list[LoggedMessage]]:
    async with stream_phone(ok, context) as phone:
        return await asked(phone.port, "tls", trust=trust, name=name)


async def test_a_right_certificate(lab: Authority) -> None:
    events, exchanged = await over_tls(lab.context("sip.lab.test"), TlsTrust(ca=lab.pem))
    answered = end(events)
    assert isinstance(answered, Answered)
    assert answered.untrusted == ""
    connected = next(event for event in events if isinstance(event, Connected))
    assert connected.words.startswith("TLSv1.3, ")
    assert not any(isinstance(event, CertificateUntrusted) for event in events)
    assert {one.transport for one in exchanged} == {"tls"}
    assert exchanged[0].data.startswith(b"OPTIONS "), "what is kept can be read"


async def test_a_certificate_for_an_address(lab: Authority) -> None:
    events, _ = await over_tls(lab.context("127.0.0.1"), TlsTrust(ca=lab.pem), name="")
    assert getattr(end(events), "untrusted", None) == ""


@pytest.mark.parametrize(
    ("names", "days", "own", "words"),
    [
        (["other.test", "third.test"], (-1, 30), False, "is for other.test, third.test, not for sip.lab.test"),
        (["sip.lab.test"], (-30, -2), False, "its certificate expired on 20"),
        (["sip.lab.test"], (2, 30), False, "its certificate isn't valid until 20"),
        (["sip.lab.test"], (-1, 30), True, "its certificate is self-signed"),
    ],
)
async def test_a_wrong_certificate_is_told_and_the_answer_still_comes(
    lab: Authority, names: list[str], days: tuple[int, int], own: bool, words: str
) -> None:
    events, _ = await over_tls(lab.context(*names, days=days, own=own), TlsTrust(ca=lab.pem))
    answered = end(events)
    assert isinstance(answered, Answered)
    assert answered.status == 200
    assert words in answered.untrusted
    assert [event.words for event in events if isinstance(event, CertificateUntrusted)] == [answered.untrusted]


async def test_an_authority_that_nobody_knows(lab: Authority) -> None:
    answered = end((await over_tls(lab.context("sip.lab.test"), TlsTrust()))[0])
    assert isinstance(answered, Answered)
    assert "Lab Authority" in answered.untrusted


async def test_without_verifying_nothing_is_wrong(lab: Authority) -> None:
    answered = end((await over_tls(lab.context("other.test", own=True), TlsTrust(verify=False)))[0])
    assert isinstance(answered, Answered)
    assert answered.untrusted == ""


async def test_a_port_without_tls() -> None:
    async with stream_phone() as phone:
        refused = end((await asked(phone.port, "tls", deadline=1))[0])
    assert isinstance(refused, Refused)
    assert refused.words == "the port is open, but never answers the TLS handshake"

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    refused = end((await asked(server.sockets[0].getsockname()[1], "tls"))[0])
    server.close()
    assert isinstance(refused, Refused)
    assert (refused.kind, refused.words) == ("tls", "the port is open, but doesn't speak TLS")


async def test_a_client_certificate_is_wanted(lab: Authority) -> None:
    context = lab.context("sip.lab.test")
    context.verify_mode = ssl.CERT_REQUIRED
    refused = end((await over_tls(context, TlsTrust(ca=lab.pem)))[0])
    assert isinstance(refused, Refused)
    assert refused.kind in {"tls", "closed"}


# framing


WHOLE = b"SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nbody"
COMPACT = b"OPTIONS sip:a@b SIP/2.0\r\nl:0\r\n\r\n"


@given(st.lists(st.sampled_from([WHOLE, COMPACT, b"\r\n\r\n"]), max_size=6), st.lists(st.integers(1, 40), max_size=30))
def test_however_a_stream_is_cut_the_messages_are_the_same(sent: list[bytes], cuts: list[int]) -> None:
    framer, stream, got, destination = MessageFramer(), b"".join(sent), [], 0
    for cut in [*cuts, len(stream)]:
        got += list(framer.feed(stream[destination : destination + cut]))
        destination += cut
    assert got == [message for message in sent if message.strip()]


@pytest.mark.parametrize("rest", [b"X: y\r\n" * 20_000, b"l: 65535\r\n\r\n"])
def test_what_is_too_large_is_not_kept(rest: bytes) -> None:
    with pytest.raises(SipSyntaxError):
        list(MessageFramer().feed(b"SIP/2.0 200 OK\r\n" + rest))


def test_a_wrong_path_for_authorities_is_said(tmp_path: Path) -> None:
    from partnertui.domain.errors import DomainError

    async def go() -> None:
        async with stream_phone() as phone:
            await asked(phone.port, "tls", trust=TlsTrust(ca=str(tmp_path / "missing.pem")))

    with pytest.raises(DomainError, match="No certificate can be read"):
        asyncio.run(go())
