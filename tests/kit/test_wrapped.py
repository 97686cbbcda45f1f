"""Wrapping takes a time that grows with the text and no more, and stops at a limit that it names."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from partnertui.kit.widgets.record_lines import MOST_SHOWN, wrapped


def texts(text: str, width: int = 20) -> list[str]:
    return ["".join(piece for piece, _ in line.pieces) for line in wrapped(text, width)]


def test_words_are_kept_whole_and_long_ones_cut() -> None:
    assert texts("the quick brown fox jumps over") == ["the quick brown fox", "jumps over"]
    assert texts("x" * 45) == ["x" * 20, "x" * 20, "x" * 5]
    assert texts("one\n\n  two") == ["one", "", "  two"]
    assert texts("漢" * 12) == ["漢" * 10, "漢" * 2]
    assert texts("") == [""]


@given(st.text(alphabet="ab 漢\u0301\n", max_size=200), st.integers(2, 30))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = texts(text, width)
    assert all(cell_len(line) <= width for line in lines)
    kept = "".join(lines).replace(" ", "")
    assert len(kept) == len(text.replace(" ", "").replace("\n", ""))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "hello world " * 83_000, "漢" * 100_000, "e\u0301" * 50_000])
def test_a_line_of_a_megabyte_is_wrapped_at_once(text: str) -> None:
    start = time.perf_counter()
    lines = wrapped(text, 78)
    assert time.perf_counter() - start < 1.0, "16 s before: each line looked at all the rest"
    assert f"{len(text) - MOST_SHOWN:,} more characters aren't shown" in lines[-1].pieces[0][0]
