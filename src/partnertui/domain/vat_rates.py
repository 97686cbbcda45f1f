"""Standard VAT rates of countries, in hundredths of a percent; 0 where there is no VAT that a supplier here charges.

Source: European Commission, VAT rates applied in the member states (January 2026), and the tax authorities of others.
"""

from __future__ import annotations

from partnertui.domain.countries import country_name
from partnertui.domain.errors import DomainError

STANDARD = {
    "AT": 2000, "BE": 2100, "BG": 2000, "CY": 1900, "CZ": 2100, "DE": 1900, "DK": 2500, "EE": 2400, "ES": 2100,
    "FI": 2550, "FR": 2000, "GR": 2400, "HR": 2500, "HU": 2700, "IE": 2300, "IT": 2200, "LT": 2100, "LU": 1700,
    "LV": 2100, "MT": 1800, "NL": 2100, "PL": 2300, "PT": 2300, "RO": 2100, "SE": 2500, "SI": 2200, "SK": 2300,
    "AU": 1000, "CH": 810, "GB": 2000, "IM": 2000, "IS": 2400, "JP": 1000, "KW": 0, "LI": 810, "NO": 2500, "NZ": 1500,
    "US": 0, "ZA": 1500,
}  # fmt: skip


def standard_rate(country: str) -> int:
    """The rate of a country (ISO 3166). Raises DomainError where it isn't known: no VAT is never assumed."""
    if country not in STANDARD:
        name = country_name(country) if country else "the seller's country, which isn't set"
        raise DomainError(
            f"The VAT rate of {name} isn't known.", advice="Set the seller's country, or ask for that rate to be added."
        )
    return STANDARD[country]
