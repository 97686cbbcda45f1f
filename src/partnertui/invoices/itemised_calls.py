"""The calls of a detailed invoice by user and destination, summed exactly and rounded once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

UNKNOWN_USER, UNKNOWN_DESTINATION = "No user", "Other"


@dataclass(frozen=True, slots=True)
class BilledCall:
    """A call; `charge` in micro-units, without VAT."""

    at: datetime
    user: str
    number: str
    destination: str
    seconds: int
    charge: int


@dataclass(frozen=True, slots=True)
class Subtotal:
    """What the calls of a user or to a destination come to."""

    name: str
    calls: int
    seconds: int
    charge: int


@dataclass(frozen=True)
class CallList:
    """The calls of a customer in a period, of one currency."""

    first_day: str
    last_day: str
    time_zone: str
    currency: str
    calls: tuple[BilledCall, ...]

    def by_user(self) -> list[tuple[Subtotal, list[BilledCall]]]:
        """The calls of each user in the order of time, with their subtotal."""
        groups: dict[str, list[BilledCall]] = defaultdict(list)
        for call in self.calls:
            groups[call.user].append(call)
        return [(_subtotal(name, groups[name]), groups[name]) for name in sorted(groups, key=str.casefold)]

    def by_destination(self) -> list[Subtotal]:
        """What each destination comes to, the most expensive first."""
        found = _grouped(self.calls, lambda call: call.destination)
        return sorted(found, key=lambda subtotal: (-subtotal.charge, subtotal.name.casefold()))

    def total(self) -> Subtotal:
        """What all calls come to."""
        return _subtotal("All calls", self.calls)


def _grouped(calls: Iterable[BilledCall], key: Callable[[BilledCall], str]) -> list[Subtotal]:
    groups: dict[str, list[BilledCall]] = defaultdict(list)
    for call in calls:
        groups[key(call)].append(call)
    return [_subtotal(name, found) for name, found in groups.items()]


def _subtotal(name: str, calls: Iterable[BilledCall]) -> Subtotal:
    count = seconds = charge = 0
    for call in calls:
        count, seconds, charge = count + 1, seconds + call.seconds, charge + call.charge
    return Subtotal(name, count, seconds, charge)
