"""Numbers, countries, SIP and Q.850 words, the SLA clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.call_enums import Disposition
from partnertui.domain.countries import EU, country_name, find_country
from partnertui.domain.duration_text import span_words
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import country_of, format_number, parse_number
from partnertui.domain.sip_and_q850_codes import disposition_from_sip, q850_words, sip_words

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "country", "digits"),
    [
        ("+44 20 7946 0000", None, "442079460000"),
        ("0044 (20) 7946-0000", None, "442079460000"),
        ("020 7946 0000", "GB", "442079460000"),
        ("442079460000", None, "442079460000"),
    ],
)
def test_numbers_become_digits(typed: str, country: str | None, digits: str) -> None:
    assert parse_number(typed, country) == digits
    assert country_of(digits) == "GB"
    assert format_number(digits) == "+44 20 7946 0000"


@given(st.text(max_size=25), st.sampled_from([None, "GB", "DE"]))
def test_any_text_is_a_number_or_a_sentence(typed: str, country: str | None) -> None:
    with suppress(DomainError):
        assert parse_number(typed, country).isdigit()


def test_extensions_stay_as_they_are() -> None:
    assert format_number("1003") == "1003"
    assert country_of("1003") is None


def test_countries_by_code_and_name() -> None:
    assert find_country("gb") == find_country("United Kingdom") == "GB"
    assert country_name("DE") == "Germany"
    assert {"DE", "IE"} < EU
    assert "GB" not in EU
    with pytest.raises(DomainError, match="could be"):
        find_country("United")
    with pytest.raises(DomainError, match="isn't a country"):
        find_country("Atlantis")


def test_codes_in_words() -> None:
    assert (sip_words(486), sip_words(499), sip_words(None)) == ("Busy Here", "Request Failure", "")
    assert (q850_words(17), q850_words(98)) == ("user busy", "cause 98")
    assert disposition_from_sip(487, answered=False) == Disposition.CANCELLED


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=45), "45 seconds"),
        (timedelta(seconds=60), "a minute"),
        (timedelta(seconds=120), "two minutes"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(minutes=60), "an hour"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(days=14), "14 days"),
    ],
)
def test_limits_in_sentences(span: timedelta, words: str) -> None:
    assert span_words(span) == words
