"""The number plan: clashes, the next free extension, what isn't one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.extensions import (
    EMERGENCY,
    EXTENSION,
    Holder,
    clash,
    find_clash,
    next_free,
    read_extension,
    read_feature_codes,
)

EXTENSIONS = st.from_regex(EXTENSION, fullmatch=True)


@pytest.mark.parametrize(
    ("first", "second", "clashes"),
    [
        ("201", "201", True),
        ("201", "0201", True),
        ("00", "0000", True),
        ("20", "201", False),
        ("201", "202", False),
        ("*8", "*800", True),
        ("*80", "*8", True),
        ("*8", "*97", False),
        ("*8", "8", False),
        ("#1", "*1", False),
        ("800", "*800", False),
    ],
)
def test_clash(first: str, second: str, clashes: bool) -> None:
    assert clash(first, second) == clash(second, first) == clashes


@given(EXTENSIONS, EXTENSIONS)
def test_clash_is_symmetric_and_reflexive(first: str, second: str) -> None:
    assert clash(first, first)
    assert clash(first, second) == clash(second, first)


@given(st.lists(EXTENSIONS, max_size=30))
def test_the_next_free_one_clashes_with_none(extensions: list[str]) -> None:
    holders = [Holder(text, "user", "x", at) for at, text in enumerate(extensions, 1)]
    proposed = next_free(holders)
    assert find_clash(proposed, holders) is None
    assert read_extension(proposed) == proposed


def test_the_next_free_one_counts_all_kinds() -> None:
    held = [Holder("201", "user", "Ada", 1), Holder("202", "ring group", "Sales", 1), Holder("0203", "IVR", "Hi", 1)]
    assert next_free([]) == "201"
    assert next_free(held) == "204"
    assert next_free([Holder("998", "user", "Ada", 1)]) == "1000"


@pytest.mark.parametrize("typed", ["", "2", "abc", "2*1", "*", "**1", "123456789", "٢٠١", *sorted(EMERGENCY)])
def test_what_is_no_extension(typed: str) -> None:
    with pytest.raises(DomainError):
        read_extension(typed)


def test_read() -> None:
    assert [read_extension(text) for text in (" 201 ", "0 20 1", "*800", "#1")] == ["201", "0201", "*800", "#1"]
    assert read_feature_codes(["*8 call pick-up"]) == [Holder("*8", "feature code", "call pick-up")]
