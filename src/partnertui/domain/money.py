"""Money as whole millionths of a currency's unit, typed and shown as people do."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation, localcontext

from partnertui.domain.errors import DomainError

MICRO = 1_000_000
CURRENCIES = ("EUR", "GBP", "USD", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "AUD", "CAD", "JPY", "KWD")
"""What invoices, price lists and products may be in."""
LARGEST = 9_000_000_000 * MICRO
"""Keeps every amount, and sums of some hundred of them, within 64 bits."""


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


def parse_money(text: str, currency: str) -> int:
    """Micro-units of an amount such as 12.50, -3, 1,234.56, 1.234,56 or EUR 5; raises DomainError."""
    typed = "".join(text.split())
    for sign in filter(None, (currency.upper(), *_SIGNS.get(currency.upper(), ()))):
        if typed.upper().startswith(sign) or typed.upper().endswith(sign):
            typed = typed[len(sign) :] if typed.upper().startswith(sign) else typed[: -len(sign)]
            break
    try:
        amount = Decimal(_plain(typed))
    except InvalidOperation:
        raise DomainError(f"“{text}” isn't an amount.", advice="Type it like 12.50.") from None
    if not amount.is_finite():
        raise DomainError(f"“{text}” isn't an amount.", advice="Type it like 12.50.")
    if abs(amount) * MICRO > LARGEST:
        raise DomainError("The amount is too large.", advice="Amounts go up to 9,000,000,000.")
    with localcontext() as context:
        context.prec = 40
        micro = amount * MICRO
    if micro != micro.to_integral_value():
        raise DomainError("The amount has more than six decimal places.", advice="Type it like 0.012345.")
    return int(micro)


def _plain(typed: str) -> str:
    """The amount with a point for decimals and nothing for thousands; groups must be of three digits."""
    digits = typed.lstrip("+-")
    if not digits or not all(sign.isascii() and (sign.isdigit() or sign in ".,'") for sign in digits):
        raise InvalidOperation
    last = max(digits.rfind("."), digits.rfind(","))
    mark = digits[last] if last >= 0 else ""
    if mark and digits.count(mark) == 1 and (mark == "." or len(digits) - last != 4 or last > 3):
        whole, part = digits[:last], digits[last + 1 :]
    else:
        whole, part = digits, ""
    groups = whole.replace("'", ",").replace(".", ",").split(",")
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise InvalidOperation
    sign = typed[: len(typed) - len(digits)]
    if len(sign) > 1:
        raise InvalidOperation
    return f"{sign}{''.join(groups) or '0'}.{part or '0'}" if (whole or part) else ""


_SIGNS = {"EUR": ("€",), "GBP": ("£",), "USD": ("$", "US$"), "PLN": ("ZŁ",), "CHF": ("FR.",)}


def format_money(micro: int, currency: str, *, exact: bool = False) -> str:
    """An amount with its currency's sign; `exact` keeps fractions of a cent, as rates and call charges need."""
    from babel.numbers import format_currency

    if not exact:
        amount = Decimal(rounded(micro, currency)) / MICRO
        return str(format_currency(amount, currency, locale="en_GB"))
    amount, least = Decimal(micro) / MICRO, decimal_places(currency)
    pattern = "¤#,##0." + "0" * least + "#" * (6 - least)
    return str(format_currency(amount, currency, format=pattern, locale="en_GB", currency_digits=False))
