"""Amounts as people type them, to the millionth and back."""

from __future__ import annotations

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.money import divided, format_money, from_smallest, parse_money, to_smallest
from partnertui.kit.declare.kinds import InvalidValue, Money

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


@pytest.mark.parametrize("typed", ["9" * 10_000, "-" + "9" * 5_000, "9" * 5_000 + ".50"])
def test_ten_thousand_pasted_digits_are_a_sentence(typed: str) -> None:
    with pytest.raises(DomainError, match="too large"):
        parse_money(typed, "EUR")


@pytest.mark.parametrize("typed", ["9," * 5_000, "x" * 10_000, "1." + "1" * 10_000])
def test_what_was_pasted_is_quoted_in_part(typed: str) -> None:
    with pytest.raises(DomainError) as caught:
        parse_money(typed, "EUR", places=2)
    assert len(str(caught.value)) < 100


LOCALES = {
    ("1.234,56", "de_DE"): 1_234_560_000,
    ("1,234.56", "de_DE"): 1_234_560_000,
    ("1.234", "de_DE"): 1_234_000_000,
    ("1,234", "en_GB"): 1_234_000_000,
    ("12,50", "en_GB"): 12_500_000,
    ("12.5", "de_DE"): 12_500_000,
    ("1’234.56", "de_CH"): 1_234_560_000,
    ("0,012345", "de_DE"): 12_345,
}


@pytest.mark.parametrize(("typed", "locale"), LOCALES)
def test_the_locale_decides_what_a_mark_means(typed: str, locale: str) -> None:
    assert parse_money(typed, "EUR", locale) == LOCALES[typed, locale]


@pytest.mark.parametrize(("typed", "locale"), [("1.234", "fr_FR"), ("1,234", "de_DE"), ("1.234", "en_GB")])
def test_what_could_be_two_amounts_is_asked_back(typed: str, locale: str) -> None:
    with pytest.raises(DomainError, match=r"could be 1234 or 1[.,]234") as caught:
        parse_money(typed, "EUR", locale, places=2)
    assert "Enter 1234 or 1" in caught.value.advice


def test_a_currency_without_decimals_is_asked_back_without_them() -> None:
    with pytest.raises(DomainError) as caught:
        parse_money("5.000", "JPY", "en_GB", places=0)
    assert caught.value.advice == "Enter 5000 or 5."


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "5000"), ("EUR", "5000.00"), ("KWD", "5000.00")])
def test_a_field_shows_the_decimals_of_its_currency(currency: str, shown: str) -> None:
    kind = Money().in_currency(currency)
    assert kind.input_text(5_000_000_000) == shown
    assert kind.parse(shown) == 5_000_000_000


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e3", "1_000", "１２"])
def test_b4b_no_library_is_asked_about_them(typed: str) -> None:
    with pytest.raises(DomainError, match="isn't an amount"):
        parse_money(typed, "GBP", "en_GB", places=2)


@pytest.mark.parametrize(("typed", "currency"), [("2345.678", "EUR"), ("500.5", "JPY"), ("1.2345", "KWD")])
def test_a_currency_has_its_own_decimals(typed: str, currency: str) -> None:
    with pytest.raises(InvalidValue, match=r"decimal"):
        Money().in_currency(currency).parse("1" + typed)
    assert Money(exact=True).in_currency(currency).parse(typed) > 0


@pytest.mark.parametrize(("typed", "currency"), [("£12.50", "GBP"), ("12.50 €", "EUR"), ("JPY 1250", "JPY")])
def test_a_field_takes_the_sign_of_its_own_currency_alone(typed: str, currency: str) -> None:
    assert Money().in_currency(currency).parse(typed) == (1_250_000_000 if currency == "JPY" else 12_500_000)
    with pytest.raises(InvalidValue, match="isn't an amount"):
        Money().in_currency("USD").parse(typed)


def test_b5b_amounts_go_out_in_the_smallest_unit() -> None:
    assert to_smallest(1_234_000, "KWD") == 1234
    assert to_smallest(500_000_000, "JPY") == 500
    assert from_smallest(1234, "KWD") == 1_234_000
    assert format_money(1_234_000, "KWD") == "KWD1.234"


@given(st.integers(-(10**12), 10**12), st.sampled_from(["en_GB", "de_DE", "fr_FR", "de_CH"]))
def test_what_a_field_shows_reads_back(micro: int, locale: str) -> None:
    kind = Money(exact=True).in_locale(locale)
    assert kind.parse(kind.input_text(micro)) == micro


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact = (Decimal(numerator) / denominator).quantize(Decimal(1), ROUND_HALF_UP)
    assert divided(numerator, denominator) == -divided(-numerator, denominator) == exact


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
