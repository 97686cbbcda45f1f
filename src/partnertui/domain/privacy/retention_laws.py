"""The laws under which records are kept, by the seller's country (as of November 2026; check with your counsel).

Accounts: § 147 AO and § 257 HGB (ten years for books, eight for vouchers since 2025, six for letters), VAT Notice
700/21 and Companies Act 2006, Code de commerce L123-22 and LPF L102 B, AWR art. 52, TCA 1997 s. 886 and Companies Act
2014 s. 285. Traffic data: directive 2002/58/EC, article 6, as countries have put it into law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from partnertui.domain.countries import country_in_text


@dataclass(frozen=True)
class AccountsLaw:
    """How long what is booked must be kept; all periods begin when its calendar year ends."""

    name: str
    years: int

    def until(self, latest: date) -> date:
        """The last day on which something booked on a day must be kept."""
        return date(latest.year + self.years, 12, 31)


@dataclass(frozen=True)
class TrafficLaw:
    """How long after a call its data may be kept to prove the bill."""

    name: str
    months: int


ACCOUNTS = {
    "DE": AccountsLaw("§ 147 AO and § 257 HGB (books 10 years, vouchers 8, letters 6)", 10),
    "GB": AccountsLaw("VAT Notice 700/21 and Companies Act 2006, s. 388 (6 years)", 6),
    "FR": AccountsLaw("Code de commerce, art. L123-22 (10 years), and LPF, art. L102 B (6 years)", 10),
    "NL": AccountsLaw("Algemene wet inzake rijksbelastingen, art. 52 (7 years)", 7),
    "IE": AccountsLaw("Taxes Consolidation Act 1997, s. 886, and Companies Act 2014, s. 285 (6 years)", 6),
}
TRAFFIC = {
    "DE": TrafficLaw("§ 10 TDDDG (6 months after the invoice)", 6),
    "GB": TrafficLaw("PECR 2003, reg. 7 (until the bill can no longer be challenged)", 6),
    "FR": TrafficLaw("Code des postes et des communications électroniques, art. L34-1 (1 year)", 12),
    "NL": TrafficLaw("Telecommunicatiewet, art. 11.5 (until the bill can no longer be challenged)", 6),
    "IE": TrafficLaw("S.I. 336/2011, reg. 6 (until the bill can no longer be challenged)", 6),
}
LONGEST_YEARS, USUAL_MONTHS = 10, 6
"""Where the law isn't known here: the longest period of those that are, so that nothing goes too early."""
CONTRACT = "GDPR, article 17(1)(a): still needed for the contract, article 6(1)(b)"
CLAIMS = "GDPR, article 17(3)(e): needed for legal claims"
OBLIGATION = "GDPR, article 17(3)(b)"


def accounts_law(country: str) -> AccountsLaw:
    """The law on what a seller of a country has booked."""
    name = f"the tax law of {_seat(country)} (10 years assumed: check it)"
    return ACCOUNTS.get(country) or AccountsLaw(name, LONGEST_YEARS)


def traffic_law(country: str) -> TrafficLaw:
    """The law on the calls that a seller of a country has charged."""
    return TRAFFIC.get(country) or TrafficLaw(
        f"the telecommunications law of {_seat(country)} under directive 2002/58/EC, article 6 (6 months assumed)",
        USUAL_MONTHS,
    )


def _seat(country: str) -> str:
    return country_in_text(country) if country else "the seller's country"
