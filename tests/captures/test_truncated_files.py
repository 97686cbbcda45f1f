"""Captures that are cut off or grow while they are read: rings of tcpdump and logrotate (copytruncate) do that."""

from __future__ import annotations

import os
import random
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import ether, ip, pcap, pcapng, udp

from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.capture_file import Capture
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import with_streams
from partnertui.captures.unindexed_search import Search
from partnertui.domain.errors import DomainError

(INVITE,) = (message.data for message in messages("0 A>P INVITE 1 sdp=192.0.2.1:4000/PCMA"))
MANY = [ether(ip(udp(INVITE.replace(b"c1", b"c%05d" % number)))) for number in range(12_000)]
SHORT = 100_000
"""Bytes that are left, less than is read at a time."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as opened:
        yield opened


@pytest.mark.parametrize("kind", ["pcap", "pcapng"])
def test_cut_off_while_it_is_indexed(index: Index, tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / "a.pcap", tmp_path / "b.pcap"
    path.write_bytes(pcap(MANY) if kind == "pcap" else pcapng([[(1, 6, packet) for packet in MANY]]))
    other.write_bytes(pcap(MANY[:1]))

    def tell(done: int, total: int) -> None:
        if done > 2 * SHORT:
            os.truncate(path, SHORT)

    (said,) = IndexUpdate(index, tell).update([path, other])
    assert said == "a.pcap was truncated while it was being read. Read it again."
    assert index.file(other) is not None, "the others are read all the same"
    again = IndexUpdate(index).update([path])
    assert again == []
    known = index.file(path)
    assert known is not None
    assert 0 < known.messages < 1_000
    assert "truncated" in known.notes[0]


def test_cut_off_while_a_call_is_searched(index: Index, tmp_path: Path) -> None:
    path, other = tmp_path / "a.pcap", tmp_path / "b.pcap"
    path.write_bytes(pcap(MANY))
    other.write_bytes(pcap(MANY[:1]))
    finder = CallFinder(index, tell=lambda done, total: os.truncate(path, SHORT))
    found = finder.call([path, other], ["c00000"])
    assert found is not None
    assert {Path(message.origin).name for message in found.messages} == {"b.pcap"}
    assert finder.troubles == ["a.pcap was truncated while it was being read. Read it again."]


def test_cut_off_while_a_call_is_opened_and_its_sound_is_read(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(MANY))
    IndexUpdate(index).update([path])
    with closing(CallLoader(index)) as loader:
        trace = loader.call("c11999")
        assert trace is not None
        os.truncate(path, SHORT)
        assert loader.call("c11998") is None
        assert with_streams(loader, trace).streams == ()


def test_a_cut_off_capture_is_an_error_and_no_signal(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(MANY))
    with Capture(path) as capture:
        records = iter(capture.records())
        next(records)
        os.truncate(path, SHORT)
        with pytest.raises(DomainError, match="was truncated while it was being read"):
            list(records)
        with pytest.raises(DomainError, match="was truncated while it was being read"):
            Search(capture).of({"c00007"})


def test_places_of_a_capture_that_was_replaced_are_not_looked_up_in_the_new_one(index: Index, tmp_path: Path) -> None:
    """Same name, same inode, as after copytruncate; the records are as long as before."""
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(MANY[:10]))
    IndexUpdate(index).update([path])
    path.write_bytes(pcap(MANY[100:200], step=1.0).replace(MANY[100], MANY[100][::-1], 1))
    with closing(CallLoader(index)) as loader:
        assert loader.call("c00003") is None
    assert CallFinder(index).call([path], ["c00003"]) is None
    found = CallFinder(index).call([path], ["c00150"])
    assert found is not None
    IndexUpdate(index).update([path])
    assert not index.known("c00003")
    assert index.known("c00150")


def test_an_offset_of_all_times_is_added(tmp_path: Path) -> None:
    """if_tsoffset (pcapng, section 4.2): seconds; a time beyond all calendars is the last one there is."""

    def block(kind: int, body: bytes) -> bytes:
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    options = struct.pack("<HHqHH", 14, 8, 1_795_000_000, 0, 0)
    packet = struct.pack("<IIIII", 0, 0, 5_000_000, 60, 60) + bytes(60)
    late = struct.pack("<IIIII", 0, 0xFFFFFFFF, 0, 60, 60) + bytes(60)
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        + block(1, struct.pack("<HHI", 1, 0, 0) + options)
        + block(6, packet)
        + block(6, late)
    )
    with Capture(path) as capture:
        first, second = capture.records()
    assert first.time_us == 1_795_000_005_000_000
    assert first.packet == bytes(60)
    assert second.time_us < 1 << 62


@pytest.mark.parametrize("seed", range(8))
def test_broken_captures_are_no_exceptions(tmp_path: Path, seed: int) -> None:
    """Bits that flipped, pieces that are missing, lengths that lie; found with some ten thousand of them."""
    chance = random.Random(seed)
    whole = [pcap(MANY[:20]), pcapng([[(1, 6, packet) for packet in MANY[:10]], [(1, 9, MANY[11])]])]
    path = tmp_path / "a.pcap"
    for _ in range(25):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 3, 30))):
            place = chance.randrange(len(data) - 8)
            match chance.randrange(4):
                case 0:
                    data[place] ^= 1 << chance.randrange(8)
                case 1:
                    data[place : place + 4] = chance.choice((b"\xff" * 4, b"\0\0\0\x80", b"\0" * 4))
                case 2:
                    del data[place : place + chance.randrange(200)]
                case _:
                    data[place:place] = chance.randbytes(chance.randrange(40))
            data += bytes(max(0, 20 - len(data)))
        path.write_bytes(data)
        with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
            IndexUpdate(index).update([path])
            for some in loader.all([path]):
                for trace in some:
                    with_streams(loader, trace, paths=[path])
            CallFinder(index).call([path], ["c00003"])
