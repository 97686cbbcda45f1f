"""Money as whole millionths of a currency's unit: parsing, rounding, formatting."""

from __future__ import annotations

import re
from decimal import Decimal

from partnertui.domain.errors import DomainError

MICRO = 1_000_000
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "AUD", "CAD", "JPY", "KWD")
"""What invoices, price lists and products may be in."""
LARGEST = 9_000_000_000 * MICRO
"""Keeps every amount, and sums of some hundred of them, within 64 bits."""
LARGEST_ADVICE = f"The maximum is {LARGEST // MICRO:,}."
LONGEST = 100
"""Digits and marks before the decimal mark that are worth reading."""
QUOTED = 30
"""Characters of what was typed that a sentence repeats."""


def decimal_places(currency: str) -> int:
    """Digits of a currency's smallest unit (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def divided(numerator: int, denominator: int) -> int:
    """A quotient as a whole number, half of one rounded away from zero, as invoices must be."""
    quotient, rest = divmod(abs(numerator), abs(denominator))
    size = quotient + (2 * rest >= abs(denominator))
    return size if (numerator < 0) == (denominator < 0) else -size


def rounded(micro: int, currency: str) -> int:
    """An amount in whole units of the currency's smallest one, in micro-units; half away from zero."""
    return from_smallest(to_smallest(micro, currency), currency)


def to_smallest(micro: int, currency: str) -> int:
    """An amount in the currency's smallest unit, as gateways take it: 1234 for 1.234 KWD, 500 for ¥500."""
    return divided(micro, from_smallest(1, currency))


def from_smallest(amount: int, currency: str) -> int:
    """Micro-units of an amount in the currency's smallest unit."""
    return amount * (MICRO // int(10 ** decimal_places(currency)))


def parse_money(text: str, currency: str, locale: str = "en_GB", places: int = 6) -> int:
    """Micro-units of an amount such as 12.50, -3, 1,234.56, 1.234,56 or EUR 5.

    A point or comma with three digits behind it means what it means in the locale, and is refused where that leaves it
    open. Raises DomainError, also for more than `places` decimals.
    """
    typed = "".join(text.split())
    for sign in filter(None, (currency.upper(), *_SIGNS.get(currency.upper(), ()))):
        if typed.upper().startswith(sign) or typed.upper().endswith(sign):
            typed = typed[len(sign) :] if typed.upper().startswith(sign) else typed[: -len(sign)]
            break
    digits = typed.lstrip("+-")
    # before any library: Decimal and Babel take NaN, 1e3, 1_000 and full-width digits
    if len(typed) - len(digits) > 1 or not re.fullmatch(r"[0-9.,'’]*[0-9][0-9.,'’]*", digits, re.ASCII):
        raise _no_amount(text, places)
    whole, part = _halves(digits, locale, places)
    groups = re.split(r"[.,'’]", whole)
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise _no_amount(text, places)
    if len(whole) > LONGEST:  # before int(), which refuses thousands of digits by an exception of its own
        raise _too_large()
    if not part.isdigit() or len(part.rstrip("0")) > places:
        raise _too_exact(text, places) if part.isdigit() else _no_amount(text, places)
    micro = int("".join(groups) or "0") * MICRO + int(part[:6].ljust(6, "0"))
    if micro > LARGEST:
        raise _too_large()
    return -micro if typed.startswith("-") else micro


def _halves(digits: str, locale: str, places: int) -> tuple[str, str]:
    """What is before and behind the decimal mark. Raises DomainError if it could be either of two amounts."""
    last = max(digits.rfind(mark) for mark in ".,")
    mark = digits[last] if last >= 0 else ""
    if not mark or digits.count(mark) > 1:
        return digits, "0"
    whole, part = digits[:last], digits[last + 1 :]
    if len(part) != 3 or not 1 <= len(whole) <= 3 or whole[0] == "0":
        return whole, part or "0"
    decimal, group = marks_of(locale)
    if mark == group:
        return whole + part, "0"
    if mark == decimal and places >= 3:
        return whole, part
    raise DomainError(
        f"“{digits}” could be {whole}{part} or {whole}{decimal}{part}.",
        advice=f"Enter {whole}{part} or {whole}{f'{decimal}{part[:2]}' if places else ''}.",
    )


def marks_of(locale: str) -> tuple[str, str]:
    """Decimal mark and the mark between thousands of a locale such as de_DE; those of Britain if it isn't known."""
    from babel import Locale, UnknownLocaleError

    try:
        symbols = Locale.parse(locale).number_symbols["latn"]
    except (UnknownLocaleError, ValueError, KeyError):
        return ".", ","
    return str(symbols["decimal"]), str(symbols["group"])


def example_amount(currency: str) -> str:
    """An amount as it may be typed, for advice: in yen there is no 12.50."""
    return _example(decimal_places(currency))


def _example(places: int) -> str:
    return "12.50" if places else "1250"


def _no_amount(text: str, places: int) -> DomainError:
    return DomainError(f"“{_quoted(text)}” isn't an amount.", advice=f"Enter an amount such as {_example(places)}.")


def _too_large() -> DomainError:
    return DomainError("The amount is too large.", advice=LARGEST_ADVICE)


def _too_exact(text: str, places: int) -> DomainError:
    if places == 6:
        return DomainError("The amount has more than six decimal places.", advice="Enter an amount such as 0.012345.")
    if places == 0:
        return DomainError(
            f"“{_quoted(text)}” has decimals, but this currency has none.", advice="Enter a whole number."
        )
    return DomainError(
        f"“{_quoted(text)}” has more than {places} decimal places.", advice="This currency has no smaller unit."
    )


def _quoted(text: str) -> str:
    """What was typed, or its beginning where a whole document was pasted."""
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


_SIGNS = {"EUR": ("€",), "GBP": ("£",), "USD": ("$", "US$"), "PLN": ("ZŁ",), "CHF": ("FR.",)}


def format_money(micro: int, currency: str, *, exact: bool = False) -> str:
    """An amount with its currency's sign; `exact` keeps fractions of a cent, as rates and call charges need."""
    from babel.numbers import format_currency

    if not exact:
        # Babel itself rounds half to even.
        amount = Decimal(rounded(micro, currency)) / MICRO
        return str(format_currency(amount, currency, locale="en_GB"))
    amount, least = Decimal(micro) / MICRO, decimal_places(currency)
    pattern = "¤#,##0." + "0" * least + "#" * (6 - least)
    # Else Babel would cut the pattern to the currency's own decimals.
    return str(format_currency(amount, currency, format=pattern, locale="en_GB", currency_digits=False))
