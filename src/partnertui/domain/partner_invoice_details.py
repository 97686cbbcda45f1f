"""Validation of a partner's details before they are printed on its invoices."""

from __future__ import annotations

import re

from stdnum import iban
from stdnum.exceptions import ValidationError

from partnertui.domain.errors import DomainError
from partnertui.domain.price_lists import one_name
from partnertui.domain.value_types import StoredValues, Values
from partnertui.domain.vat_numbers import check_vat, vat_required

PREFIX = re.compile(r"[A-Z0-9][A-Z0-9/.-]{0,15}")
# Country and two check digits come first (ISO 13616); what doesn't begin so is another kind of account number.
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")
_TEXTS = ("email", "phone", "street", "postcode", "city", "registration", "bank_name", "bic")


def checked_partner(values: Values) -> StoredValues:
    """A partner's values as they are stored. Raises DomainError with the field that isn't valid."""
    found: StoredValues = dict(values) | {name: _one_line(values.get(name)) for name in _TEXTS}
    found["name"] = one_name(values)
    country, number = values.get("country"), _one_line(values.get("vat_number"))
    if number or (country and found["street"] and vat_required(country)):
        number = check_vat(number, country or "")
    found["vat_number"] = number
    found["iban"] = _checked_iban(_one_line(values.get("iban")))
    prefix = (_one_line(values.get("invoice_prefix")) or "").upper() or None
    if prefix is not None and not PREFIX.fullmatch(prefix):
        raise DomainError(
            "A prefix can have up to 16 letters (A-Z), digits, slashes, dots and dashes, and must begin with a letter"
            " or digit.",
            field="invoice_prefix",
            advice="Enter a prefix such as NW.",
        )
    found["invoice_prefix"] = prefix
    return found


def _one_line(value: object) -> str | None:
    return " ".join(str(value or "").split()) or None


def _checked_iban(typed: str | None) -> str | None:
    """An IBAN in groups of four; another account number as it was typed."""
    compact = (typed or "").replace(" ", "").upper()
    if not _IBAN.fullmatch(compact):
        return typed
    try:
        return str(iban.format(iban.validate(compact)))
    except ValidationError:
        raise DomainError(f"{typed} isn't a valid IBAN.", field="iban", advice="Check for a mistyped digit.") from None
