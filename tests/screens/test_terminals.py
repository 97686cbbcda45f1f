"""Terminals of all kinds in a pty: their colours, no colours, ASCII."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from pty_run import PtyRun

SGR = re.compile(rb"\x1b\[([\d;]*)m")
COLOUR = re.compile(rb"(^|;)([349]\d|10\d)(;|$)")


def output(folder: Path, settings: object, **env: str) -> bytes:
    """What the program writes at its start and for a step down."""
    program = ["env", *(f"{name}={value}" for name, value in env.items())]
    run = PtyRun([*program, str(Path(sys.executable).parent / "partnertui"), "--dir", str(folder)], size=(80, 24))
    run.read(0, 15, until=lambda written: b"1 of 12" in written)  # counted behind the rows
    run.press(b"\x1b[B", 0.3)
    run.close()
    return bytes(run.output)


@pytest.mark.parametrize("term", ["xterm", "screen", "linux"])
def test_sixteen_colours(term: str, settings: object, tmp_path: Path) -> None:
    written = output(tmp_path, settings, TERM=term, COLORTERM="")
    assert b"1 of 12" in written
    assert not any(b"38;2" in codes or b"48;2" in codes or b"38;5" in codes for codes in SGR.findall(written))
    assert any(COLOUR.search(codes) for codes in SGR.findall(written))


def test_no_colour_where_none_is_wanted(settings: object, tmp_path: Path) -> None:
    written = output(tmp_path, settings, NO_COLOR="1")
    assert b"1 of 12" in written
    codes = set(SGR.findall(written))
    assert not any(COLOUR.search(code) for code in codes - {b"39", b"49", b"39;49"})
    assert any(b"7" in code.split(b";") for code in codes)


def test_ascii_without_utf8(settings: object, tmp_path: Path) -> None:
    written = output(tmp_path, settings, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert b"1 of 12" in written
    assert written.isascii()
