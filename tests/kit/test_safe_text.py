"""Nothing untrusted reaches the terminal raw."""

from __future__ import annotations

import timeit
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from partnertui.kit.terminal.safe_text import MOST_MARKS, block, one_line

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J",
    "\x9b31m",
    "\x00",
    "\x7f",
    "\u202eevil",
    "\u2066x\u2069",
    "\u200b\u200d\ufeff",
    "\U000e0041",
    "\ud800",
    "\ufff9",
    "\u061c",
    "\ue000",
    "\u3164",
    "\u2800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_characters_are_shown_as_dots(text: str) -> None:
    clean = one_line(f"a{text}b")
    assert clean.isprintable()
    assert "·" in clean
    assert clean.startswith("a")
    assert clean.endswith("b")
    assert not set(clean) & {"\x1b", "\u202e", "\u200b", "\x9b", "\u3164"}


def test_names_of_customers_stay_as_they_are() -> None:
    for name in ["Ann Lee", "Müller & Söhne", "株式会社 東京", "Ελλάς", "עברית", "ação", "ni\u0303o", "😀"]:
        assert one_line(name) == name


def test_line_ends_become_blanks_in_one_line_and_stay_in_a_block() -> None:
    assert one_line("a\r\nb\tc\u2028d") == "a b c d"
    assert block("a\r\nb\rc\u2028d\x1b") == "a\nb\nc\nd·"
    assert block("1\t2") == "1   2"


def test_no_break_space_is_a_blank_and_emoji_style_is_left_out() -> None:
    assert one_line("12\u00a0€") == "12 €"
    assert one_line("❤\ufe0f you") == "❤ you"
    assert one_line("\ufe0f you") == "· you"


def test_a_pile_of_marks_is_cut() -> None:
    clean = one_line("Z" + "\u0301" * 50)
    assert clean.count("\u0301") == MOST_MARKS
    assert one_line("\u0301x")[0] == "·"


def test_long_text_is_cut_with_a_sign() -> None:
    assert one_line("x" * 1_000_000) == "x" * 255 + "…"
    assert len(one_line("\x1b" * 1_000_000)) == 256


@given(st.text())
def test_one_line_is_printable_whatever_comes(text: str) -> None:
    clean = one_line(text)
    assert clean.isprintable()
    assert len(clean) <= 256
    assert one_line(clean) == clean
    assert not any(unicodedata.category(char)[0] == "C" for char in clean)
    assert cell_len(clean) <= 2 * len(clean)


@given(st.text(alphabet=st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Me", "Lu"]), max_size=40))
def test_block_holds_only_newlines_besides(text: str) -> None:
    assert block(text).replace("\n", "").isprintable()


def test_a_clean_cell_costs_next_to_nothing() -> None:
    text = "Example Telecom Ltd"
    best = min(timeit.repeat(lambda: one_line(text), number=20_000, repeat=5)) / 20_000
    assert best < 0.8e-6, f"{best * 1e6:.2f} µs a cell"


@pytest.mark.parametrize("mark", ["\u0301", "\u0903", "\u20dd", "\u1161", "\u11a8", "\ud7b0"])
def test_499_marks_of_any_kind_on_one_character_are_cut(mark: str) -> None:
    """Also those that Unicode calls spacing or letters and terminals draw into the cell before them."""
    for clean in (one_line("Z" + mark * 499, 1000), block("Z" + mark * 499)):
        assert clean.count(mark) == MOST_MARKS


def test_words_in_scripts_with_spacing_marks_stay() -> None:
    for word in ("हिन्दी", "தமிழ்", "မြန်မာ", "한국어", "ᄒᆞᆫ글"):
        assert one_line(word) == word


def test_long_texts_are_not_kept_in_memory() -> None:
    from partnertui.domain import safe_text

    before = safe_text._cached.cache_info().currsize
    for number in range(50):
        block("漢" * 5000 + str(number))
    assert safe_text._cached.cache_info().currsize == before
