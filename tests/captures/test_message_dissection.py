"""Trees of messages: tshark's fields are ours, below SIP are the frames that were captured, nothing is left behind."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest
from tests.captures.packet_builder import A, B, ether, ip, pcap, tcp, udp

from partnertui.calls.trace_model import Endpoint, Message
from partnertui.captures import message_dissection as dissecting
from partnertui.captures import tshark
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.field_tree import Tree, tree_of
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.message_dissection import dissect
from partnertui.domain.errors import DomainError

CORE = Path(__file__).parent.parent / "captures" / "lab-core.pcap"
pytestmark = pytest.mark.tshark


def messages_in(path: Path, index_path: Path) -> list[Message]:
    """All messages of a capture, in order of time."""
    with Index(index_path) as index:
        IndexUpdate(index).update([path])
        loader = CallLoader(index)
        found = [message for traces in loader.all([path]) for trace in traces for message in trace.messages]
        loader.close()
    return sorted(found, key=lambda message: (message.time_us, message.frame))


async def trees_of(messages: list[Message], index: Path | None = None) -> dict[int, Tree]:
    """The trees by place."""
    found: dict[int, Tree] = {}
    await dissect(messages, found.__setitem__, index)
    return found


def the_same(message: Message, tree: Tree) -> None:
    """tshark reads in a message what we read."""
    reading = message.reading
    assert tree.value("sip.Call-ID") == message.call_id
    assert tree.value("sip.CSeq.seq") == str(reading.cseq)
    assert tree.value("sip.CSeq.method") == message.method
    assert tree.value("sip.Status-Code") == (str(message.status) if message.status else "")
    assert tree.value("sip.from.tag") == reading.from_tag
    assert tree.value("sip.to.tag") == reading.to_tag
    if message.sdp is not None:
        assert tree.value("sdp.version") == "0"
        assert tree.value("sdp.connection_info.address")


def sip(method: str, number: int, status: str = "", extra: str = "", body: str = "") -> bytes:
    """A request, or with a status its answer."""
    start = f"SIP/2.0 {status}" if status else f"{method} sip:200@203.0.113.10 SIP/2.0"
    return (
        f"{start}\r\nVia: SIP/2.0/TCP 198.51.100.6:5060;branch=z9hG4bK{number}\r\nFrom: <sip:100@a.test>;tag=f\r\n"
        f"To: <sip:200@a.test>{';tag=t' if status else ''}\r\nCall-ID: one@a.test\r\nCSeq: {number} {method}\r\n{extra}"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


SDP = "v=0\r\no=- 1 1 IN IP4 198.51.100.6\r\ns=-\r\nc=IN IP4 198.51.100.6\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"


async def test_fields_of_real_calls_are_ours_and_below_them_are_the_frames(tmp_path: Path) -> None:
    messages = messages_in(CORE, tmp_path / "index.db")
    trees = await trees_of(messages, tmp_path / "index.db")
    assert sorted(trees) == list(range(len(messages)))
    for place, message in enumerate(messages):
        tree = trees[place]
        the_same(message, tree)
        names = [layer.name for layer in tree.layers]
        if message.transport == "udp":
            assert names[:4] in (["frame", "sll", "ip", "udp"], ["frame", "sll", "ipv6", "udp"])
            assert tree.value("frame.number") == str(message.frame)
            assert tree.layers[0].text.startswith(f"Frame {message.frame}: ")
            assert tree.value("udp.srcport") == str(message.source.port)
        else:
            assert tree.made
            assert names[0] == "sip"


async def test_what_came_over_tcp_in_pieces_is_one_message(tmp_path: Path) -> None:
    invite, ok = sip("INVITE", 1, extra="Content-Type: application/sdp\r\n", body=SDP), sip("INVITE", 1, "200 OK")
    packets = [
        tcp(b"", 100, flags=2),
        tcp(b"", 500, B, A, flags=0x12),
        tcp(invite[:120], 101),
        tcp(invite[120:], 221),
        tcp(ok, 501, B, A),
    ]
    ends = [(A, B), (B, A), (A, B), (A, B), (B, A)]
    path = tmp_path / "tcp.pcap"
    path.write_bytes(pcap([ether(ip(one, 6, *way)) for one, way in zip(packets, ends, strict=True)]))
    messages = messages_in(path, tmp_path / "index.db")
    assert [message.transport for message in messages] == ["tcp", "tcp"]
    trees = await trees_of(messages, tmp_path / "index.db")
    for place, message in enumerate(messages):
        the_same(message, trees[place])
        assert [layer.name for layer in trees[place].layers] == ["sip"]
    depths = {field.name: field.depth for field in trees[0].layers[0].fields}
    assert depths["sip.msg_hdr"] == 0 < depths["sip.Via"] < depths["sip.Via.branch"]
    assert "sdp.media.port" in depths


async def test_a_capture_that_is_not_indexed_is_searched(tmp_path: Path) -> None:
    path = tmp_path / "ports.pcap"
    near, there = ("198.51.100.6", 4569), ("203.0.113.10", 1812)  # ports that have other uses
    path.write_bytes(pcap([ether(ip(udp(sip("OPTIONS", 1), near, there), 17, near, there), 7)] * 3))
    with Index(tmp_path / "index.db") as index:
        trace = CallFinder(index).call([path], ["one@a.test"])
        assert trace is not None
        assert index.file(path) is None
    trees = await trees_of(list(trace.messages), tmp_path / "index.db")
    assert [layer.name for layer in trees[2].layers] == ["frame", "eth", "vlan", "ip", "udp", "sip"]
    assert trees[2].value("frame.number") == "3"


async def test_messages_out_of_a_table_have_sip_alone() -> None:
    message = Message(
        5, 1_795_000_000_000_000, "tls", Endpoint(*A), Endpoint("not an address", 1), sip("BYE", 9), "sip_trace"
    )
    trees = await trees_of([message])
    the_same(message, trees[0])
    assert trees[0].made


async def test_a_capture_that_is_gone_or_another_one_by_now(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([ether(ip(udp(sip("OPTIONS", 1))))]))
    messages = messages_in(path, tmp_path / "index.db")
    path.write_bytes(pcap([ether(ip(udp(sip("MESSAGE", 2))))]))
    assert (await trees_of(messages, tmp_path / "index.db"))[0].made
    path.unlink()
    assert (await trees_of(messages, tmp_path / "index.db"))[0].value("sip.Method") == "OPTIONS"


async def test_a_message_that_no_datagram_holds() -> None:
    body = "x" * 70_000
    message = Message(1, 1, "tcp", Endpoint(*A), Endpoint(*B), sip("MESSAGE", 1, body=body), "")
    after = Message(2, 2, "tcp", Endpoint(*B), Endpoint(*A), sip("MESSAGE", 1, "200 OK"), "")
    trees = await trees_of([message, after])
    assert trees[0].value("sip.Call-ID") == "one@a.test"
    assert trees[1].value("sip.Status-Code") == "200"


def children() -> set[str]:
    """Processes that we started and that are there still."""
    own = f"/proc/self/task/{os.getpid()}/children"
    return set(Path(own).read_text().split())


async def test_cancelled_at_any_time_it_leaves_nothing(tmp_path: Path) -> None:
    messages = messages_in(CORE, tmp_path / "index.db")
    before = children()
    for number in range(12):
        job = asyncio.create_task(trees_of(messages * 3, tmp_path / "index.db"))
        await asyncio.sleep(number * 0.04)
        job.cancel()  # a fast machine may have done the job by now
        with suppress(asyncio.CancelledError):
            await job
        assert job.done()
    for _ in range(50):
        if children() <= before:
            break
        await asyncio.sleep(0.1)
    assert children() <= before
    assert not [name for name in os.listdir(tmp_path) if name.startswith("partnertui-")]


async def test_many_one_after_the_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    messages = messages_in(CORE, tmp_path / "index.db")[:5]
    for _ in range(10):
        assert len(await trees_of(messages, tmp_path / "index.db")) == 5
    assert caplog.text == ""


async def test_too_long_and_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    message = Message(1, 1, "udp", Endpoint(*A), Endpoint(*B), sip("OPTIONS", 1), "")
    monkeypatch.setattr(dissecting, "MOST", 3)
    assert len(await trees_of([message] * 9)) == 3
    monkeypatch.setattr(dissecting, "SECONDS", 0.01)
    with pytest.raises(DomainError, match="didn't dissect"):
        await trees_of([message])


async def test_without_tshark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "installed", lambda: False)
    with pytest.raises(DomainError, match="tshark isn't installed") as caught:
        await trees_of([])
    assert "apt-get install tshark" in caught.value.advice


async def test_tshark_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "tshark"
    program.write_text("#!/bin/sh\nprintf '\\377 broken\\n' >&2\nexit 2\n")
    program.chmod(0o755)
    monkeypatch.setattr(tshark, "PROGRAM", program)
    with pytest.raises(DomainError, match="couldn't dissect"):
        await trees_of([Message(1, 1, "udp", Endpoint(*A), Endpoint(*B), sip("OPTIONS", 1), "")])


def test_xml_that_is_none_and_text_that_is_hostile() -> None:
    assert tree_of(b"<packet><proto", {}, False) is None
    assert tree_of(b'<packet><proto name="x" pos="-1" showname="a\x1b&#10;"/></packet>', {}, False) is not None
    deep = b"<packet><proto name='x'>" + b"<field name='f' show='1'>" * 90 + b"</field>" * 90 + b"</proto></packet>"
    tree = tree_of(deep, {}, False)
    assert tree is not None
    assert max(field.depth for field in tree.layers[0].fields) < 40
