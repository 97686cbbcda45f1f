"""VAT of a document (EN 16931, BG-23): category and rate of each line, and the totals by rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.countries import EU, country_in_text
from partnertui.domain.errors import DomainError
from partnertui.domain.money import divided, format_money, from_smallest
from partnertui.domain.vat_numbers import ReverseCharge, VatStanding, reverse_charge
from partnertui.invoices.document import Line, TaxGroup
from partnertui.invoices.no_vat_reasons import PRINTED_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

PERCENT = 10_000
"""Hundredths of a percent in the whole."""
MOST_RATE = 3_000
"""No VAT in Europe is above 27 %."""
UNTAXED = frozenset(TaxCategory) - {TaxCategory.STANDARD}


class VatUnconfirmed(DomainError):
    """There is no VAT, and asking VIES about the customer's number now might give the reason."""


@dataclass(frozen=True)
class TaxedAmount:
    """What is known of an item's VAT before its invoice is made; `name` is how messages call it."""

    name: str
    net: int
    tax: int
    rate: int | None
    category: TaxCategory | None


@dataclass(frozen=True)
class TaxPlace:
    """Between which countries something is sold, and in which currency."""

    seller_country: str
    buyer: VatStanding
    currency: str

    @property
    def is_export(self) -> bool:
        """Whether the buyer is outside the seller's VAT territory: another country, not both in the EU."""
        other = self.buyer.country != self.seller_country
        return other and not (self.seller_country in EU and self.buyer.country in EU)


def tax_of(net: int, rate: int, currency: str) -> int:
    """VAT of a net amount, rounded once, half away from zero, to the currency's smallest unit."""
    smallest = from_smallest(1, currency)
    return divided(net * rate, PERCENT * smallest) * smallest


def tax_groups(lines: Iterable[Line], currency: str) -> tuple[TaxGroup, ...]:
    """The lines by category and rate, each group's VAT computed from its net amount."""
    # EN 16931 computes VAT from the sum of a rate, not line by line (BR-CO-17): the two differ by cents.
    nets: dict[tuple[TaxCategory, int], int] = {}
    for line in lines:
        key = (line.category, line.rate)
        nets[key] = nets.get(key, 0) + line.net
    return tuple(
        TaxGroup(category, rate, net, tax_of(net, rate, currency), PRINTED_REASONS.get(category, ""))
        for (category, rate), net in sorted(nets.items(), key=lambda entry: (-entry[0][1], entry[0][0]))
    )


def line_terms(amounts: list[TaxedAmount], place: TaxPlace) -> list[tuple[TaxCategory, int]]:
    """Category and rate of each item: as recorded, else derived from its VAT, and checked.

    Raises DomainError where they can't be told or can't be right.
    """
    known = [_recorded(amount, place) for amount in amounts]
    standard = {rate for terms in known if terms is not None for category, rate in [terms] if rate}
    found = [terms or _derived(amount, place, standard.copy()) for amount, terms in zip(amounts, known, strict=True)]
    for amount, (category, rate) in zip(amounts, found, strict=True):
        _check(amount, category, rate, place)
    return found


def _recorded(amount: TaxedAmount, place: TaxPlace) -> tuple[TaxCategory, int] | None:
    """The terms that the item itself tells; None where others are needed to tell."""
    category, rate = amount.category, amount.rate
    if category in UNTAXED:
        assert category is not None
        return category, rate or 0
    if rate:
        return TaxCategory.STANDARD, rate
    if amount.tax:
        rates = possible_rates(amount.net, amount.tax, place.currency)
        return (TaxCategory.STANDARD, rates[0]) if len(rates) == 1 else None
    if category is None and amount.net:
        return _untaxed(amount, place), 0
    return None


def possible_rates(net: int, tax: int, currency: str) -> list[int]:
    """The rates that give this VAT: whole percents if there are any, else tenths of a percent."""
    if not net or (net < 0) != (tax < 0):
        return []
    for step in (100, 10):
        rates = [
            rate
            for rate in range(step, MOST_RATE + 1, step)
            if tax in (tax_of(net, rate, currency), divided(net * rate, PERCENT))  # rounded, or exact to the millionth
        ]
        if rates:
            return rates
    return []


def _untaxed(amount: TaxedAmount, place: TaxPlace) -> TaxCategory:
    """Why an item has no VAT."""
    charge = reverse_charge(place.seller_country, place.buyer)
    if charge.allowed:
        return TaxCategory.REVERSE_CHARGE
    if place.is_export:
        return TaxCategory.EXPORT
    raise _no_reason(f"{amount.name} has no VAT, but no reason is given.", charge)


def _no_reason(what: str, charge: ReverseCharge) -> DomainError:
    if charge.check_now:
        return VatUnconfirmed(
            f"{what} {charge.sentence}", advice="Check the customer's VAT number now, or correct the item's VAT."
        )
    return DomainError(f"{what} {charge.sentence}", advice="Correct the item's tax category.")


def _derived(amount: TaxedAmount, place: TaxPlace, others: set[int]) -> tuple[TaxCategory, int]:
    """The terms where the item alone doesn't tell them: a small amount, or one of nothing."""
    if not amount.tax and not amount.net:
        return (TaxCategory.STANDARD, others.pop()) if len(others) == 1 else (TaxCategory.ZERO, 0)
    rates = possible_rates(amount.net, amount.tax, place.currency)
    fitting = [rate for rate in rates if rate in others]
    if len(fitting) == 1:
        return TaxCategory.STANDARD, fitting[0]
    tax, net = (format_money(value, place.currency) for value in (amount.tax, amount.net))
    reason = "matches no rate" if not rates else f"matches several rates ({percent(rates[0])} to {percent(rates[-1])})"
    raise DomainError(
        f"{amount.name} has no VAT rate, and its VAT of {tax} on {net} {reason}.", advice="Correct the item's VAT rate."
    )


def _check(amount: TaxedAmount, category: TaxCategory, rate: int, place: TaxPlace) -> None:
    """Raises DomainError where the terms contradict the amounts or the countries."""
    if category == TaxCategory.STANDARD:
        smallest = from_smallest(1, place.currency)
        if abs(amount.tax - tax_of(amount.net, rate, place.currency)) > smallest:
            tax, net = (format_money(value, place.currency) for value in (amount.tax, amount.net))
            raise DomainError(
                f"{amount.name} has VAT of {tax} on {net}, which isn't {percent(rate)}.",
                advice="Correct the item's VAT or its rate.",
            )
        return
    if rate or amount.tax:
        what = "VAT" if amount.tax else f"a VAT rate of {percent(rate)}"
        raise DomainError(
            f"{amount.name} has {what} although it is {_words(category)}.", advice="Correct the item's VAT."
        )
    if category == TaxCategory.REVERSE_CHARGE:
        charge = reverse_charge(place.seller_country, place.buyer)
        if not charge.allowed:
            raise _no_reason(f"{amount.name} can't be subject to reverse charge.", charge)
    if category == TaxCategory.EXPORT and not place.is_export:
        raise DomainError(
            f"{amount.name} can't be an export: the customer is in {country_in_text(place.buyer.country)}.",
            advice="Correct the item's tax category.",
        )


def _words(category: TaxCategory) -> str:
    words = {
        TaxCategory.ZERO: "zero-rated",
        TaxCategory.EXEMPT: "exempt",
        TaxCategory.REVERSE_CHARGE: "subject to reverse charge",
        TaxCategory.EXPORT: "an export",
    }
    return words[category]


def percent(rate: int) -> str:
    """A rate in words: 19%, 5.5%."""
    return f"{rate / 100:g}%"
