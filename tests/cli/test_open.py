"""Opening in terminals that are odd: each gives a sentence and a way on. In a real pty."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from pty_run import PtyRun


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from partnertui.db.database import open_database
    from partnertui.db.migrate import upgrade

    database = open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")
    upgrade(database)
    database.close()
    return tmp_path


def start(folder: Path, env: dict[str, str], size: tuple[int, int] = (100, 30)) -> PtyRun:
    return PtyRun([sys.executable, "-m", "partnertui", "--dir", str(folder)], size=size, env=env)


def test_without_utf8_it_says_so_and_draws_with_ascii(folder: Path) -> None:
    run = start(folder, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"})
    try:
        output = run.read(0, until=lambda seen: b"/ to filter" in seen) + run.read(0.5)
    finally:
        run.close()
    assert b"the locale (ascii) isn't UTF-8" in output
    assert b"Set LANG=C.UTF-8" in output
    assert b"Customers" in output
    assert all(byte < 128 for byte in output)


def test_ascii_by_the_settings_reaches_borders_too(folder: Path) -> None:
    run = start(folder, {"PARTNERTUI_ASCII": "yes", "LC_ALL": "C.UTF-8"})
    try:
        output = run.read(0, until=lambda seen: b"/ to filter" in seen) + run.read(0.3)
        os.write(run.fd, b"?")
        output += run.read(0, until=lambda seen: b"Esc closes" in seen)
    finally:
        run.close()
    assert b"Help: " in output
    assert b"+--------" in output
    assert all(byte < 128 for byte in output)


def test_a_dumb_terminal_is_refused_with_a_way_on(folder: Path) -> None:
    run = start(folder, {"TERM": "dumb"})
    try:
        output = run.read(0, until=lambda seen: b"shot SCREEN" in seen)
        _, status = os.waitpid(run.pid, 0)
    finally:
        run.close()
    assert os.waitstatus_to_exitcode(status) == 1
    assert b"Set TERM to the terminal's type" in output
    assert b"\x1b" not in output


@pytest.mark.parametrize("term", ["xterm", "linux", "screen", "tmux-256color"])
def test_it_opens_in_usual_terminals_and_leaves_them_as_they_were(folder: Path, term: str) -> None:
    run = start(folder, {"TERM": term})
    try:
        assert b"partnertui" in run.read(0, until=lambda seen: b"help" in seen) + run.read(0.3)
        os.write(run.fd, b"\x11")
        last = run.read(0, until=lambda seen: b"\x1b[?1004l" in seen)
        _, status = os.waitpid(run.pid, 0)
    finally:
        run.close()
    assert os.waitstatus_to_exitcode(status) == 0
    assert last.index(b"\x1b[?1049l") < last.rindex(b"\x1b[?25h")
    assert b"Traceback" not in bytes(run.output)
