"""Files that can't be a sound: a sentence for each, and nothing waits."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from partnertui.audio.sound_file_reader import read_sound, typed_path
from partnertui.domain.errors import DomainError


def why(typed: str) -> str:
    with pytest.raises(DomainError) as refused:
        read_sound(typed)
    assert refused.value.field == "file"
    assert refused.value.advice
    return str(refused.value)


def test_what_is_not_a_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty.mp3").touch()
    (tmp_path / "large.mp3").write_bytes(bytes(2_100_000))
    (tmp_path / "just.mp3").write_bytes(bytes(2_000_001))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        assert "can't be read" in why(str(tmp_path / "socket"))
    assert "is a pipe, not a file" in why(str(tmp_path / "fifo"))
    assert "is a folder, not a file" in why(str(tmp_path))
    assert "is a device, not a file" in why("/dev/zero")
    assert "is empty" in why(str(tmp_path / "empty.mp3"))
    assert "This file is 2.1 MB; the limit is 2 MB" in why(str(tmp_path / "large.mp3"))
    assert "2,000,001 bytes" in why(str(tmp_path / "just.mp3"))
    assert "There is no file" in why(str(tmp_path / "gone.mp3"))
    assert "There is no file" in why(str(tmp_path / "empty.mp3" / "x"))
    assert "This host has no user" in why("~nobody-of-that-name/x.mp3")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.mp3"
    path.write_bytes(b"x")
    path.chmod(0)
    if os.getuid() == 0:  # root may read everything: the system's answer is put in its place

        def refuse(*words: object, **more: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    assert "don't have permission" in why(str(path))


def test_what_terminals_paste_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    wanted = tmp_path / "my file.mp3"
    for typed in (f"'{wanted}'", f'"{wanted}"', f" {wanted} ", f"file://{tmp_path}/my%20file.mp3", "~/my file.mp3"):
        assert typed_path(typed) == wanted
