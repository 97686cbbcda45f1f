"""OPTIONS over UDP against a real socket: the events, and the bytes sent."""

from __future__ import annotations

import asyncio
import socket

import pytest
from tests.probes.udp_phone import Phone, Reply, answer_to, at, phone, status, there

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.sip_options.destination import Server
from partnertui.probes.sip_options.events import (
    Answered,
    BadAnswer,
    DestinationChosen,
    Event,
    Provisional,
    Refused,
    Retransmitted,
    Sent,
    TimedOut,
)
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.transaction import ProbeOptions, final_response, send_options


async def run(reply: Reply, *, deadline: float = 0.4, host: str = "127.0.0.1") -> tuple[list[Event], Phone]:
    made = await phone(reply, host)
    events = [
        event async for event in send_options(at(made.port, host), there(made.port, host), ProbeOptions(deadline))
    ]
    assert [event.final for event in events] == [False] * (len(events) - 1) + [True]
    made.transport.close()
    return events, made


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_an_answer_with_the_phones_name(host: str) -> None:
    (going, sent, answered), made = await run(status(), host=host)
    assert isinstance(going, DestinationChosen)
    assert isinstance(sent, Sent)
    assert sent.text.encode() == made.raw[0]
    assert isinstance(answered, Answered)
    assert (answered.status, answered.reason, answered.user_agent) == (200, "OK", "Snom D785/10.1")
    assert answered.allow == ("INVITE", "ACK")
    assert 0 < answered.milliseconds < 400
    request, ours = made.requests[0], made.senders[0]
    destination = f"[{ours[0]}]:{ours[1]}" if ":" in host else f"{ours[0]}:{ours[1]}"
    assert request.headers.first("via").startswith(f"SIP/2.0/UDP {destination};branch=z9hG4bK")
    assert ";rport" in request.headers.first("via")
    assert request.headers.first("to") == "<sip:1001@lab.test>"


async def test_retransmissions_double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnertui.probes.sip_options.transaction.T1", 0.05)
    monkeypatch.setattr("partnertui.probes.sip_options.transaction.T2", 0.2)
    events, made = await run(lambda request, number: [], deadline=0.8)
    assert isinstance(events[-1], TimedOut)
    assert events[-1].sent == len(made.requests) == 6
    assert [event.number for event in events if isinstance(event, Retransmitted)] == [2, 3, 4, 5, 6]
    gaps = [late - early for early, late in zip(made.times, made.times[1:], strict=False)]
    assert gaps == pytest.approx([0.05, 0.1, 0.2, 0.2, 0.2], abs=0.04)
    assert len(set(made.raw)) == 1, "a retransmission is the same message"


async def test_the_times_of_the_rfc() -> None:
    events, _ = await run(lambda request, number: [answer_to(request)] if number == 3 else [], deadline=4)
    answered = events[-1]
    assert isinstance(answered, Answered)
    assert answered.sent == 3
    assert answered.milliseconds == pytest.approx(1500, abs=120)


async def test_a_proxy_that_is_trying_is_seldom_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timer that runs is let run, then it is T2 (RFC 3261, 17.1.2.2)."""
    monkeypatch.setattr("partnertui.probes.sip_options.transaction.T1", 0.1)
    monkeypatch.setattr("partnertui.probes.sip_options.transaction.T2", 0.4)
    events, made = await run(lambda request, number: [answer_to(request, 100, "Trying")], deadline=0.8)
    assert isinstance(events[2], Provisional)
    assert isinstance(events[-1], TimedOut)
    assert events[-1].trying
    gaps = [late - early for early, late in zip(made.times, made.times[1:], strict=False)]
    assert gaps == pytest.approx([0.1, 0.4], abs=0.04)


async def test_nobody_listens() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    refused = await final_response(at(port), there(port), ProbeOptions(4))
    assert isinstance(refused, Refused)
    assert refused.kind == "port"
    assert refused.after < 0.3


async def test_no_route() -> None:
    refused = await final_response(at(5060, "255.255.255.255"), there(5060, "255.255.255.255"), ProbeOptions(4))
    assert isinstance(refused, Refused)
    assert refused.kind == "local"


@pytest.mark.parametrize(
    "changes",
    [
        {"Via": "SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKother"},
        {"Call_ID": "another"},
        {"CSeq": "2 OPTIONS"},
        {"CSeq": "1 INVITE"},
        {"From": "<sip:partnertui@127.0.0.1>;tag=another"},
    ],
    ids=str,
)
async def test_an_answer_to_something_else_is_none(changes: dict[str, str]) -> None:
    events, _ = await run(status(200, "OK", **changes))
    assert isinstance(events[-1], TimedOut)


async def test_rubbish_is_said_unless_an_answer_follows() -> None:
    events, _ = await run(lambda request, number: [b"HTTP/1.1 400 Bad Request\r\n\r\n"])
    assert isinstance(events[-1], BadAnswer)
    events, _ = await run(lambda request, number: [b"\xff" * 65_000, b"\r\n\r\n", b"\0", answer_to(request)])
    assert isinstance(events[-1], Answered)


async def test_a_flood_ends_with_the_deadline() -> None:
    events, _ = await run(lambda request, number: [b"x"] * 3000, deadline=0.3)
    assert isinstance(events[-1], BadAnswer)


async def test_others_cannot_answer() -> None:
    made = await phone(lambda request, number: [])
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    events = []
    async for event in send_options(at(made.port), there(made.port), ProbeOptions(0.4)):
        events.append(event)
        if isinstance(event, Sent):
            await asyncio.sleep(0.05)
            stranger.sendto(answer_to(made.requests[0]), made.senders[0])
    stranger.close()
    assert isinstance(events[-1], TimedOut)


async def test_cancelled_between_two_packets() -> None:
    made = await phone(lambda request, number: [])
    task = asyncio.ensure_future(final_response(at(made.port), there(made.port), ProbeOptions(30)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 0.5)
    await asyncio.sleep(0.6)
    assert len(made.requests) == 1


async def test_an_aor_that_is_none_is_refused_in_words() -> None:
    target = Target("a b\r\nX: 1@lab.test", "sip:a@127.0.0.1", Server("127.0.0.1", 5060))
    with pytest.raises(ProbeRefused, match="No request can be built"):
        await final_response(target, there(5060), ProbeOptions(4))


async def test_an_aor_without_domain_gets_one() -> None:
    made = await phone(status())
    await final_response(
        Target("1001", "sip:1001@127.0.0.1", Server("127.0.0.1", made.port)), there(made.port), ProbeOptions(4)
    )
    assert made.requests[0].headers.first("to") == "<sip:1001@127.0.0.1>"
