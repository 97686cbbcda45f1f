"""Captures of every kind give the messages that are in them: made byte by byte, and real ones as tshark counts."""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.calls.call_scripts import messages
from tests.captures.expected_captures import EXPECTED
from tests.captures.packet_builder import A, B, ether, ip, pcap, pcapng, sll, sll2, tcp, udp
from tests.left_out import CAPTURES

from partnertui.calls.trace_model import Message, Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexingStopped, IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.capture_file import Capture
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.pcapng_writer import Extract
from partnertui.captures.unindexed_search import Search
from partnertui.domain.errors import DomainError

HERE = Path(__file__).parents[1] / "captures"
INVITE, RINGING = (message.data for message in messages("0 A>P INVITE 1 sdp=192.0.2.1:4000/PCMA\n0.1 P>A 180 INVITE 1"))
LONG = INVITE.replace(b"User-Agent", b"X").replace(b"CSeq", b"X-Long: " + b"x" * 3000 + b"\r\nCSeq")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as opened:
        yield opened


def read(index: Index, path: Path, **options: object) -> list[Trace]:
    """All calls of a capture; fails on anything that could not be read."""
    assert IndexUpdate(index, **options).update([path]) == []  # type: ignore[arg-type]
    loader = CallLoader(index)
    try:
        return [trace for some in loader.all([path]) for trace in some]
    finally:
        loader.close()


def all_messages(traces: list[Trace]) -> list[Message]:
    return sorted((m for trace in traces for m in trace.messages), key=lambda m: m.frame)


def fragments(payload: bytes) -> list[bytes]:
    body = udp(payload)
    return [ip(body[:1480], fragment=0x2000), ip(body[1480:2960], fragment=0x2000 | 185), ip(body[2960:], fragment=370)]


GTP = (B[0], 2152)
V6 = (("2001:db8::1", 5060), ("2001:db8::2", 5070))
KINDS = {
    "Ethernet": pcap([ether(ip(udp(INVITE))), ether(ip(udp(RINGING)))]),
    "VLAN": pcap([ether(ip(udp(INVITE)), 7), ether(ip(udp(RINGING)), 8)]),
    "two VLAN tags": pcap([ether(ip(udp(INVITE)), 7, 9), ether(ip(udp(RINGING)), 7, 9)]),
    "cooked": pcap([sll(ip(udp(INVITE))), sll(ip(udp(RINGING)))], 113),
    "cooked, version 2": pcap([sll2(ip(udp(INVITE))), sll2(ip(udp(RINGING)))], 276),
    "raw IP": pcap([ip(udp(INVITE)), ip(udp(RINGING))], 101),
    "loopback": pcap([b"\2\0\0\0" + ip(udp(INVITE)), b"\2\0\0\0" + ip(udp(RINGING))], 0),
    "IPv6": pcap([ether(ip(udp(INVITE, *V6), 17, *V6)), ether(ip(udp(RINGING, *V6), 17, *V6))]),
    "big-endian": pcap([ether(ip(udp(INVITE))), ether(ip(udp(RINGING)))], order=">"),
    "nanoseconds": pcap([ether(ip(udp(INVITE))), ether(ip(udp(RINGING)))], nano=True),
    "padded": pcap([ether(ip(udp(INVITE))) + b"\0" * 12, ether(ip(udp(RINGING))) + b"\0" * 5]),
    "a keep-alive before it": pcap([ether(ip(udp(b"\r\n\r\n" + INVITE))), ether(ip(udp(RINGING)))]),
    "fragments": pcap([*map(ether, fragments(LONG)), ether(ip(udp(RINGING)))]),
    "TCP": pcap(
        [
            ether(ip(tcp(part, number), 6))
            for part, number in ((b"", 0), (INVITE[:100], 1), (INVITE[100:], 101), (RINGING, 1 + len(INVITE)))
        ]
    ),
    "two in a segment": pcap([ether(ip(tcp(INVITE + RINGING, 1), 6))]),
    "IP in IP": pcap([ether(ip(ip(udp(INVITE)), 4)), ether(ip(ip(udp(RINGING)), 4))]),
    "LLC": pcap(
        [
            b"\2" * 12 + struct.pack(">H", len(ip(udp(data))) + 8) + b"\xaa\xaa\3\0\0\0\x08\0" + ip(udp(data))
            for data in (INVITE, RINGING)
        ]
    ),
    "authentication header": pcap(
        [ether(ip(struct.pack(">BBHII12x", 17, 4, 0, 1, 1) + udp(data), 51)) for data in (INVITE, RINGING)]
    ),
    "GTP-U": pcap(
        [
            ether(ip(udp(struct.pack(">BBHI", 0x30, 0xFF, len(ip(udp(data))), 1) + ip(udp(data)), A, GTP), 17))
            for data in (INVITE, RINGING)
        ]
    ),
    "segments that hold the end of one and the beginning of another": pcap(
        [
            ether(ip(tcp((INVITE + RINGING)[place : place + 400], place + 1), 6))
            for place in range(0, len(INVITE + RINGING), 400)
        ]
    ),
    "pcapng": pcapng([[(1, 6, ether(ip(udp(INVITE)))), (101, 9, ip(udp(RINGING)))]]),
    "pcapng, two sections": pcapng([[(1, 6, ether(ip(udp(INVITE))))], [(113, 0x94, sll(ip(udp(RINGING))))]]),
    "pcapng, big-endian": pcapng([[(1, 6, ether(ip(udp(INVITE)))), (1, 6, ether(ip(udp(RINGING))))]], ">"),
}

OVER_TCP = [kind for kind in KINDS if kind == "TCP" or "segment" in kind]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_capture(index: Index, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(KINDS[kind])
    (trace,) = read(index, path)
    assert [message.reading.start for message in trace.messages] == ["INVITE", "180 Ringing"]
    first = trace.messages[0]
    assert first.data == (LONG if kind == "fragments" else INVITE) or first.data == b"\r\n\r\n" + INVITE
    assert abs(first.time_us - 1_795_000_000_000_000) < 1_000_000
    assert first.source.address == ("2001:db8::1" if kind == "IPv6" else A[0])
    assert (first.destination.address, first.transport) == (
        ("2001:db8::2", "udp") if kind == "IPv6" else (B[0], "tcp" if kind in OVER_TCP else "udp")
    )
    with Capture(path) as capture:
        assert capture.records().damage == ""


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in KINDS
        if kind not in ("fragments", "IP in IP", "LLC", "authentication header", "GTP-U", *OVER_TCP)
    ],
)
def test_a_call_is_found_without_an_index(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(KINDS[kind])
    with Capture(path) as capture:
        found = Search(capture).of({"c1"})
        assert [message.reading.start for message in found] == ["INVITE", "180 Ringing"]
        assert Search(capture).of({"nobody"}) == []


@pytest.mark.parametrize("kind", KINDS)
def test_finding_falls_back_to_tshark_where_it_must(index: Index, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(KINDS[kind])
    trace = CallFinder(index).call([path], ["nobody", "c1"])
    assert trace is not None
    assert [message.reading.start for message in trace.messages] == ["INVITE", "180 Ringing"]


def as_tshark_counts(index: Index, path: Path) -> None:
    """The same messages by frame and Call-ID."""
    command = ["tshark", "-n", "-r", str(path), "-Y", "sip", "-T", "fields", "-e", "frame.number", "-e", "sip.Call-ID"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    rows = (line.split("\t") for line in told)
    theirs = Counter((int(frame), call_id) for frame, ids in rows for call_id in ids.split(","))
    assert Counter((message.frame, message.call_id) for message in all_messages(read(index, path))) == theirs


@pytest.mark.parametrize("name", ["lab-core.pcap", "lab-edge.pcap"])
def test_as_many_calls_and_messages_as_tshark(index: Index, name: str) -> None:
    as_tshark_counts(index, HERE / name)


@pytest.mark.captures
@pytest.mark.parametrize("name", EXPECTED)
def test_as_many_as_tshark_in_real_captures(index: Index, name: str) -> None:
    as_tshark_counts(index, CAPTURES / name)


def test_a_capture_that_grows_is_read_on(index: Index, tmp_path: Path) -> None:
    path, whole = tmp_path / "a.pcap", KINDS["Ethernet"]
    cut = len(whole) - 10
    path.write_bytes(whole[:cut])
    IndexUpdate(index).update([path])
    known = index.file(path)
    assert known is not None
    assert "truncated" in known.notes[0]
    assert known.messages == 1
    path.write_bytes(whole)
    (trace,) = read(index, path)
    assert [message.frame for message in trace.messages] == [1, 2]
    assert index.connection.execute("SELECT count(*) FROM parts").fetchone() == (2,), "the first was not read again"


def test_another_file_of_the_same_name_is_read_anew(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(KINDS["Ethernet"])
    read(index, path)
    path.unlink()
    path.write_bytes(pcap([ether(ip(udp(INVITE.replace(b"c1", b"c2"))))]))
    (trace,) = read(index, path)
    assert trace.call_ids == ("c2",)
    assert not index.known("c1")


def test_stopping_keeps_what_was_read(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "big.pcap"
    packets = [ether(ip(udp(INVITE.replace(b"c1", b"c%d" % number)))) for number in range(11_000)]
    path.write_bytes(pcap(packets, step=0.001))
    stop, told = threading.Event(), []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) > 1:
            stop.set()

    with pytest.raises(IndexingStopped):
        IndexUpdate(index, tell, stop).update([path])
    (kept,) = index.connection.execute("SELECT count(*) FROM parts").fetchone()
    assert 0 < kept < 11_000
    assert told[-1][1] == path.stat().st_size
    assert IndexUpdate(index).update([path]) == []
    assert index.connection.execute("SELECT count(*), count(DISTINCT call_id) FROM parts").fetchone() == (
        11_000,
        11_000,
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"GIF89a" * 20, "isn't a capture"),
        (KINDS["Ethernet"][:20], "is empty"),
        (b"\x1f\x8b\x08" + bytes(40), "its gzip data is damaged"),
    ],
)
def test_what_is_no_capture_is_said(index: Index, tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(data)
    (trouble,) = IndexUpdate(index).update([path])
    assert words in trouble
    (missing,) = IndexUpdate(index).update([tmp_path / "none.pcap"])
    assert "can't be read: no such file or directory" in missing


def test_damage_in_the_middle_is_said_and_the_rest_shown(index: Index, tmp_path: Path) -> None:
    path, whole = tmp_path / "a.pcap", KINDS["Ethernet"]
    path.write_bytes(whole + b"\xff" * 64)
    assert len(read(index, path)[0].messages) == 2
    known = index.file(path)
    assert known is not None
    assert "it is damaged from byte" in known.notes[0]


def test_a_capture_beyond_the_limit_is_refused(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(KINDS["Ethernet"])
    (trouble,) = IndexUpdate(index, largest=100).update([path])
    assert "larger than" in trouble


def test_without_tshark_the_rest_works(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from partnertui.captures import tshark

    monkeypatch.setattr(tshark, "installed", lambda: False)
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([ether(ip(udp(INVITE))), ether(ip(tcp(RINGING, 1), 6))]))
    (trace,) = read(index, path)
    assert [message.reading.start for message in trace.messages] == ["INVITE"]
    known = index.file(path)
    assert known is not None
    assert "tshark isn't installed" in known.notes[0]


def test_tshark_gets_no_more_than_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from partnertui.captures import pcapng_writer
    from partnertui.captures.capture_file import Record

    monkeypatch.setattr(pcapng_writer, "MOST_BYTES", 1000)
    made = Extract(tmp_path / "x.pcapng")
    for number in range(1, 6):
        made.add(Record(number, 0, 0, 0, 0, 1), b"x" * 600)
    made.close()
    assert (made.frames, made.left_out) == ([1, 2], 3)


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "captures.db"
    capture = tmp_path / "a.pcap"
    capture.write_bytes(KINDS["Ethernet"])
    with Index(path) as index:
        read(index, capture)
        index.connection.execute("PRAGMA user_version = 99")
    with Index(path) as index:
        assert not index.known("c1")
        assert len(read(index, capture)) == 1


def test_an_index_that_is_broken_is_made_anew(tmp_path: Path) -> None:
    path, capture = tmp_path / "captures.db", tmp_path / "a.pcap"
    capture.write_bytes(KINDS["Ethernet"])
    path.write_bytes(b"this is no database, but it is long enough to look like one" * 20)
    with Index(path) as index:
        assert len(read(index, capture)) == 1


def test_many_at_once_make_one_index(tmp_path: Path) -> None:
    path, capture = tmp_path / "captures.db", tmp_path / "a.pcap"
    capture.write_bytes(KINDS["Ethernet"])
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with Index(path) as index:
                read(index, capture)
        except (OSError, DomainError, sqlite3.Error, AssertionError) as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    with Index(path) as index:
        assert index.connection.execute("SELECT count(*) FROM parts").fetchone() == (1,)


def test_legs_of_two_calls_are_joined_across_captures(index: Index, tmp_path: Path) -> None:
    first, second = messages("0 A>P INVITE 1\n0.02 P>B INVITE 1 id=c2 X-CID=c1")
    for name, message in (("a", first), ("b", second)):
        places = (message.source.address, 5060), (message.destination.address, 5060)
        (tmp_path / f"{name}.pcap").write_bytes(pcap([ether(ip(udp(message.data, *places), 17, *places))]))
    paths = [tmp_path / "a.pcap", tmp_path / "b.pcap"]
    searched = CallFinder(index).call(paths, ["c1"])
    IndexUpdate(index).update(paths)
    for call_id in ("c1", "c2"):
        found = CallFinder(index).call(paths, [call_id])
        assert found is not None
        assert found.call_ids == ("c1", "c2")
        assert (found.joined_by, found.guessed) == ("X-CID", False)
    assert searched is not None


def test_errors_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="no such file"):
        Capture(tmp_path / "none")
    with pytest.raises(DomainError, match="is a directory"):
        Capture(tmp_path)


def test_half_of_a_call_id_is_none(index: Index, tmp_path: Path) -> None:
    """Captured with a snap length: each message would be a call of its own."""
    path, size = tmp_path / "a.pcap", 42 + INVITE.index(b"Call-ID: c1") + 10
    path.write_bytes(pcap([ether(ip(udp(INVITE)))[: size + cut] for cut in (0, 1)]))
    (trace,) = read(index, path)
    assert trace.call_ids == ("",)
    known = index.file(path)
    assert known is not None
    assert "2 of its messages have no Call-ID" in known.notes[0]
