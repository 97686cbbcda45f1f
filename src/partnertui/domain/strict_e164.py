"""Parses numbers to be stored as DDIs strictly by ITU-T E.164, before the numbering plan is consulted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers

from partnertui.domain.countries import country_in_text, country_name
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import SEPARATORS, TRUNK_ZERO, country_of
from partnertui.domain.plurals import plural

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_DIGITS, MIN_DIGITS = 15, 7
"""ITU-T E.164, section 6.2.1; what is shorter than seven digits is an extension or a short code."""
_KEEPS_ZERO = re.compile(r"(?:\+|00)\s*(?:39|378|379)")
"""Italy, San Marino and the Vatican: the zero is part of the number, and is dialled from abroad, too."""
ZERO_COUNTRIES = frozenset({"IT", "SM", "VA"})


def read_e164(text: str, country: str = "") -> str:
    """The E.164 digits of a number as typed, 7 to 15 of them; `country` (ISO 3166) reads national numbers.

    The numbering plan is only used to remove trunk prefixes; whether the number fits it is for `plan_problem`. Raises
    DomainError.
    """
    typed = _without_separators(text, country)
    if typed.startswith("+"):
        return _international(typed[1:], text)
    if typed.startswith("0"):
        return _national(typed, text, country)
    # without a plus it is either: a national number where the country has such a one, else the country code leads
    national = _national(typed, text, country) if country and len(typed) < MAX_DIGITS else ""
    return national if national and not plan_problem(national) else _international(typed, text)


def _without_separators(text: str, country: str) -> str:
    """Digits, with a plus before them if it begins with one or with 00. Raises DomainError for anything else."""
    shown = text.strip()
    keeps_zero = _KEEPS_ZERO.match(shown) or (country in ZERO_COUNTRIES and not shown.startswith(("+", "00")))
    typed = SEPARATORS.sub("", shown if keeps_zero else TRUNK_ZERO.sub("", shown))
    if typed.count("+") > 1 or "+" in typed[1:]:
        raise DomainError(
            f"“{shown}” has more than one plus sign.", advice="Enter one, at the start: +44 20 7946 0000."
        )
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    digits = typed.removeprefix("+")
    if not digits or not digits.isascii() or not digits.isdigit():
        raise DomainError(f"“{shown}” isn't a phone number.", advice="Enter digits only, such as +44 20 7946 0000.")
    return typed


def _international(digits: str, text: str) -> str:
    _require_length(digits, text)
    if digits[0] == "0":
        raise DomainError(
            f"“{text.strip()}” has no country code.", advice="None begins with 0: use the format +44 20 7946 0000."
        )
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return digits  # of no country known here; that is for the pattern check to say
    return _formatted(number, text)


def _national(typed: str, text: str, country: str) -> str:
    if not country:
        raise DomainError(f"“{text.strip()}” has no country code.", advice="Use the format +44 20 7946 0000.")
    _require_length(typed, text, shortest=2)
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise DomainError(
            f"“{text.strip()}” isn't a valid number in {country_in_text(country)}.",
            advice="Start with + and the country code.",
        ) from None
    return _formatted(number, text)


def _formatted(number: PhoneNumber, text: str) -> str:
    digits = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))[1:]
    _require_length(digits, text, counted=" with its country code")
    return digits


def _require_length(digits: str, text: str, shortest: int = MIN_DIGITS, counted: str = "") -> None:
    count = f"{plural(len(digits), 'digit')}{counted}"
    if len(digits) > MAX_DIGITS:
        raise DomainError(
            f"“{text.strip()}” has {count}; E.164 allows at most {MAX_DIGITS}.",
            advice="Check for an extra digit.",
        )
    if len(digits) < shortest:
        raise DomainError(
            f"“{text.strip()}” has {count}, too few for a full number.",
            advice="Enter the full number, such as +44 20 7946 0000.",
        )


SHARED = frozenset({1, 7})
"""Country codes of several large countries: Canada's +1 isn't a number of the United States."""


def plan_problem(digits: str) -> str:
    """Why a number doesn't fit the numbering plan of its country, in a sentence; "" if it does."""
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return f"+{digits} doesn't begin with a known country code."
    if phonenumbers.is_valid_number(number):
        return ""
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    # phonenumbers calls an unknown region ZZ, and the codes of no country, such as +800, 001
    is_one = region not in {"ZZ", "001"} and number.country_code not in SHARED
    name = country_name(region) if is_one else f"+{number.country_code}"
    return f"+{digits} doesn't fit the numbering plan ({name})."


def country_code_of(digits: str) -> str:
    """The country calling code that the digits begin with; "" if none is known."""
    # No country code begins with another one (ITU-T E.164), so the first that is known is the one.
    for length in (1, 2, 3):
        if phonenumbers.region_code_for_country_code(int(digits[:length] or "0")) != "ZZ":
            return digits[:length]
    return ""


def is_number_of(digits: str, country: str) -> bool:
    """Whether a country (ISO 3166) has the country calling code of these digits."""
    return phonenumbers.country_code_for_region(country) == int(country_code_of(digits) or "0") != 0


def country_of_code(digits: str) -> str:
    """ISO 3166 code of the country of these digits, by the numbering plan, else by the country code; "" for none."""

    found = country_of(digits)
    if found is not None:
        return found
    region = phonenumbers.region_code_for_country_code(int(country_code_of(digits) or "0"))
    return "" if region in {"ZZ", "001"} else str(region)
