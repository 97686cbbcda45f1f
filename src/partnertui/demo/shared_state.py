"""World: the state shared by all makers of demo rows: random generator, current time, rows so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from partnertui.db.models import OperatorAccount
from partnertui.demo.collected_rows import Row, Rows
from partnertui.demo.countries import Country
from partnertui.demo.fictional_numbers import Numbers

T = TypeVar("T")
DAYS = 90
"""How far back calls go."""


@dataclass
class Company:
    """A customer being made, with what belongs to it."""

    row: Row
    country: Country
    users: list[Row] = field(default_factory=list)
    ddis: list[Row] = field(default_factory=list)
    addresses: dict[int, tuple[str, str | None]] = field(default_factory=dict)
    """For a user's ID, where the phone is seen from, and its own address behind NAT."""
    members: dict[int, list[Row]] = field(default_factory=dict)
    """For a ring group's ID, its users."""
    answering: dict[int, list[Row]] = field(default_factory=dict)
    """For a DDI's ID, the users whose phones ring where it leads; those of no entry ring its own user."""
    agents: dict[int, str] = field(default_factory=dict)
    """For a user's ID, the phone's User-Agent."""

    @property
    def owner(self) -> Row:
        """The columns that say whose a row is."""
        return {"customer_id": self.row["id"], "partner_id": self.row["partner_id"]}

    @property
    def people(self) -> list[Row]:
        """The users who have come: who is only invited has no phone yet."""
        return [user for user in self.users if user["state"] != "invited"]

    @property
    def alive(self) -> bool:
        """Whether it makes calls."""
        return self.row["status"] in ("active", "trial") and bool(self.users)


class World:
    """The provider and all its customers."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed, self.random = seed, Random(seed)
        self.now = now
        self.rows = Rows(now)
        self.numbers = Numbers(self.random)
        self.companies: list[Company] = []

    def pick(self, choices: Sequence[T]) -> T:
        """One of them."""
        return self.random.choice(choices)

    def often(self, weights: dict[T, int]) -> T:
        """One of them, by weight."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def chance(self, percent: float) -> bool:
        """True that often."""
        return self.random.random() * 100 < percent

    def ago(self, longest: float, shortest: float = 0.0) -> datetime:
        """A moment between so many days ago, to the second."""
        seconds = self.random.uniform(shortest * 86400, longest * 86400)
        return (self.now - timedelta(seconds=seconds)).replace(microsecond=0)

    def secret(self, size: int = 32) -> bytes:
        """Bytes that stand where a ciphertext stands; no key opens them."""
        return self.random.randbytes(size)


def staff(world: World) -> list[Row]:
    """The provider's own operators: those who are no partner's."""
    return [one for one in world.rows.of(OperatorAccount) if one["partner_id"] is None]
