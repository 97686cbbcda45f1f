"""A phone number or a range of numbers, parsed from typed text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from partnertui.domain.countries import country_in_text
from partnertui.domain.errors import DomainError
from partnertui.domain.phone_numbers import SEPARATORS, format_number
from partnertui.domain.strict_e164 import country_code_of, is_number_of, plan_problem, read_e164

MAX_NUMBERS = 10_000
"""Numbers in one range."""
# Mail and word processors turn a typed hyphen into one of these.
_DASHES = r"\-\u2010-\u2015"
_BRACKETS = re.compile(
    rf"(?P<head>[^\[\]{{}}]*)[\[{{]\s*(?P<low>\d+)\s*(?:[{_DASHES}…]|\.\.+)\s*(?P<high>\d+)\s*[\]}}]"
)
# A dash may also group the digits of one number (030-23125): it parts two only before a plus.
_TWO = re.compile(rf"(?P<first>.*?\d.*?)\s*(?:…|\.\.+|\bto\b|[{_DASHES}]\s*(?=\+))\s*(?P<last>.*)", re.IGNORECASE)
_SUFFIX = re.compile(rf"[{_DASHES}]\s*(\d+)")


@dataclass(frozen=True)
class NumberRange:
    """The numbers from `first` to `last` (E.164 digits, equally many), both included; one number if they are equal."""

    first: str
    last: str

    def __len__(self) -> int:
        return int(self.last) - int(self.first) + 1

    def __iter__(self) -> Iterator[str]:
        # no E.164 number begins with 0, so none loses a digit here
        return (str(number) for number in range(int(self.first), int(self.last) + 1))

    def words(self) -> str:
        """How many numbers they are, with the first and the last one."""
        if len(self) == 1:
            return f"1 number: {format_number(self.first)}"
        return f"{len(self):,} numbers: {format_number(self.first)} … {format_number(self.last)}"


def read_range(numbers: str, last: str = "", country: str = "") -> NumberRange:
    """The numbers that were typed: one, or a range in one text or with its last number in a second one.

    `+49 30 23125-00 … -99`, `+493023125[00-99]`, `030 2312500 to 030 2312599`; the last number may be given by its last
    digits alone. `country` (ISO 3166) reads national numbers. Raises DomainError with the field, `numbers` or `last`.
    """
    first_text, last_text = _split(numbers)
    if last.strip() and last_text:
        raise DomainError("The last number is already in the field above.", "Leave this one empty.", field="last")
    where = "last" if last.strip() else "numbers"
    first = _read(first_text, country, "numbers")
    end_text = last.strip() or last_text
    end = _read(_completed(first_text, end_text), country, where) if end_text else first
    return _checked(first, end, where)


def _split(text: str) -> tuple[str, str]:
    """The first number and the last one, "" if only one was typed."""
    text = text.strip()
    if any(bracket in text for bracket in "[]{}"):
        found = _BRACKETS.fullmatch(text)
        if found is None:
            raise DomainError(
                "A range in brackets must be at the end of the number.",
                "Use the format +493023125[00-99].",
                field="numbers",
            )
        if len(found["low"]) != len(found["high"]):
            raise DomainError(
                f"The two ends of [{found['low']}-{found['high']}] have different numbers of digits.",
                "Enter both with the same number of digits, such as [00-99].",
                field="numbers",
            )
        return found["head"] + found["low"], found["head"] + found["high"]
    pair = _TWO.fullmatch(text)
    if pair is not None and not pair["last"]:
        raise DomainError(
            "The last number is missing.", "Enter it in full, or just its last digits: -99.", field="numbers"
        )
    return (pair["first"], pair["last"]) if pair is not None else (text, "")


def _completed(first: str, last: str) -> str:
    """The last number in full, where only its last digits were typed."""
    suffix = _SUFFIX.fullmatch(last.strip())
    digits = suffix[1] if suffix is not None else SEPARATORS.sub("", last)
    whole = SEPARATORS.sub("", first)
    room = len(whole.removeprefix("+"))
    if not digits.isdigit() or (suffix is None and len(digits) >= room) or last.strip().startswith("00"):
        return last
    return whole[: max(0, len(whole) - len(digits))] + digits if len(digits) <= room else last


def _read(text: str, country: str, field: str) -> str:
    try:
        return read_e164(text, country)
    except DomainError as error:
        raise DomainError(str(error), error.advice, field=field) from None


def _checked(first: str, last: str, field: str) -> NumberRange:
    if len(first) != len(last) or country_code_of(first) != country_code_of(last):
        raise DomainError(
            f"+{first} and +{last} aren't in the same block: they differ in length or country.",
            "Add them as two ranges.",
            field=field,
        )
    if int(last) < int(first):
        raise DomainError(
            f"The range ends before it starts: +{last} comes before +{first}.",
            "Enter the lower number first.",
            field=field,
        )
    found = NumberRange(first, last)
    if len(found) > MAX_NUMBERS:
        raise DomainError(
            f"This range has {len(found):,} numbers; the limit is {MAX_NUMBERS:,}.",
            "Add them in several ranges.",
            field=field,
        )
    return found


def require_country(numbers: NumberRange, country: str) -> None:
    """Raises DomainError if the numbers don't have the country code of this country (ISO 3166)."""
    if country and not is_number_of(numbers.first, country):
        code = country_code_of(numbers.first)
        raise DomainError(
            f"+{code} isn't the country code for {country_in_text(country)}.",
            "Correct the number or the country.",
            field="country",
        )


def require_plan(numbers: NumberRange) -> None:
    """Raises DomainError for the first number that doesn't fit the numbering plan of its country."""
    for number in numbers:
        problem = plan_problem(number)
        if problem:
            raise DomainError(problem, "Correct it, or turn the pattern check off and give a reason.", field="numbers")
