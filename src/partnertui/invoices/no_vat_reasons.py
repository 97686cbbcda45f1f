"""Sentences that say why something is sold without VAT: those printed on documents, and those shown for a sale."""

from __future__ import annotations

from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.countries import country_name

PRINTED_REASONS = {
    TaxCategory.REVERSE_CHARGE: "Reverse charge: VAT to be accounted for by the recipient"
    " (Art. 196 of Directive 2006/112/EC).",
    TaxCategory.EXPORT: "Not subject to VAT: supplied to a customer outside the seller's VAT territory.",
    TaxCategory.EXEMPT: "Exempt from VAT.",
}
"""As a document has to give them (EN 16931, BT-120); a standard or zero rate has none."""


def export_reason(country: str) -> str:
    """Why a new sale to a country outside the seller's VAT territory has no VAT."""
    return f"no VAT for exports (customer's country: {country_name(country)})"


def no_rate_reason(country: str) -> str:
    """Why a new sale has no VAT where suppliers of a country charge none."""
    return f"no VAT charged (country: {country_name(country)})"
