"""Phone numbers from ranges reserved for fiction, or assigned to nobody.

Set aside by the regulator:
GB  Ofcom, "Telephone numbers for use in TV and radio drama programmes".
US, CA  NANPA, 555-0100 to 555-0199 in every area code, for fictitious use.
FR  ARCEP, decision 2018-0881, numbers for audiovisual works.
DE  Bundesnetzagentur, Mitteilung 148/2021, "Rufnummern für Medienproduktionen (Drama Numbers)".
IE  ComReg, National Numbering Conventions, 020 91X XXXX for drama.
AU  ACMA, "Phone numbers for use in TV shows, films and creative works".
SE  PTS, numbers for use in books and films, 2007 and 2020.
The other countries set none aside. Theirs begin with digits under which libphonenumber's metadata, which is
compiled from the regulators' numbering plans, knows no number of any kind; tests/demo checks each.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Range:
    """Numbers from `prefix` 00… to `prefix` 99…, `digits` digits after it."""

    country: str
    area: str
    prefix: str
    digits: int
    kind: str = "fixed"
    low: int = 0
    high: int = 0

    @property
    def size(self) -> int:
        """How many numbers."""
        return (self.high or 10**self.digits - 1) - self.low + 1

    def number(self, index: int) -> str:
        """The E.164 digits of one."""
        return f"{self.prefix}{self.low + index:0{self.digits}d}"


def _nanp(country: str, areas: str) -> list[Range]:
    pairs = (entry.split(":") for entry in areas.split(","))
    return [Range(country, area, f"1{code}55501", 2) for code, area in pairs]


UNASSIGNED = Range("", "", "999", 8)
"""A country code that the ITU keeps in reserve: no price list has it."""
RANGES: tuple[Range, ...] = (
    Range("GB", "London", "442079460", 3),
    Range("GB", "Manchester", "441614960", 3),
    Range("GB", "Birmingham", "441214960", 3),
    Range("GB", "Leeds", "441134960", 3),
    Range("GB", "Sheffield", "441144960", 3),
    Range("GB", "Nottingham", "441154960", 3),
    Range("GB", "Leicester", "441164960", 3),
    Range("GB", "Bristol", "441174960", 3),
    Range("GB", "Reading", "441184960", 3),
    Range("GB", "Edinburgh", "441314960", 3),
    Range("GB", "Glasgow", "441414960", 3),
    Range("GB", "Liverpool", "441514960", 3),
    Range("GB", "Tyneside", "441914980", 3),
    Range("GB", "Cardiff", "442920180", 3),
    Range("GB", "mobile", "447700900", 3, "mobile"),
    Range("GB", "freephone", "448081570", 3, "freephone"),
    Range("GB", "premium rate", "449098790", 3, "premium"),
    Range("GB", "non-geographic", "443069990", 3),
    *_nanp("US", "212:New York,213:Los Angeles,312:Chicago,415:San Francisco,206:Seattle,617:Boston,305:Miami"),
    *_nanp("US", "512:Austin,303:Denver,404:Atlanta,202:Washington,602:Phoenix,503:Portland,713:Houston"),
    *_nanp("CA", "416:Toronto,514:Montréal,604:Vancouver,403:Calgary,613:Ottawa,418:Québec"),
    Range("FR", "Paris", "3319900", 4),
    Range("FR", "Nord-Ouest", "3326191", 4),
    Range("FR", "Nord-Est", "3335301", 4),
    Range("FR", "Sud-Est", "3346571", 4),
    Range("FR", "Sud-Ouest", "3353649", 4),
    Range("FR", "mobile", "3363998", 4, "mobile"),
    Range("DE", "Berlin", "493023125", 3),
    Range("DE", "Frankfurt am Main", "496990009", 3),
    Range("DE", "Hamburg", "494066969", 3),
    Range("DE", "Köln", "492214710", 3),
    Range("DE", "München", "498999998", 3),
    Range("DE", "mobile", "4917139200", 2, "mobile"),
    Range("IE", "national", "3532091", 5),
    Range("AU", "Sydney", "6125550", 4),
    Range("AU", "Melbourne", "6135550", 4),
    Range("AU", "Brisbane", "6175550", 4),
    Range("AU", "Perth", "6185550", 4),
    Range("AU", "mobile", "61491570", 3, "mobile", 156, 159),
    Range("SE", "Stockholm", "468465004", 2),
    Range("SE", "Göteborg", "463139006", 2, low=0, high=49),
    Range("SE", "Malmö", "464062804", 2, low=0, high=49),
    Range("SE", "mobile", "46701740", 3, "mobile", 605, 699),
    Range("PL", "national", "48205", 6),
    Range("ES", "national", "34505", 6),
    Range("NL", "national", "31217", 6),
    Range("IT", "national", "39505", 7),
    Range("CH", "national", "41505", 6),
    Range("PT", "national", "351505", 6),
    Range("NO", "national", "47105", 5),
    Range("JP", "national", "81205", 6),
    Range("GR", "national", "30505", 7),
    Range("CZ", "national", "420505", 6),
    Range("BR", "national", "55205", 7),
    Range("IN", "national", "91305", 7),
)

BY_COUNTRY: dict[str, tuple[Range, ...]] = {
    country: tuple(one for one in RANGES if one.country == country)
    for country in dict.fromkeys(one.country for one in RANGES)
}
_WIDE = ("IE", "PL", "NL", "ES")
"""Where numbers are left when a country's own are used up."""


class Numbers:
    """Gives out DDIs, each once, from the lower half of the ranges, and other people's numbers from the upper half."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._free = {one: one.size // 2 for one in RANGES}

    def take_ddis(self, country: str, count: int) -> tuple[Range, list[str]]:
        """Consecutive new DDIs of a country; of another one when it has no block of that size left."""
        for candidate in (country, *_WIDE):
            fixed = [one for one in BY_COUNTRY.get(candidate, ()) if one.kind == "fixed" and self._free[one] >= count]
            if fixed:
                chosen = self._random.choice(fixed)
                self._free[chosen] -= count
                return chosen, [chosen.number(self._free[chosen] + at) for at in range(count)]
        raise ValueError("more DDIs are needed than there are numbers reserved for fiction")

    def stranger(self, country: str, *kinds: str) -> tuple[Range, str]:
        """A number of somebody who is no customer; `kinds` fixed and mobile unless told otherwise."""
        ranges = [one for one in BY_COUNTRY[country] if one.kind in (kinds or ("fixed", "mobile"))]
        chosen = self._random.choice(ranges or BY_COUNTRY[country][:1])
        return chosen, chosen.number(self._random.randrange(chosen.size // 2, chosen.size))
