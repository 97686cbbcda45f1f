"""What can be wrong with the cache that the index is in, and with files: each is a sentence, and nothing hangs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import START, ether, ip, pcap, udp

from partnertui.captures import call_id_index_update as indexing
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_file import IndexUnusable
from partnertui.captures.call_id_index_update import IndexingStopped, IndexUpdate
from partnertui.domain.errors import DomainError

(INVITE,) = (message.data for message in messages("0 A>P INVITE 1"))
ONE = pcap([ether(ip(udp(INVITE)))])


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as opened:
        yield opened


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "a.pcap"
    path.write_bytes(ONE)
    return path


def many(path: Path, calls: int) -> Path:
    """A capture of so many calls."""
    path.write_bytes(pcap([ether(ip(udp(INVITE.replace(b"c1", b"%032d" % number)))) for number in range(calls)]))
    return path


def test_a_full_disk_is_a_sentence_and_nothing_is_read_twice(index: Index, tmp_path: Path) -> None:
    big = many(tmp_path / "big.pcap", 60_000)
    (pages,) = index.connection.execute("PRAGMA page_count").fetchone()
    index.connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    with pytest.raises(IndexUnusable, match="there isn't enough disk space") as said:
        IndexUpdate(index).update([big])
    assert str(index.path.parent) in said.value.advice
    index.connection.execute("PRAGMA max_page_count = 1000000")
    assert IndexUpdate(index).update([big]) == []
    assert index.connection.execute("SELECT count(*), count(DISTINCT call_id) FROM parts").fetchone() == (60_000,) * 2


def test_an_index_that_turns_out_to_be_damaged_is_thrown_away(tmp_path: Path, capture: Path) -> None:
    path = tmp_path / "captures.db"
    with Index(path) as index:
        IndexUpdate(index).update([capture])
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with Index(path) as index, pytest.raises(IndexUnusable, match="it was damaged and has been deleted"):
        IndexUpdate(index).update([capture])
    with Index(path) as index:
        assert IndexUpdate(index).update([capture]) == []
        assert index.known("c1")


def test_an_index_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "captures.db").mkdir()
    with pytest.raises(DomainError, match="can't be used: it can't be written"):
        Index(tmp_path / "captures.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(DomainError, match="can't be created"):
        Index(tmp_path / "file" / "captures.db")


def test_another_program_that_writes_is_waited_for_and_not_for_ever(
    index: Index, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "PATIENCE", 0.1)
    other = sqlite3.connect(index.path, isolation_level=None)
    index.connection.execute("PRAGMA busy_timeout = 50")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexUnusable, match="another program is writing to it"):
        IndexUpdate(index).update([capture])
    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(indexing, "PATIENCE", 60)
    with pytest.raises(IndexingStopped):
        IndexUpdate(index, stop=stop).update([capture])
    other.execute("COMMIT")
    other.close()
    assert IndexUpdate(index).update([capture]) == []


def test_files_that_are_gone_are_forgotten(index: Index, tmp_path: Path, capture: Path) -> None:
    other = tmp_path / "b.pcap"
    shutil.copy(capture, other)
    IndexUpdate(index).update([capture, other])
    capture.unlink()
    other.write_bytes(ONE + ONE[24:])
    IndexUpdate(index).update([other])
    assert list(index.paths().values()) == [other]
    assert index.connection.execute("SELECT count(*) FROM parts").fetchone() == (2,)


def test_an_index_that_is_too_large_keeps_the_newest(index: Index, tmp_path: Path) -> None:
    paths = [many(tmp_path / f"{number}.pcap", 2_000) for number in range(4)]
    for number, path in enumerate(paths):
        os.utime(path, (START + number, START + number))
    limit = 900_000
    for _ in range(2):  # and it is the same the second time
        said = IndexUpdate(index, most=limit).update(paths)
        assert paths[3] in index.paths().values()
        assert paths[0] not in index.paths().values()
        assert said[0].startswith("0.pcap isn't indexed: the capture index can't be larger than")
        assert index.bytes < 2 * limit
    newest = many(tmp_path / "4.pcap", 2_000)
    IndexUpdate(index, most=limit).update([*paths, newest])
    assert newest in index.paths().values()


def test_a_pipe_does_not_keep_us_waiting(index: Index, tmp_path: Path, capture: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert IndexUpdate(index).update([pipe, capture, Path("/dev/zero"), tmp_path]) == [
        "pipe can't be read: it is not a regular file.",
        "zero can't be read: it is not a regular file.",
        f"{tmp_path.name} can't be read: it is a directory.",
    ]
    assert index.known("c1")


@pytest.mark.parametrize(
    ("tail", "note"),
    [
        (bytes(1_000_000), "on, after packet 1"),
        (struct.pack("<IIII", START, 0, 0xFFFFFFFF, 0) + bytes(99), "on, after packet 1"),
        (struct.pack("<IIII", START, 0, 262_144, 262_144) + bytes(99), "its last packet, after packet 1, is truncated"),
        (b"\1" * 9, ""),
    ],
)
def test_what_is_behind_the_last_packet(index: Index, tmp_path: Path, tail: bytes, note: str) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(ONE + tail)
    assert IndexUpdate(index).update([path]) == []
    known = index.file(path)
    assert known is not None
    assert note in "".join(known.notes)
    assert (known.position.frame, known.messages) == (1, 1)


def test_a_hole_of_gigabytes_is_no_packets(index: Index, tmp_path: Path) -> None:
    """What a crash leaves of a file that was given its room before."""
    path = tmp_path / "a.pcap"
    path.write_bytes(ONE)
    os.truncate(path, 5_000_000_000)
    assert IndexUpdate(index).update([path]) == []
    known = index.file(path)
    assert known is not None
    assert known.position.frame == 1
