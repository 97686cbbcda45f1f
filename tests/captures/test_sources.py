"""Captures that aren't plain pcap files: compressed by the real tools, other formats, pipes, files exported again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.captures.packet_builder import ether, ip, pcap, udp

from partnertui.captures import format_conversion
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import find_captures
from partnertui.captures.capture_file import Capture
from partnertui.captures.standard_input import spooled

LAB = Path(__file__).parent / "lab-core.pcap"
TOOLS = {"gz": "gzip", "zst": "zstd", "xz": "xz", "bz2": "bzip2"}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index(tmp_path / "cache" / "captures.db") as index:
        yield index


def compressed(folder: Path, suffix: str, source: Path = LAB) -> Path:
    path = folder / f"{source.name}.{suffix}"
    path.write_bytes(subprocess.run([TOOLS[suffix], "-c", str(source)], stdout=subprocess.PIPE, check=True).stdout)
    return path


def call_ids(index: Index, path: Path) -> list[str]:
    known = index.file(path)
    assert known is not None
    return [call_id for call_id, _ in index.call_ids([known.id])]


@pytest.mark.parametrize("suffix", list(TOOLS))
def test_compressed_captures_have_the_same_calls(index: Index, tmp_path: Path, suffix: str) -> None:
    path = compressed(tmp_path, suffix)
    assert IndexUpdate(index).update([LAB, path]) == []
    assert call_ids(index, path) == call_ids(index, LAB) != []


def test_concatenated_parts_are_read_to_the_end(index: Index, tmp_path: Path) -> None:
    data, parts = LAB.read_bytes(), list[bytes]()
    for suffix, tool in TOOLS.items():
        halves = (data[:30_000], data[30_000:])
        parts = [subprocess.run([tool, "-c"], input=half, stdout=subprocess.PIPE, check=True).stdout for half in halves]
        path = tmp_path / f"two.pcap.{suffix}"
        path.write_bytes(b"".join(parts))
        with Capture(path) as capture:
            assert capture.read(0, capture.size) == data, suffix


@pytest.mark.parametrize("suffix", ["gz", "xz", "bz2"])
def test_a_compressed_capture_that_is_cut_off_says_so(index: Index, tmp_path: Path, suffix: str) -> None:
    big = tmp_path / "big.pcap"
    big.write_bytes(LAB.read_bytes() + LAB.read_bytes()[24:] * 30)
    path = compressed(tmp_path, suffix, big)
    path.write_bytes(path.read_bytes()[: -(path.stat().st_size // 20)])
    with Capture(path) as capture:
        assert "only the first" in capture.damage
    assert IndexUpdate(index).update([path]) == []
    known = index.file(path)
    assert known is not None
    assert known.messages > 0
    assert "only the first" in known.notes[0]


def test_what_unpacks_to_too_much_is_refused(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_conversion, "LARGEST_COPY", 50_000)
    (trouble,) = IndexUpdate(index).update([compressed(tmp_path, "zst")])
    assert "unpacks to more than 0 MB" in trouble


def test_folders_take_what_is_a_capture_and_report_what_only_has_its_name(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "ring"
    folder.mkdir()
    kept = {compressed(folder, suffix) for suffix in TOOLS}
    log = folder / "messages.gz"
    log.write_bytes(subprocess.run(["gzip", "-c"], input=b"a log", stdout=subprocess.PIPE, check=True).stdout)
    broken = folder / "broken.pcap"
    broken.write_text("not a capture")
    assert set(find_captures([folder])) == kept | {broken}
    (trouble,) = IndexUpdate(index).update(find_captures([folder]))
    assert "broken.pcap isn't a capture" in trouble


@pytest.mark.tshark
@pytest.mark.parametrize("kind", ["snoop", "netmon2", "ngsniffer", "5views"])
def test_other_formats_are_read_by_tshark(index: Index, tmp_path: Path, kind: str) -> None:
    ethernet = tmp_path / "one.pcap"
    ethernet.write_bytes(pcap([ether(ip(udp(b"OPTIONS sip:a SIP/2.0\r\nCall-ID: c1\r\nCSeq: 1 OPTIONS\r\n\r\n")))]))
    path = tmp_path / f"one.{kind}"
    subprocess.run(["editcap", "-F", kind, str(ethernet), str(path)], check=True)
    assert IndexUpdate(index).update([path]) == []
    assert call_ids(index, path) == ["c1"]


def test_a_pipe_is_read_to_its_end(index: Index, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(LAB.read_bytes()), daemon=True)
    writer.start()
    with spooled([pipe, LAB]) as (copy, other):
        assert other == LAB
        assert IndexUpdate(index).update([copy, other]) == []
        assert call_ids(index, copy) == call_ids(index, LAB)
    writer.join(5)
    assert not copy.exists()


def test_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "trace", "-"]
    shown = [
        subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
        for data in (LAB.read_bytes(), compressed(tmp_path, "zst").read_bytes())
    ]
    assert shown[0] == shown[1]
    assert shown[0].count(b"INVITE") > 3


def test_a_pipe_brings_at_most_what_the_settings_say(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "trace", "-"]
    more = {**os.environ, "PARTNERTUI_CAPTURES_LARGEST": "1"}
    data = pcap([option("one")]).ljust(1_000_001, b"\0")
    run = subprocess.run(command, input=data, capture_output=True, check=False, env=more)
    assert run.returncode == 1
    assert b"Standard input has more than 1 MB, so it isn't read." in run.stderr


def option(call_id: str) -> bytes:
    text = f"OPTIONS sip:a SIP/2.0\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    return ether(ip(udp(text.encode())))


def test_a_capture_exported_again_under_its_name_is_read_again(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "export.pcap"
    path.write_bytes(pcap([option("same"), *(option(f"old{number}") for number in range(40))]))
    assert IndexUpdate(index).update([path]) == []
    with path.open("r+b") as file:  # the same inode, as Wireshark and shells write it
        file.write(pcap([option("same"), *(option(f"new{number}") for number in range(60))]))
    assert IndexUpdate(index).update([path]) == []
    found = call_ids(index, path)
    assert len(found) == 61
    assert not [call_id for call_id in found if call_id.startswith("old")]


def test_a_capture_that_grows_is_read_on(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "growing.pcap"
    path.write_bytes(pcap([option("first")]))
    IndexUpdate(index).update([path])
    known = index.file(path)
    path.write_bytes(pcap([option("first"), option("second")]))
    IndexUpdate(index).update([path])
    now = index.file(path)
    assert known is not None
    assert now is not None
    assert now.id == known.id
    assert call_ids(index, path) == ["first", "second"]
