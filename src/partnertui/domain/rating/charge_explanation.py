"""Explains a call's charge step by step, in sentences that an agent can read to a customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from partnertui.domain.money import MICRO, decimal_places, format_money
from partnertui.domain.rating.charges import MINUTE, Charge, billed_seconds, sixtieths_of
from partnertui.domain.rating.price_table import CallTerms
from partnertui.domain.rating.rating_state import RatingState

LONGEST_DECIMALS = 12
SHOWN_DIGITS = 5
"""Of a number without a price."""


def price_words(terms: CallTerms, price_list: str, number: str, day: date) -> Iterator[str]:
    """Which price applies and what it says."""
    begins = f"+{number} begins with {terms.prefix}" if number.isdigit() else f"prefix {terms.prefix}"
    when = f"as valid on {day:%d %b %Y} in the customer's time zone"
    yield f"{begins}: “{terms.name}” in the price list “{price_list}”, {when}."
    parts = [f"{format_money(terms.per_minute, terms.currency, exact=True)} a minute"]
    if terms.per_call:
        parts.append(f"{format_money(terms.per_call, terms.currency, exact=True)} connection fee")
    if terms.minimum:
        parts.append(f"at least {format_money(terms.minimum, terms.currency, exact=True)} a call")
    yield f"The rate: {', '.join(parts)}; {step_words(terms)}."


def unpriced_words(state: RatingState | None, number: str, price_list: str, currency: str, day: date) -> Iterator[str]:
    """Why a call has no price, and what to do about it; `price_list` and its currency are empty where there is none."""
    if state is None:
        yield "This call was imported before rating was set up. “partnertui rate --since …” will rate it."
    elif state == RatingState.NOT_BILLABLE:
        yield "This call isn't billable: it is inbound or internal, or it belongs to no customer account."
        yield "Inbound calls are only charged if the customer has a price list for them."
    elif state == RatingState.OTHER_CURRENCY:
        yield "When the call was rated, the customer's price list was in another currency than the customer pays in."
        yield (
            f"It is “{price_list}” in {currency} now. Choose another if that still differs; “partnertui rate” will then"
            " charge the call."
        )
    elif state == RatingState.NO_PRICE:
        yield f"No price for {short_number(number)}, so the call isn't charged."
        if price_list:
            yield f"When the call was rated, no prefix for this number was valid on {day:%d %b %Y}."
            yield (
                f"Add the price to the price list “{price_list}” if it is still missing; “partnertui rate” will then"
                " charge the call."
            )
        else:
            yield (
                "The customer has no price list for such calls. Choose one; “partnertui rate” will then charge the"
                " call."
            )
    else:
        yield "The call wasn't answered: it is rated, costs nothing and uses no minutes."


def short_number(number: str) -> str:
    """The beginning of a number, by which its price is looked for."""
    return f"+{number[:SHOWN_DIGITS]}…" if number.isdigit() and len(number) > SHOWN_DIGITS else number or "this call"


def compared_words(charge: int, other: int, currency: str) -> str:
    """How much more or less another sum is."""
    if charge == other:
        return "The same amount."
    much = format_money(abs(charge - other), currency, exact=True)
    return f"{much} {'more' if other > charge else 'less'} than the charge."


def step_words(terms: CallTerms) -> str:
    """How time is billed, with the figures of the trade: 30/6."""
    first, step = terms.first_seconds, terms.step_seconds
    if first == step == 1:
        return "billed by the second (1/1)"
    if first == step:
        return f"billed in {first} s increments, each charged in full once begun ({first}/{step})"
    then = f"then in {step} s increments, each charged in full once begun"
    return f"the first {first} s billed in full, {then} ({first}/{step})"


def sum_words(terms: CallTerms, duration: int, charge: Charge) -> Iterator[str]:
    """From the duration to the amount; the last line ends with the amount itself."""
    if duration <= 0:
        yield f"The call wasn't answered: it costs {format_money(0, terms.currency)} and uses no minutes."
        return
    yield _time_words(terms, duration, charge.billed_seconds)
    covered, billed = charge.covered_seconds, charge.billed_seconds
    if covered:
        yield f"The customer's included minutes cover {covered} s of that; {billed - covered} s are charged."
    elif terms.unlimited and charge.amount:
        yield "The customer's included minutes would cover it, but none were left."
    if covered >= billed:
        yield f"All of it is covered, so it costs {format_money(0, terms.currency)}."
        return
    yield from _money_words(terms, billed - covered, charge.amount)


def _time_words(terms: CallTerms, duration: int, billed: int) -> str:
    if billed == duration:
        return f"The call lasted {duration} s; {billed} s are billed."
    first, step = terms.first_seconds, terms.step_seconds
    if billed != billed_seconds(duration, first, step):
        return f"The call lasted {duration} s; {billed} s were billed."
    if duration <= first:
        return f"The call lasted {duration} s; the first increment rounds that up to {billed} s."
    steps = (billed - first) // step
    return f"The call lasted {duration} s; {first} s and {steps} × {step} s make {billed} s billed."


def _money_words(terms: CallTerms, seconds: int, amount: int) -> Iterator[str]:
    currency = terms.currency
    time, fee = Fraction(terms.per_minute * seconds, MINUTE), terms.per_call
    exact = Fraction(sixtieths_of(terms, seconds), MINUTE)
    shown = f"{seconds} s ÷ 60 × {_exact(Fraction(terms.per_minute), currency)} = {_exact(time, currency)}"
    if fee:
        shown += f"; plus the connection fee of {_exact(Fraction(fee), currency)} = {_exact(time + fee, currency)}"
    yield f"{shown}."
    if exact > time + fee:
        yield f"That is less than the minimum charge per call, so the minimum of {_exact(exact, currency)} applies."
    if exact.denominator != 1:
        yield f"Rounded once, to a millionth: {format_money(amount, currency, exact=True)}."
    else:
        yield f"No rounding needed: {format_money(amount, currency, exact=True)}."


def _exact(micro: Fraction, currency: str) -> str:
    """An amount with all its decimals, or with LONGEST_DECIMALS of them and dots where it has no end."""
    scaled = micro / MICRO * 10**LONGEST_DECIMALS
    digits = str(scaled.numerator // scaled.denominator).rjust(LONGEST_DECIMALS + 1, "0")
    whole, rest = digits[:-LONGEST_DECIMALS], digits[-LONGEST_DECIMALS:]
    if scaled.denominator == 1:
        rest = rest.rstrip("0").ljust(decimal_places(currency), "0")
        return f"{whole}.{rest} {currency}" if rest else f"{whole} {currency}"
    return f"{whole}.{rest}… {currency}"
