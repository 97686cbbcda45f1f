"""VAT numbers of the European Union: required there, and checked by their country's own rules."""

from __future__ import annotations

from partnertui.domain.countries import EU, country_name
from partnertui.domain.errors import DomainError

PREFIX = {"GR": "EL"}
"""Countries whose VAT prefix is not their ISO code (Directive 2006/112/EC, article 215)."""


def vat_required(country: str | None) -> bool:
    """True where a customer must have a VAT number."""
    return country in EU


def check_vat(typed: str | None, country: str) -> str | None:
    """The VAT number without blanks and dots, its check digits verified (python-stdnum) for countries of the EU.

    Raises DomainError(field="vat_number") where it is missing or cannot be.
    """
    number = "".join((typed or "").split()).replace(".", "").replace("-", "").upper()
    if not vat_required(country):
        return number or None
    name, prefix = country_name(country), PREFIX.get(country, country)
    if not number:
        raise DomainError(
            f"A customer in {name} needs a VAT number.", field="vat_number", advice=f"It begins with {prefix}."
        )
    if number[:2].isalpha() and not number.startswith(prefix):
        raise DomainError(
            f"A VAT number of {name} begins with {prefix}, this one with {number[:2]}.",
            field="vat_number",
            advice="Correct the number, or the country of the billing address.",
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
            f"{number} doesn't have the format of a VAT number of {name}.",
            field="vat_number",
            advice="Compare it with the customer's letterhead.",
        ) from None
