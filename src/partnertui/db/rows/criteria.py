"""Filters as values: each appends itself to a select and can say what it does.

Imports nothing of SQLAlchemy, because the interface makes these before the first paint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


def shown(value: Any) -> str:
    """A value as words for the agent."""
    return "yes" if value is True else "no" if value is False else str(value)


@dataclass(frozen=True)
class Equals:
    """Rows whose field is just that value."""

    field: str
    value: Any

    def words(self) -> str:
        """What it does."""
        return f"{self.field} is {shown(self.value)}"


@dataclass(frozen=True)
class OneOf:
    """Rows whose field is one of several values."""

    field: str
    values: tuple[Any, ...]

    def words(self) -> str:
        """What it does."""
        return f"{self.field} is {' or '.join(shown(value) for value in self.values)}"


@dataclass(frozen=True)
class Prefix:
    """Rows whose text begins with that."""

    field: str
    text: str

    def words(self) -> str:
        """What it does."""
        return f"{self.field} begins with {self.text}"


@dataclass(frozen=True)
class Contains:
    """Rows whose text contains that, in any case."""

    field: str
    text: str

    def words(self) -> str:
        """What it does."""
        return f"{self.field} contains {self.text}"


@dataclass(frozen=True)
class Between:
    """Rows whose value is in the half-open range [low, high); either end may be None."""

    field: str
    low: Any
    high: Any

    def words(self) -> str:
        """What it does."""
        if self.low is None:
            return f"{self.field} is below {shown(self.high)}"
        if self.high is None:
            return f"{self.field} is {shown(self.low)} or more"
        return f"{self.field} is from {shown(self.low)} to {shown(self.high)}"


@dataclass(frozen=True)
class Missing:
    """Rows without a value."""

    field: str

    def words(self) -> str:
        """What it does."""
        return f"{self.field} is empty"


@dataclass(frozen=True)
class Search:
    """Rows of which any of the fields contains the text."""

    fields: tuple[str, ...]
    text: str

    def words(self) -> str:
        """What it does."""
        return f"“{self.text}” is in {' or '.join(self.fields)}"


@dataclass(frozen=True)
class Not:
    """Rows that the other criterion leaves out."""

    criterion: Criterion

    @property
    def field(self) -> str:
        """The field of the other criterion."""
        return getattr(self.criterion, "field", "")

    def words(self) -> str:
        """What it does."""
        return f"not ({self.criterion.words()})"


Criterion = Equals | OneOf | Prefix | Contains | Between | Missing | Search | Not
