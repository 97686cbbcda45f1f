"""Captures that are cut off or grow while they are read: rings of tcpdump and logrotate (copytruncate) do that."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from calls import messages
from packets import ether, ip, pcap, pcapng, udp

from partnertui.domain.errors import DomainError
from partnertui.sip.capture.file import Capture
from partnertui.sip.capture.find import Finder
from partnertui.sip.capture.index import Index
from partnertui.sip.capture.indexing import Updating
from partnertui.sip.capture.load import Loader
from partnertui.sip.capture.search import Search
from partnertui.sip.capture.sound import with_sound

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

    (said,) = Updating(index, tell).update([path, other])
    assert said == "a.pcap was cut off while it was read. Read it again."
    assert index.file(other) is not None, "the others are read all the same"
    again = Updating(index).update([path])
    assert again == []
    known = index.file(path)
    assert known is not None
    assert 0 < known.messages < 1_000
    assert "cut off" in known.notes[0]


def test_cut_off_while_a_call_is_searched(index: Index, tmp_path: Path) -> None:
    path, other = tmp_path / "a.pcap", tmp_path / "b.pcap"
    path.write_bytes(pcap(MANY))
    other.write_bytes(pcap(MANY[:1]))
    finder = Finder(index, tell=lambda done, total: os.truncate(path, SHORT))
    found = finder.call([path, other], ["c00000"])
    assert found is not None
    assert {Path(message.origin).name for message in found.messages} == {"b.pcap"}
    assert finder.troubles == ["a.pcap was cut off while it was read. Read it again."]


def test_cut_off_while_a_call_is_opened_and_its_sound_is_read(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(MANY))
    Updating(index).update([path])
    with closing(Loader(index)) as loader:
        trace = loader.call("c11999")
        assert trace is not None
        os.truncate(path, SHORT)
        assert loader.call("c11998") is None
        assert with_sound(loader, trace).streams == ()


def test_a_cut_off_capture_is_an_error_and_no_signal(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(MANY))
    with Capture(path) as capture:
        records = iter(capture.records())
        next(records)
        os.truncate(path, SHORT)
        with pytest.raises(DomainError, match="was cut off while it was read"):
            list(records)
        with pytest.raises(DomainError, match="was cut off while it was read"):
            Search(capture).of({"c00007"})
