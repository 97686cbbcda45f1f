"""Countries by ISO 3166 code and by name."""

from __future__ import annotations

from functools import cache

from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

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


# "in Germany", but "in the Netherlands".
_ARTICLES = "AE AX BS CC CF CK DO FK FO GB GM HM IM IO KM KY MH MP MV NL PH PN SB TC TF UM US VG VI"
_WITH_ARTICLE = frozenset(_ARTICLES.split())


def country_in_text(code: str) -> str:
    """The country's name as it stands in a sentence: the United Kingdom."""
    return f"the {country_name(code)}" if code in _WITH_ARTICLE else country_name(code)


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
    names = [f"{country_name(code)} ({code})" for code in near[:4]]
    if len(near) > len(names):
        names.append(plural(len(near) - len(names), "other"))
    raise DomainError(f"“{typed}” could be {', '.join(names[:-1])} or {names[-1]}.", advice="Enter the code.")
