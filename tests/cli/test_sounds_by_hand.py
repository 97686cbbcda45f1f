"""Adding, editing and replacing sounds in a real terminal of 80×24: by the keyboard alone, and by the mouse alone."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from tests.audio.made_sounds import SPEECH, TONE, ebur128, mp3
from tests.cli.test_ddi_dialogs import MouseTerminal

from partnertui.db.database import open_database
from partnertui.db.models import History, Sound
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOW = pytest.mark.parametrize("how", ["keyboard", "mouse"])


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(found, customers=12, cdrs=200, seed=7, now=NOW)
    values = {"customer_id": 1, "name": "Test sound", "use": "ivr", "duration_ms": 4000, "size": 1, "level": -1800}
    database = open_database(found)
    audio = {"content": mp3(SPEECH, 4), "waveform": bytes(range(200))}
    database.write(lambda connection: connection.execute(insert(Sound).values(**values, **audio)))
    database.close()
    (tmp_path / "new.mp3").write_bytes(mp3(f"0.1*({SPEECH})", 5))
    return found


@pytest.fixture
def terminal(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[MouseTerminal]:
    """The program at the sounds, over SSH."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.9 22")
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--operator", "ann"]
    found = MouseTerminal(command, (80, 24))
    found.wait("1 of 12")
    found.write(":sounds\r")
    found.wait("p play")
    found.wait("Test sound")
    yield found
    found.close()


def stored(url: str, name: str) -> Any:
    database = open_database(url)
    query = select(Sound.__table__).where(Sound.name == name)
    found = database.read(lambda connection: list(connection.execute(query).mappings()))
    database.close()
    return found[0]


def choose(terminal: MouseTerminal, how: str) -> None:
    """Puts the cursor on the test's sound."""
    if how == "keyboard":
        terminal.write('/"Test sound"\r')
        terminal.wait("1 of 1")
    else:
        terminal.click("Test sound")


@HOW
def test_a_sound_is_added(terminal: MouseTerminal, url: str, how: str) -> None:
    if how == "keyboard":
        terminal.type("a")
        terminal.wait("name, ID, e-mail, phone or DDI")
        terminal.wait("@")
        terminal.type("\r")
        terminal.wait("MP3 file *")
        terminal.type("new.mp3\t\t\t ")
    else:
        terminal.click("a add")
        terminal.wait("name, ID, e-mail, phone or DDI")
        column = terminal.wait("@")
        terminal.click(column.strip().strip("│").strip()[:12], "@")
        terminal.wait("MP3 file *")
        terminal.paste("new.mp3")
        terminal.click("[ ] no", "Adjust level")
    terminal.wait("[x] yes")
    terminal.type("\x13") if how == "keyboard" else terminal.click("Ctrl+S add")
    terminal.wait("Level adjusted from")
    row = stored(url, "new")
    loudness, peak = ebur128(row["content"])
    assert abs(loudness + 23) <= 0.5
    assert peak <= -1
    assert row["original_content"] == mp3(f"0.1*({SPEECH})", 5)


@HOW
def test_a_sound_is_edited(terminal: MouseTerminal, url: str, how: str) -> None:
    choose(terminal, how)
    terminal.type("e") if how == "keyboard" else terminal.click("e edit")
    terminal.wait("Name *", "Test sound")
    if how == "keyboard":
        terminal.type("\x1b[F 2\t\t ")
    else:
        terminal.paste(" 2")
        terminal.click("[ ] no", "Adjust level")
    terminal.wait("[x] yes")
    terminal.type("\x13") if how == "keyboard" else terminal.click("Ctrl+S save")
    terminal.wait("Level adjusted from")
    row = stored(url, "Test sound 2")
    assert abs(ebur128(row["content"])[0] + 23) <= 0.5
    assert row["original_content"] == mp3(SPEECH, 4)


@HOW
def test_a_sound_is_replaced(terminal: MouseTerminal, url: str, how: str) -> None:
    choose(terminal, how)
    terminal.type("~") if how == "keyboard" else terminal.click("~ replace")
    terminal.wait("MP3 file *")
    terminal.type("new.mp3") if how == "keyboard" else terminal.paste("new.mp3")
    terminal.type("\x13") if how == "keyboard" else terminal.click("Ctrl+S replace")
    terminal.wait("Its level is")
    assert stored(url, "Test sound")["content"] == mp3(f"0.1*({SPEECH})", 5)


def test_a_mistake_is_shown_and_nothing_typed_is_lost(terminal: MouseTerminal, tmp_path: Path) -> None:
    (tmp_path / "bad.mp3").write_bytes(mp3(TONE, 2)[: len(mp3(TONE, 2)) // 2])
    terminal.type("a")
    terminal.wait("@")
    terminal.type("\r")
    terminal.wait("MP3 file *")
    terminal.type("bad.mp3\t\x15Office hours\x13")
    terminal.wait("This file is truncated: its header says 2.0 s")
    terminal.wait("1 field needs correcting")
    terminal.wait("MP3 file", "bad.mp3")
    terminal.wait("Name", "Office hours")


def test_the_copy_command_works_once(terminal: MouseTerminal, url: str, tmp_path: Path) -> None:
    choose(terminal, "keyboard")
    terminal.type("p")
    terminal.wait("You're connected over SSH")
    terminal.type("y")
    terminal.wait("sounds get", "")
    terminal.wait("Test-sound.mp3")
    text = " ".join(line.replace("│", "").strip() for line in terminal.lines)
    found = re.search(r"ssh (\S+) '(.*? sounds get --once \S+)' > Test-sound.mp3", text)
    assert found is not None, text
    assert found[1].endswith("@192.0.2.9")
    words = shlex.split(found[2])
    command = [sys.executable, "-m", "partnertui", *words[1:]]
    environment = {name: value for name, value in os.environ.items() if name != "SSH_CONNECTION"}

    def fetch() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, capture_output=True, env=environment, timeout=30, check=False)

    first, second = fetch(), fetch()
    assert (first.returncode, first.stdout) == (0, mp3(SPEECH, 4))
    assert second.returncode != 0
    assert second.stdout == b""
    assert b"This token isn't valid" in second.stderr
    database = open_database(url)
    query = select(History.action).where(History.object_table == "sounds").order_by(History.id)
    actions = database.read(lambda connection: list(connection.execute(query).scalars()))
    database.close()
    assert actions == ["made a copy command", "fetched a copy"]
