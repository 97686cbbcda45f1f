"""Finds phone numbers in a text, by the library phonenumbers."""

from __future__ import annotations

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

MOST_TRIES = 20


def find(text: str, country: str | None) -> list[str]:
    """Digits of the valid numbers in a short text; those without a country code are read as the country dials."""
    matcher = PhoneNumberMatcher(text, country, leniency=Leniency.VALID, max_tries=MOST_TRIES)
    digits = (format_number(match.number, PhoneNumberFormat.E164).removeprefix("+") for match in matcher)
    return [one for one in digits if len(one) <= 15]
