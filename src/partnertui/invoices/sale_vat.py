"""VAT of a new sale: category and rate by the countries, and the totals of items and of a payment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.countries import EU, country_name
from partnertui.domain.money import divided, from_smallest
from partnertui.domain.vat_numbers import reverse_charge
from partnertui.domain.vat_rates import standard_rate
from partnertui.invoices.document_vat import PERCENT, TaxPlace, percent, tax_of
from partnertui.invoices.no_vat_reasons import export_reason, no_rate_reason


@dataclass(frozen=True)
class SaleTerms:
    """Category and rate of all that a customer buys now, and why, in words."""

    category: TaxCategory
    rate: int
    words: str


@dataclass(frozen=True)
class SaleSum:
    """What items come to, rounded once, on the total."""

    net: int
    tax: int

    @property
    def gross(self) -> int:
        """Both: what is to be paid."""
        return self.net + self.tax


@dataclass(frozen=True)
class Surplus:
    """What was paid above a sale: credit without VAT, and what no price with this VAT comes to (one cent at most)."""

    net: int
    tax: int
    rest: int

    @property
    def credit(self) -> int:
        """What is added to the PSTN credit."""
        return self.net + self.rest


def terms_of_sale(place: TaxPlace) -> SaleTerms:
    """The terms of a new sale (Directive 2006/112/EC, articles 44, 58 and 196).

    Reverse charge for a number that VIES confirmed, none outside the seller's VAT territory, the rate of the customer's
    member state for who has no number there, else the seller's own. Raises DomainError for a rate that isn't known.
    """
    seller, buyer = place.seller_country, place.buyer
    charge = reverse_charge(seller, buyer)
    if charge.allowed:
        return SaleTerms(TaxCategory.REVERSE_CHARGE, 0, charge.sentence)
    if place.is_export:
        return SaleTerms(TaxCategory.EXPORT, 0, export_reason(buyer.country))
    is_consumer = buyer.country != seller and seller in EU and buyer.country in EU and not buyer.number
    country = buyer.country if is_consumer else seller
    rate = standard_rate(country)
    if not rate:
        return SaleTerms(TaxCategory.EXEMPT, 0, no_rate_reason(country))
    why = f". {charge.sentence}" if charge.check_now else ""
    return SaleTerms(TaxCategory.STANDARD, rate, f"{percent(rate)}, the standard rate ({country_name(country)}){why}")


def sum_of(prices: Iterable[int], rate: int, currency: str) -> SaleSum:
    """What items cost, by their prices without VAT."""
    net = sum(prices)
    return SaleSum(net, tax_of(net, rate, currency))


def line_tax(net: int, rate: int) -> int:
    """VAT of one line, exact to the millionth: the total is rounded, not its lines."""
    return divided(net * rate, PERCENT)


def surplus(sold: SaleSum, paid: int, rate: int, currency: str) -> Surplus:
    """What a payment above the sale adds, so that net, VAT and total agree to the cent."""
    smallest = from_smallest(1, currency)
    # From one unit above: where the VAT is rounded down, a unit more of net may still fit.
    net = divided(paid * PERCENT, PERCENT + rate) // smallest * smallest + smallest
    while net > sold.net and net + tax_of(net, rate, currency) > paid:
        net -= smallest
    net = max(net, sold.net)
    total = SaleSum(net, tax_of(net, rate, currency))
    return Surplus(total.net - sold.net, total.tax - sold.tax, paid - total.gross)
