"""What goes over the wire: a terminal that gets the thin text shows what one that gets all of it shows."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.terminal.terminal_diff import TerminalDiff

STYLES = ("", "1", "38;2;1;2;3", "48;2;9;9;9", "1;38;2;1;2;3;48;2;9;9;9", "4;31", "38;5;200", "7")
WIDTH, HEIGHT = 24, 6


def frame(pieces: list[tuple[int, int, str, str]]) -> str:
    """A frame as Textual writes it: move, style, text, reset."""
    return "".join(f"\x1b[{y + 1};{x + 1}H\x1b[{style}m{text[: WIDTH - x]}\x1b[0m" for y, x, style, text in pieces)


PIECES = st.lists(
    st.tuples(
        st.integers(0, HEIGHT - 1),
        st.integers(0, WIDTH - 1),
        st.sampled_from(STYLES),
        st.text(st.sampled_from("ab äé─ x"), min_size=1, max_size=20),
    ),
    max_size=12,
)


@given(st.lists(PIECES, max_size=6))
def test_terminal_shows_the_same(frames: list[list[tuple[int, int, str, str]]]) -> None:
    wire = TerminalDiff()
    whole, reduce = pyte.Screen(WIDTH, HEIGHT), pyte.Screen(WIDTH, HEIGHT)
    streams = pyte.Stream(whole), pyte.Stream(reduce)
    for pieces in frames:
        text = frame(pieces)
        streams[0].feed(text)
        streams[1].feed(wire.reduce(text))
    for y in range(HEIGHT):
        for x in range(WIDTH):
            assert whole.buffer[y][x] == reduce.buffer[y][x]


def test_same_frame_twice_costs_nothing() -> None:
    wire = TerminalDiff()
    text = "\x1b[?2026h" + frame([(0, 0, "1;31", "hello"), (1, 0, "", "world")]) + "\x1b[1;1H\x1b[?2026l"
    assert len(wire.reduce(text)) > 20
    assert wire.reduce(text) == ""


def test_cleared_terminal_is_written_anew() -> None:
    wire = TerminalDiff()
    text = frame([(0, 0, "", "hello")])
    wire.reduce(text)
    wire.reduce("\x1b[?1049h")
    assert "hello" in wire.reduce(text)


def test_wide_characters_keep_their_cells() -> None:
    wire = TerminalDiff()
    wire.reduce(frame([(0, 0, "", "日本語 abc")]))
    assert "語" not in wire.reduce(frame([(0, 7, "", "xyz")]))
    assert wire.reduce(frame([(0, 0, "", "日本語 ")])) == ""


@given(st.text(st.sampled_from("\x1b]52;c;AAAA\x07\x9b[2J\x00\x08\u202e\u200bPq\\abc"), max_size=40))
def test_nothing_but_known_sequences_passes(hostile: str) -> None:
    reduce = TerminalDiff().reduce("\x1b[1;1H\x1b[31m" + hostile + "\x1b[0m")
    for bad in ("\x1b]", "\x1bP", "\x00", "\x08", "\x9b", "\u202e", "\u200b", "\x07"):
        assert bad not in reduce
