"""Public holidays of a country, from the library holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from partnertui.domain.errors import DomainError


def no_holidays(day: date) -> str | None:
    """A calendar without public holidays."""
    return None


@lru_cache(maxsize=64)
def public_holidays(country: str, subdivision: str | None) -> Callable[[date], str | None]:
    """Tells the name of the public holiday that a day is, or None; by ISO 3166 codes.

    Raises DomainError with the field for a country or a part of it that the library doesn't know.
    """
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise DomainError(
            f"No public holidays are known for “{country}”.",
            "Enter a country code such as DE, or leave it empty.",
            field="country",
        )
    if subdivision and subdivision not in known[country]:
        parts = ", ".join(known[country]) or "none"
        raise DomainError(f"{country} has no region “{subdivision}”.", f"Known regions: {parts}.", field="subdivision")
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, language="en_US")
    except NotImplementedError:  # not every country's names are translated
        found = holidays.country_holidays(country, subdiv=subdivision)
    names: dict[date, str | None] = {}

    def name_of(day: date) -> str | None:
        if day not in names:
            names[day] = found.get(day)
        return names[day]

    return name_of
