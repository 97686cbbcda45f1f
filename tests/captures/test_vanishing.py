"""Folders that vanish and pipes among captures neither fail nor hold up what looks through them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from partnertui.atomic_files import read_regular
from partnertui.captures.call_id_lookup import find_captures
from partnertui.captures.format_conversion import is_capture
from partnertui.config.errors import ConfigError
from partnertui.config.folders import Folders
from partnertui.config.load import load_settings

PCAP = b"\xd4\xc3\xb2\xa1" + bytes(20)


def test_a_folder_that_vanishes_while_it_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "one.pcap").write_bytes(PCAP)
    real = is_capture

    def vanish(path: Path) -> bool:
        shutil.rmtree(tmp_path / "b", ignore_errors=True)
        return real(path)

    monkeypatch.setattr("partnertui.captures.call_id_lookup.is_capture", vanish)
    found = [path.parent.name for path in find_captures([tmp_path])]
    assert {"a", "c"} & set(found)
    assert find_captures([tmp_path / "gone"]) == [tmp_path / "gone"], "what is named itself is reported"


def test_a_pattern_chooses_by_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("one.pcap", "two.cap", "deep/three.pcap"):
        (tmp_path / name).write_bytes(PCAP)
    assert {path.name for path in find_captures([tmp_path], "*.pcap")} == {"one.pcap", "three.pcap"}
    assert len(find_captures([tmp_path])) == 3


def test_a_pipe_among_captures_is_passed_by(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pcap")
    (tmp_path / "one.pcap").write_bytes(PCAP)
    assert [path.name for path in find_captures([tmp_path])] == ["one.pcap"]


def test_a_pipe_as_settings_file_is_an_error_at_once(tmp_path: Path) -> None:
    folders = Folders.inside(tmp_path)
    folders.settings_file.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(folders.settings_file)
    with pytest.raises(ConfigError, match="it isn't a regular file"):
        load_settings(folders, {})


@pytest.mark.parametrize("name", ["/dev/zero", "."])
def test_what_never_ends_is_not_read(name: str) -> None:
    with pytest.raises(OSError, match="regular"):
        read_regular(Path(name))
