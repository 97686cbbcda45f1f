"""Phone numbers: E.164 digits without the plus in the database (ITU-T E.164), grouped on screen."""

from __future__ import annotations

import re

from partnertui.domain.errors import DomainError

_NOISE = re.compile(r"[\s()./\-\u2010-\u2015\u00a0]")


def parse_number(text: str, country: str | None) -> str:
    """The E.164 digits of a number as typed; `country` (ISO 3166) reads national numbers. Raises DomainError."""
    import phonenumbers

    typed = _NOISE.sub("", text)
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    if not re.fullmatch(r"\+?[0-9]{3,20}", typed):
        raise DomainError(f"“{text}” isn't a phone number.", advice="Type it like +44 20 7946 0000.")
    if not typed.startswith("+") and (country is None or typed[0] != "0"):
        typed = typed if country is not None and _valid(typed, country) else "+" + typed
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise DomainError(f"“{text}” isn't a phone number.", advice="Begin with + and the country code.") from None
    if not phonenumbers.is_possible_number(number):
        raise DomainError(f"“{text}” is too short or too long for its country.", advice="Check the digits.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))[1:]


def _valid(typed: str, country: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(typed, country)))
    except phonenumbers.NumberParseException:
        return False


def format_number(digits: str) -> str:
    """A number grouped as its country does; what is no E.164 number is shown as it is."""
    import phonenumbers

    if len(digits) < 7 or not digits.isascii() or not digits.isdigit() or digits[0] == "0":
        return digits
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        return "+" + digits
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def country_of(digits: str) -> str | None:
    """ISO 3166 code of a number's country; None where it has none, as 00800 numbers or extensions."""
    import phonenumbers

    if len(digits) < 7 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse("+" + digits, None))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region != "001" else None
