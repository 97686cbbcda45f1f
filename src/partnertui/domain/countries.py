"""Countries by ISO 3166 code and by name."""

from __future__ import annotations

from functools import cache

from partnertui.domain.errors import DomainError

# Northern Ireland (XI) counts as a member for goods alone, and telephony is a service.
_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(_MEMBERS[at : at + 2] for at in range(0, len(_MEMBERS), 3))
"""Member states, where a VAT number is required."""


@cache
def countries() -> dict[str, str]:
    """English names by ISO 3166 alpha-2 code."""
    from babel import Locale

    names = Locale("en").territories
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _GROUPS}


# CLDR lists these with the countries: unions, outlying Oceania, the unknown region, and two locales for tests.
_GROUPS = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


def country_name(code: str) -> str:
    """The country's English name; the code itself where it is unknown."""
    return countries().get(code, code)


def find_country(typed: str) -> str:
    """The code of a country typed as code or as (the beginning of) its name; raises DomainError."""
    wanted = typed.strip()
    if wanted.upper() in countries():
        return wanted.upper()
    folded = wanted.casefold()
    if not folded:
        raise DomainError("A country is required.", advice="Enter a code such as GB, or a name.")
    exact = [code for code, name in countries().items() if name.casefold() == folded]
    near = exact or [code for code, name in countries().items() if name.casefold().startswith(folded)]
    if len(near) == 1:
        return near[0]
    if not near:
        raise DomainError(f"“{typed}” isn't a country.", advice="Enter a code such as GB, or the English name.")
    names = ", ".join(f"{country_name(code)} ({code})" for code in near[:4])
    raise DomainError(f"“{typed}” could be {names}.", advice="Enter the code.")
