"""Ranges of numbers as people type them; cases C3b and C4a."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import MAX_NUMBERS, NumberRange, read_range, require_country, require_plan
from partnertui.domain.strict_e164 import MAX_DIGITS, plan_problem, read_e164


@pytest.mark.parametrize(
    ("typed", "last", "country"),
    [
        ("+49 30 23125-00 … -99", "", ""),  # C4a
        ("+493023125[00-99]", "", ""),  # C4a
        ("+49 (0)30 23125{00..99}", "", ""),
        ("030 23125-00 to -99", "", "DE"),
        ("030 2312500 … 030 2312599", "", "DE"),
        ("0049302312500 .. 99", "", "GB"),
        ("+49 30 2312500 – +49 30 2312599", "", ""),
        ("+49 30 2312500", "+49 30 2312599", ""),
        ("+49 30 2312500", "-99", ""),
        ("+49 30 2312500", "99", ""),
    ],
)
def test_a_hundred_numbers_however_they_are_typed(typed: str, last: str, country: str) -> None:
    found = read_range(typed, last, country)
    assert (found.first, found.last, len(found)) == ("49302312500", "49302312599", 100)
    assert found.words() == "100 numbers: +49 30 2312500 … +49 30 2312599"


@pytest.mark.parametrize(
    ("typed", "last", "words", "field"),
    [
        ("+49 30 231250001234", "", "16 digits; E.164 allows at most 15", "numbers"),  # C3b
        ("++49 30 2312500", "", "more than one plus sign", "numbers"),
        ("+49 30 2312500+1", "", "more than one plus sign", "numbers"),
        ("+49 30 ２３１２５００", "", "isn't a phone number", "numbers"),
        ("+49 30 call me", "", "isn't a phone number", "numbers"),
        ("+0 30 2312500", "", "has no country code", "numbers"),
        ("030 2312500", "", "has no country code", "numbers"),
        ("", "", "isn't a phone number", "numbers"),
        ("+49 12", "", "too few", "numbers"),
        ("+49 30 23125-99 … -00", "", "ends before it starts", "numbers"),
        ("+49 30 2312599", "-00", "ends before it starts", "last"),
        ("+493023125[000-99]", "", "different numbers of digits", "numbers"),
        ("+493023125[00-99", "", "at the end of the number", "numbers"),
        ("+49 30 2312500 …", "", "The last number is missing", "numbers"),
        ("+493023125[00-99]", "-99", "already in the field above", "last"),
        ("+49 30 2312500", "+44 20 7946 0000", "aren't in the same block", "last"),
        ("+493023[00000-10000]", "", "10,001 numbers", "numbers"),
    ],
)
def test_bad_input_is_refused_at_its_field(typed: str, last: str, words: str, field: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        read_range(typed, last)
    assert caught.value.field == field
    assert caught.value.advice


def test_the_wrong_country_for_the_prefix() -> None:
    numbers = read_range("+44 20 7946 0000")
    require_country(numbers, "GB")
    with pytest.raises(DomainError, match=r"\+44 isn't the country code for Germany") as caught:
        require_country(numbers, "DE")
    assert caught.value.field == "country"


@pytest.mark.parametrize("typed", ["+39 06 69812345", "+39 (0)6 69812345", "0039 06 698 12345"])
def test_italy_keeps_its_zero(typed: str) -> None:
    assert read_e164(typed) == "390669812345"
    assert read_e164("06 69812345", "IT") == "390669812345"
    assert read_e164("+44 (0)20 7946 0000") == "442079460000"


def test_the_plan_is_asked_for_every_number_of_a_range() -> None:
    require_plan(read_range("+493023125[00-99]"))
    block = read_range("+1212[1999998-2000001]")  # 199-9999 isn't a number of New York, 200-0000 is
    with pytest.raises(DomainError, match=r"\+12121999998 doesn't fit the numbering plan \(\+1\)"):
        require_plan(block)
    with pytest.raises(DomainError, match="numbering plan"):
        require_plan(read_range("+441234567"))
    assert "known country code" in plan_problem("9991234567")


@given(st.integers(10**10, 10**11 - 20_000), st.integers(0, 20_000))
def test_no_range_has_a_number_twice(first: int, more: int) -> None:
    first_text, last_text = f"+4{first}", f"+4{first + more}"
    try:
        found = read_range(first_text, last_text)
    except DomainError:
        return
    numbers = list(found)
    assert len(numbers) == len(set(numbers)) == len(found) <= MAX_NUMBERS
    assert (numbers[0], numbers[-1]) == (found.first, found.last)
    assert all(int(after) - int(before) == 1 for before, after in pairwise(numbers))


@given(st.text("0123456789+-–…()[]{}. toab２\u00a0", max_size=30), st.sampled_from(["", "DE", "IT", "US", "GB"]))
def test_whatever_is_typed_is_a_range_or_a_sentence(typed: str, country: str) -> None:
    with suppress(DomainError):
        found = read_range(typed, country=country)
        assert found.first.isascii()
        assert len(found.first) == len(found.last) <= MAX_DIGITS
        assert 1 <= len(found) <= MAX_NUMBERS


def test_a_single_number_is_a_range_of_one() -> None:
    assert list(NumberRange("442079460000", "442079460000")) == ["442079460000"]
    assert NumberRange("442079460000", "442079460000").words() == "1 number: +44 20 7946 0000"
