"""Standard VAT rates by country, in hundredths of a percent; 0 where a supplier here charges none.

Source: European Commission, VAT rates applied in the member states (January 2026), and the tax authorities of others.
"""

from __future__ import annotations

from partnertui.domain.countries import country_in_text
from partnertui.domain.errors import DomainError

_COUNTRIES = {
    0: "KW US",
    810: "CH LI",
    1000: "AU JP",
    1500: "NZ ZA",
    1700: "LU",
    1800: "MT",
    1900: "CY DE",
    2000: "AT BG FR GB IM",
    2100: "BE CZ ES LT LV NL RO",
    2200: "IT SI",
    2300: "IE PL PT SK",
    2400: "EE GR IS",
    2500: "DK HR SE NO",
    2550: "FI",
    2700: "HU",
}
STANDARD = {country: rate for rate, countries in _COUNTRIES.items() for country in countries.split()}


def standard_rate(country: str) -> int:
    """The rate of a country (ISO 3166). Raises DomainError where it isn't known: no VAT is never assumed."""
    if country not in STANDARD:
        name = country_in_text(country) if country else "the seller's country (not set)"
        raise DomainError(
            f"The VAT rate for {name} isn't known.",
            advice="Check the seller's country, or ask for the rate to be added.",
        )
    return STANDARD[country]
