"""Amounts as people type them, to the millionth and back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money, parse_money

TYPED = {
    "12.50": 12_500_000,
    "12,50": 12_500_000,
    "1,234.56": 1_234_560_000,
    "1.234,56": 1_234_560_000,
    "1,234,567": 1_234_567_000_000,
    "-3": -3_000_000,
    "€ 5": 5_000_000,
    "EUR 0.012345": 12_345,
    " 7 ": 7_000_000,
}


@pytest.mark.parametrize(("typed", "micro"), TYPED.items())
def test_amounts_are_read_as_people_type_them(typed: str, micro: int) -> None:
    assert parse_money(typed, "EUR") == micro


@pytest.mark.parametrize(
    "typed", ["", "abc", "1.2.3", "--1", "NaN", "Infinity", "1e5", "12,34,5", "٣", "0.0000001", "99999999999"]
)
def test_what_is_no_amount_is_a_sentence(typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_money(typed, "EUR")
    assert caught.value.advice


@given(st.integers(-(10**15), 10**15))
def test_every_amount_reads_back(micro: int) -> None:
    sign, rest = "-" if micro < 0 else "", abs(micro)
    assert parse_money(f"{sign}{rest // 10**6}.{rest % 10**6:06}", "EUR") == micro


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_a_sentence(typed: str) -> None:
    with suppress(DomainError):
        assert isinstance(parse_money(typed, "EUR"), int)


def test_charges_keep_fractions_of_a_cent() -> None:
    assert format_money(12_345, "EUR", exact=True) == "€0.012345"
    assert format_money(1_234_560_000, "GBP") == "£1,234.56"
    assert format_money(-5_000_000, "USD").startswith("-")
