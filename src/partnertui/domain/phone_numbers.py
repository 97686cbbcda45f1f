"""Phone numbers: parsed to E.164 digits without the plus, as stored, and formatted for display (ITU-T E.164)."""

from __future__ import annotations

import re

from partnertui.domain.errors import DomainError

SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015\u00a0]")
"""What people put between digits, for reading."""
_TYPED = re.compile(r"\+?[0-9]+")
TRUNK_ZERO = re.compile(r"(?<=\d)[\s\u00a0]*\(0\)")
"""The zero of "+44 (0)191", which is dialled within the country alone."""
SHORTEST_EXPANDED = 3
"""Digits from which what was typed is read as the beginning of a national number."""


def typed_digits(text: str) -> str:
    """The digits of a number as people write it, with a plus if it begins with one or with 00; "" for other text."""
    typed = SEPARATORS.sub("", TRUNK_ZERO.sub("", text) if text.lstrip().startswith(("+", "00")) else text)
    if typed.startswith("00") and len(typed) > 4:
        typed = "+" + typed[2:]
    return typed if _TYPED.fullmatch(typed) and typed.isascii() else ""


def e164_beginnings(text: str, country: str) -> tuple[str, ...]:
    """The beginnings that the E.164 digits of a typed number may have, most likely first; () for what is no number.

    `country` (ISO 3166) reads national numbers: 0191 498 0777 is 441914980777 in GB. The number may be unfinished.
    What has neither country code nor trunk prefix may be the middle of a number: then only the digits are given.
    """
    typed = typed_digits(text)
    digits = typed.lstrip("+")
    if len(digits) < SHORTEST_EXPANDED or not country:
        return (digits,) if digits else ()
    import phonenumbers

    if typed.startswith("+"):
        return (_without_trunk_prefix(digits),)
    code = str(phonenumbers.country_code_for_region(country) or "")
    trunk = phonenumbers.ndd_prefix_for_region(country, True) or ""
    if not code:
        return (digits,)
    if trunk == "0" and digits.startswith(code + trunk):  # 44 (0)191
        return code + digits[len(code + trunk) :], digits
    if trunk and digits.startswith(trunk) and trunk != code:
        return code + digits[len(trunk) :], digits
    if digits.startswith("0"):  # Italy dials its zero from abroad, too
        return code + digits, digits
    return (digits,)


def _without_trunk_prefix(digits: str) -> str:
    """International digits without a zero that somebody left behind the country code: 440191 is 44191."""
    import phonenumbers

    # Country codes have one to three digits, and none is the beginning of another (ITU-T E.164).
    for length in (1, 2, 3):
        region = phonenumbers.region_code_for_country_code(int(digits[:length] or "0"))
        # phonenumbers: ZZ means that no such code exists, 001 that it belongs to no country, such as +800.
        if region not in {"ZZ", "001"}:
            trunk = phonenumbers.ndd_prefix_for_region(region, True)
            return digits[:length] + digits[length:].removeprefix("0") if trunk == "0" else digits
    return digits


def parse_number(text: str, country: str | None) -> str:
    """The E.164 digits of a number as typed; `country` (ISO 3166) reads national numbers. Raises DomainError."""
    import phonenumbers

    typed = SEPARATORS.sub("", TRUNK_ZERO.sub("", text))
    if typed.startswith("00"):
        typed = "+" + typed[2:]
    if not re.fullmatch(r"\+?[0-9]{3,20}", typed):
        raise DomainError(f"“{text}” isn't a phone number.", advice="Use the format +44 20 7946 0000.")
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
