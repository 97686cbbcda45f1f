"""VAT numbers of the EU: check digits by country, VIES' confirmation, and when reverse charge is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from partnertui.domain.countries import EU, country_in_text
from partnertui.domain.errors import DomainError

PREFIX = {"GR": "EL"}
"""Countries whose VAT prefix is not their ISO code (Directive 2006/112/EC, article 215)."""


class VatState(StrEnum):
    """What VIES says of a VAT number; unknown as long as it gave no answer about it."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VatStanding:
    """A customer's VAT number and what is known of it."""

    country: str
    """ISO 3166 code of the billing address."""
    number: str | None
    state: VatState = VatState.UNKNOWN
    answered_at: datetime | None = None
    """When VIES said valid or invalid; None as long as it never did."""
    asked_at: datetime | None = None
    """When VIES was asked last, whatever came of it."""


@dataclass(frozen=True)
class ReverseCharge:
    """Whether an invoice may leave out the VAT, and why; `check_now` where another look at VIES could change that."""

    allowed: bool
    sentence: str
    check_now: bool = False


def vat_required(country: str | None) -> bool:
    """True where a customer must have a VAT number."""
    return country in EU


def required_words(country: str) -> str:
    """Says that a customer in a country must have a VAT number."""
    return f"A customer in {country_in_text(country)} needs a VAT number."


def check_vat(typed: str | None, country: str) -> str | None:
    """The VAT number without blanks and dots, its check digits verified (python-stdnum) for countries of the EU.

    Raises DomainError(field="vat_number") where it is missing or cannot be.
    """
    number = "".join((typed or "").split()).replace(".", "").replace("-", "").upper()
    if not vat_required(country):
        return number or None
    name, prefix = country_in_text(country), PREFIX.get(country, country)
    if country in PREFIX and number.startswith(country):  # typed by the ISO code, as people do
        number = prefix + number[len(country) :]
    if not number:
        raise DomainError(
            f"A VAT number is required in {name}.", field="vat_number", advice=f"It begins with {prefix}."
        )
    if number[:2].isalpha() and not number.startswith(prefix):
        raise DomainError(
            f"A VAT number in {name} begins with {prefix}; this one begins with {number[:2]}.",
            field="vat_number",
            advice="Correct the number or the country.",
        )
    return _verified(number if number.startswith(prefix) else prefix + number, name)


def _verified(number: str, name: str) -> str:
    from stdnum import exceptions
    from stdnum.eu import vat

    try:
        return str(vat.validate(number))
    except exceptions.InvalidChecksum:
        raise DomainError(
            f"{number} isn't a valid VAT number: its check digits are wrong.",
            field="vat_number",
            advice="Check for a mistyped digit.",
        ) from None
    except exceptions.ValidationError:
        raise DomainError(
            f"{number} doesn't have the format of a VAT number in {name}.",
            field="vat_number",
            advice="Compare it with the company's letterhead.",
        ) from None


def has_vies(country: str | None, number: str | None) -> bool:
    """Whether VIES can be asked about a number: only about those of member states."""
    return bool(number) and vat_required(country)


def standing_words(standing: VatStanding) -> str:
    """The state of a VAT number in words, with its date; empty where VIES has nothing to say."""
    if not has_vies(standing.country, standing.number):
        return ""
    if standing.state != VatState.UNKNOWN:
        return f"{standing.state}{_on(standing.answered_at)}"
    return f"unknown: no result{_on(standing.asked_at)}" if standing.asked_at else "unknown: not checked with VIES yet"


def reverse_charge(seller_country: str, customer: VatStanding) -> ReverseCharge:
    """Whether an invoice of a seller leaves the VAT to the customer (Directive 2006/112/EC, articles 44 and 196).

    Only for a customer in another member state whose number VIES confirmed; never by default.
    """
    if not (vat_required(seller_country) and vat_required(customer.country)):
        return ReverseCharge(False, "Reverse charge only applies between two EU member states.")
    if customer.country == seller_country:
        return ReverseCharge(False, f"VAT applies: the customer is also in {country_in_text(seller_country)}.")
    if not customer.number:
        return ReverseCharge(False, "VAT applies: the customer has no VAT number.")
    if customer.state == VatState.VALID:
        return ReverseCharge(True, f"Reverse charge: VIES confirmed {customer.number}{_on(customer.answered_at)}.")
    if customer.state == VatState.INVALID:
        reason = f"VIES says that {customer.number} isn't valid{_as_of(customer.answered_at)}"
    elif customer.asked_at is not None:
        reason = f"VIES hasn't confirmed {customer.number}: no result{_on(customer.asked_at)}"
    else:
        reason = f"{customer.number} hasn't been checked with VIES yet"
    return ReverseCharge(False, f"VAT applies: {reason}.", check_now=True)


def _on(moment: datetime | None) -> str:
    return f" on {moment.astimezone():%d %b %Y}" if moment is not None else ""


def _as_of(moment: datetime | None) -> str:
    return f", as of {moment.astimezone():%d %b %Y}" if moment is not None else ""
