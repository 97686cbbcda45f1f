"""Incidents: failures within minutes that share a carrier, prefix, phone model, network, transport or server.

What is ordinary is told from an incident by three things: how many of the attempts that share a value failed, against
how many of all others did; how many different parties they hit; and how likely so many failures are by chance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import comb, log

WINDOWS = tuple(timedelta(minutes=minutes) for minutes in (0.5, 1, 2, 5, 10))
"""Failures are counted over each: those of half a minute would be lost among the calls that went well before."""
WINDOW = WINDOWS[-1]
"""Failures farther apart than this aren't counted together."""
LEAST_FAILURES = 5
LEAST_SHARE = 0.5
"""Of the attempts with the value, at least this part failed."""
CHANCE = 1e-5
"""How unlikely so many failures must be if the value had nothing to do with them."""
ORDINARY_RATE = 0.03
"""Failures that are taken for granted even where none was seen."""
USUAL_RATE_PERIOD = timedelta(hours=24)
"""Before now: the calls of this time, without those of the window, tell which part usually fails."""
LEAST_CALLS_FOR_USUAL_RATE = 10
"""With fewer calls in that time, no rate is usual."""
MOST_OF_ONE = 2
"""Failures of one number or phone that count: those who redial fail again."""
RECOVERED = 3
"""Attempts in a row that get through again end an incident."""


class SharedBy(StrEnum):
    """What the failures of an incident have in common; where several fit alike, the first is named."""

    SERVER = "server"
    CARRIER = "carrier"
    TRANSPORT = "transport"
    NETWORK = "network"
    PHONE_MODEL = "phone model"
    PREFIX = "prefix"


class IncidentState(StrEnum):
    """Whether attempts that share the value still fail."""

    OPEN = "open"
    ENDED = "ended"


LEAST_PARTIES = {
    SharedBy.SERVER: 3,
    SharedBy.CARRIER: 3,
    SharedBy.TRANSPORT: 3,
    SharedBy.NETWORK: 2,
    SharedBy.PHONE_MODEL: 3,
    SharedBy.PREFIX: 3,
}
"""Different numbers or phones that must be hit: one person who redials isn't an incident."""
ORDINARY_CODES = frozenset({401, 407, 486, 487, 600, 603})
"""Final responses that say nothing about the platform: challenge, busy, cancelled, declined (RFC 3261, section 21)."""


@dataclass(frozen=True)
class Attempt:
    """A call or registration: when, whether it failed and how, and what it may share with others."""

    id: int
    at: datetime
    verdict: str
    """How it failed, such as "503 Service Unavailable" or "registration lost"; "" if it got through."""
    party: str
    """The number called or the phone, to tell many from one that tries again and again."""
    shares: Mapping[SharedBy, tuple[str, ...]]
    """Values by what they are; several for prefixes of one number."""
    customer_id: int | None = None
    is_about_number: bool = False
    """Whether the answer was about the number, such as 404: dialling it again proves nothing new."""
    began: datetime | None = None
    """When what lasts, such as a registration, began; None where `at` says it."""

    @property
    def done_at(self) -> datetime:
        """When it failed or got through."""
        return self.began or self.at


@dataclass(frozen=True)
class Incident:
    """Failures that belong together."""

    shared_by: SharedBy
    value: str
    verdict: str
    failures: tuple[Attempt, ...]
    attempts: int
    """With the same value in the window, failed or not."""
    also: tuple[tuple[SharedBy, str], ...] = ()
    """Other values that all of them share, too."""

    @property
    def first_at(self) -> datetime:
        """Of the first failure."""
        return self.failures[0].at

    @property
    def last_at(self) -> datetime:
        """Of the last failure."""
        return self.failures[-1].at

    @property
    def customers(self) -> frozenset[int]:
        """The customers that were hit."""
        return frozenset(one.customer_id for one in self.failures if one.customer_id is not None)


@dataclass
class _Group:
    failed: list[Attempt] = field(default_factory=list)
    attempts: int = 0


def find_incidents(
    attempts: Iterable[Attempt], now: datetime, usual_rates: Mapping[tuple[SharedBy, str], float] | None = None
) -> list[Incident]:
    """The incidents in the attempts until `now`, those with the most failures first.

    `usual_rates` are the parts of attempts that failed before the window, by value: what always fails is no incident.
    """
    left, found, rates = sorted(attempts, key=lambda one: one.at), list[Incident](), usual_rates or {}
    while True:
        candidates = [_clearest(_since(left, now - window), rates) for window in WINDOWS]
        fitting = [one for one in candidates if one is not None]
        if not fitting:
            break
        _, incident = max(fitting, key=lambda one: one[0])
        found.append(incident)
        explained = {one.id for one in incident.failures}
        left = [one for one in left if one.id not in explained]
    return sorted(found, key=lambda one: -len(one.failures))


def _since(attempts: Sequence[Attempt], start: datetime) -> list[Attempt]:
    return [one for one in attempts if one.at > start]


def has_recovered(incident: Incident, later: Sequence[Attempt]) -> bool:
    """Whether the last attempts that share the incident's value got through, so that it is over."""
    own = [one for one in later if incident.value in one.shares.get(incident.shared_by, ())]
    last = sorted(own, key=lambda one: one.done_at)[-RECOVERED:]
    return len(last) == RECOVERED and not any(one.verdict for one in last)


def _clearest(
    attempts: Sequence[Attempt], usual_rates: Mapping[tuple[SharedBy, str], float]
) -> tuple[float, Incident] | None:
    """The incident that explains the failures best, with how much better than chance."""
    groups: dict[tuple[SharedBy, str], _Group] = defaultdict(_Group)
    for one in attempts:
        for kind, values in one.shares.items():
            for value in values:
                group = groups[kind, value]
                group.attempts += 1
                if one.verdict:
                    group.failed.append(one)
    total, failures = len(attempts), sum(1 for one in attempts if one.verdict)
    fitting: list[tuple[float, int, SharedBy, str, _Group]] = []
    for (kind, value), group in groups.items():
        if not _is_incident(kind, group, total, failures, usual_rates.get((kind, value), 0.0)):
            continue
        weight = _likelihood_ratio(len(group.failed), group.attempts, failures, total)
        fitting.append((weight, -list(SharedBy).index(kind), kind, value, group))
    if not fitting:
        return None
    # Rounded, so that values which explain the failures equally well are decided by the order of SharedBy, not by
    # floats.
    weight, _, kind, value, group = max(fitting, key=lambda one: (round(one[0], 6), one[1], len(one[3]), one[3]))
    ids = {one.id for one in group.failed}
    also = tuple(
        (other, text) for _, _, other, text, same in fitting if other != kind and ids == {one.id for one in same.failed}
    )
    return weight, Incident(kind, value, _usual_verdict(group.failed), tuple(group.failed), group.attempts, also)


def _is_incident(kind: SharedBy, group: _Group, total: int, failures: int, usual: float) -> bool:
    failed = len(group.failed)
    parties = Counter(one.party for one in group.failed)
    wrong = {one.party for one in group.failed if one.is_about_number}
    if failed < LEAST_FAILURES or len(parties) < LEAST_PARTIES[kind]:
        return False
    evidence = sum(1 if party in wrong else min(count, MOST_OF_ONE) for party, count in parties.items())
    attempts = group.attempts - (failed - evidence)
    if evidence < LEAST_SHARE * attempts:
        return False
    others = total - group.attempts
    elsewhere = (failures - failed) / others if others else 0.0
    return _chance(evidence, attempts, max(ORDINARY_RATE, elsewhere, usual)) <= CHANCE


def _chance(failed: int, attempts: int, rate: float) -> float:
    """How likely at least so many of the attempts fail at this rate (binomial)."""
    if rate >= 1:
        return 1.0
    return sum(comb(attempts, n) * rate**n * (1 - rate) ** (attempts - n) for n in range(failed, attempts + 1))


def _likelihood_ratio(failed: int, attempts: int, all_failed: int, total: int) -> float:
    """How much better two rates, with the value and without, explain the failures than one rate for all."""

    def fit(bad: int, count: int, rate: float) -> float:
        return sum(n * log(part) for n, part in ((bad, rate), (count - bad, 1 - rate)) if n and part > 0)

    others, elsewhere = total - attempts, all_failed - failed
    apart = fit(failed, attempts, failed / attempts) + (fit(elsewhere, others, elsewhere / others) if others else 0.0)
    return apart - fit(all_failed, total, all_failed / total)


def _usual_verdict(failed: Sequence[Attempt]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for one in failed:
        counts[one.verdict] += 1
    return max(sorted(counts), key=lambda verdict: counts[verdict])
