"""However the program ends while somebody types, all but the last two seconds is offered again. In a real pty.

`KILLS=50 pytest tests/cli/test_killed_while_typing.py` kills it that often in every dialog, on both databases;
`PARTNERTUI_TEST_REPLY_KILLS=50` that often in a reply, half of it on each.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import run_as_owner
from tests.servers import Cluster
from tests.terminal import Terminal

from partnertui.cli import main
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
ROUNDS = int(os.environ.get("KILLS", "1"))
REPLY_KILLS = int(os.environ.get("PARTNERTUI_TEST_REPLY_KILLS", "4"))
LOST_SECONDS = 2.0
LETTERS = "bcdfghjklmnpqrstvwxyz"
F4 = "\x1bOS"
WAYS = ("SIGKILL", "SIGHUP", "SIGTERM", "closed pty")
DIALOGS = {"note": ":customers\rn", "form": ":customers\re", "reply": ":support\rR", "internal note": ":support\ri"}
READY = {"note": "Add a note", "form": "Company", "reply": "Reply to", "internal note": "Internal note"}


@pytest.fixture(params=["sqlite", "postgresql"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with settings, demo data and keys, on either database."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        run_as_owner(cluster, f"CREATE DATABASE {tmp_path.name[:40]}_kills")
        url = cluster.url(f"{tmp_path.name[:40]}_kills")
    build(url, customers=3, cdrs=50, seed=7, now=NOW)
    (tmp_path / "settings.toml").write_text(f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n')
    assert main(["--dir", str(tmp_path), "keys", "init"]) == 0
    return tmp_path


def opened(folder: Path, dialog: str) -> Terminal:
    terminal = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (100, 30))
    terminal.wait("1 of ")
    terminal.settle()  # the vault is opened behind the first rows
    terminal.write(DIALOGS[dialog])
    terminal.wait(READY[dialog])
    return terminal


def type_for(terminal: Terminal, word: str, seconds: float) -> list[tuple[float, str]]:
    """Types letters one at a time; returns what had been typed, and when."""
    typed, done = "", []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        typed += word[len(typed) % len(word)]
        terminal.send(typed[-1])
        terminal.settle(0.05, most=1.0)  # seconds count from when the program has a key, not from when it was sent
        done.append((time.monotonic(), typed))
    return done


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_what_was_typed_is_offered_again(folder: Path, seed: int) -> None:
    source = random.Random(seed)
    for dialog in DIALOGS if ROUNDS > 1 else source.sample(sorted(DIALOGS), 2):
        how = source.choice(WAYS)
        terminal = opened(folder, dialog)
        terminal.write("\x15")  # empties the first field of the form; a text is empty
        done = type_for(terminal, "qxkzvwjy", source.uniform(2.2, 3.5))
        ended = time.monotonic()
        if how == "closed pty":
            os.close(terminal.run.fd)
        else:
            os.kill(terminal.run.pid, signal.Signals[how])
        os.waitpid(terminal.run.pid, 0)
        assert time.monotonic() - ended < 2.5, how
        safe = [typed for at, typed in done if at < ended - LOST_SECONDS]
        again = opened(folder, dialog)
        again.wait("Your draft from")
        assert safe[-1] in "".join(line.strip("│ ") for line in again.lines), (how, dialog)
        again.close()


def test_replies_killed_again_and_again(folder: Path) -> None:
    """SIGKILL while a reply is typed; the program that offers the draft is the next one to be killed."""
    source, lost = random.Random(13), []
    terminal = opened(folder, "reply")
    for _ in range(REPLY_KILLS // 2):
        word = "".join(source.sample(LETTERS, 9))
        done = type_for(terminal, word, source.uniform(2.2, 3.5))
        os.kill(terminal.run.pid, signal.SIGKILL)
        ended = time.monotonic()
        os.waitpid(terminal.run.pid, 0)
        terminal = opened(folder, "reply")
        terminal.wait("Your draft from")
        screen = "".join(line.strip("│ ") for line in terminal.lines)
        kept = max((at for at, typed in done if typed in screen), default=done[0][0])
        lost.append(ended - kept)
        assert lost[-1] < LOST_SECONDS, screen
        terminal.write(F4)
        terminal.type("\x15")
    terminal.close()
    print(f"{len(lost)} kills: {max(lost):.2f} s lost at most, {sorted(lost)[len(lost) // 2]:.2f} s in the middle")


def test_a_file_attached_to_a_reply_is_offered_again(folder: Path) -> None:
    """SIGKILL two seconds after it was attached; the file itself is gone by then."""
    file = folder / "trace.txt"
    file.write_text("INVITE")
    terminal = opened(folder, "reply")
    terminal.write("\x07f")
    terminal.wait("Attach a file")
    terminal.write(f"{file}\x13")
    terminal.wait("Attached: trace.txt")
    time.sleep(LOST_SECONDS)
    os.kill(terminal.run.pid, signal.SIGKILL)
    os.waitpid(terminal.run.pid, 0)
    file.unlink()
    again = opened(folder, "reply")
    again.wait("Your draft from")
    again.wait("Attached: trace.txt")
    again.close()
