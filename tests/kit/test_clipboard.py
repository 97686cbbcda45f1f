"""Copying: the exact bytes for every way to the terminal."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.terminal.clipboard import MOST_BYTES, SCREEN_CHUNK, Tmux, TooLarge, is_copy, osc52, put

XTERM = {"TERM": "xterm-256color"}
IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/nowhere/default,1,0"}
HELLO = "\x1b]52;c;aGVsbG8=\x07"
HELLO_THROUGH = "\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\"


def test_plain_terminal() -> None:
    assert osc52("hello", XTERM) == HELLO
    assert osc52("ü", XTERM) == "\x1b]52;c;w7w=\x07"


def test_tmux_whose_options_are_not_known_gets_both() -> None:
    assert osc52("hello", IN_TMUX) == HELLO + HELLO_THROUGH
    assert osc52("hello", {"TERM": "tmux-256color"}) == HELLO + HELLO_THROUGH


def test_tmux_by_its_options() -> None:
    assert osc52("hello", IN_TMUX, Tmux("on", "off")) == HELLO
    assert osc52("hello", IN_TMUX, Tmux("external", "on")) == HELLO_THROUGH
    assert osc52("hello", IN_TMUX, Tmux("off", "all")) == HELLO_THROUGH
    assert osc52("hello", IN_TMUX, Tmux("external", "off")) is None


def test_gnu_screen_gets_small_pieces() -> None:
    assert osc52("hello", {"TERM": "screen", "STY": "1.x"}) == f"\x1bP{HELLO}\x1b\\"
    long = osc52("x" * 3000, {"TERM": "screen", "STY": "1.x"}) or ""
    pieces = long.split("\x1b\\")[:-1]
    assert all(piece.startswith("\x1bP") and len(piece) <= SCREEN_CHUNK + 3 for piece in pieces)
    assert "".join(piece[2:] for piece in pieces) == osc52("x" * 3000, XTERM)


@pytest.mark.parametrize("env", [{"TERM": "linux"}, {}, {"TERM": "dumb"}, {**XTERM, "TERM_PROGRAM": "Apple_Terminal"}])
def test_a_terminal_without_a_clipboard_has_none(env: dict[str, str]) -> None:
    assert osc52("hello", env) is None
    assert put("hello", env, lambda sequence: pytest.fail("written")) is False


def test_what_is_too_large_is_refused_with_a_sentence() -> None:
    assert osc52("x" * MOST_BYTES, XTERM) is not None
    with pytest.raises(TooLarge, match="75,000 bytes; a terminal's clipboard takes at most 74,994"):
        osc52("x" * 75_000, XTERM)


@given(st.text(max_size=3000), st.sampled_from([XTERM, IN_TMUX, {"TERM": "screen", "STY": "1"}]))
def test_every_copy_is_known_as_one(text: str, env: dict[str, str]) -> None:
    assert is_copy(osc52(text, env) or "")


@pytest.mark.parametrize(
    "data", ["", "x" + HELLO, HELLO + "\x1b[2J", "\x1b]52;p;eA==\x07", "\x1b]0;x\x07", "\x1b]52;c;a b\x07"]
)
def test_nothing_else_is_a_copy(data: str) -> None:
    assert not is_copy(data)


@pytest.fixture
def tmux_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A tmux server of its own."""
    name = f"pt{uuid.uuid4().hex[:8]}"
    env = {key: value for key, value in os.environ.items() if key != "TMUX"}
    env.update(TERM="xterm-256color", LANG="C.UTF-8")
    tmux = ["tmux", "-L", name, "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", "sleep 60"], check=True, env=env)
    socket = subprocess.run(
        [*tmux, "display-message", "-p", "#{socket_path},#{pid},0"], check=True, env=env, capture_output=True, text=True
    ).stdout.strip()
    yield {"TMUX": socket, "TERM": "tmux-256color", "SERVER": name}
    subprocess.run([*tmux, "kill-server"], check=False, env=env)


def test_inside_a_real_tmux_its_buffer_has_the_text(tmux_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", tmux_env["TMUX"])
    assert put("Ann's numbér\nx", tmux_env, lambda sequence: None)
    shown = subprocess.run(
        ["tmux", "-L", tmux_env["SERVER"], "show-buffer"], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "Ann's numbér\nx"
