"""BillingCheck: the declaration of a check of a customer's billing, with its findings and their fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from partnertui.db.models import Customer
from partnertui.db.rows.type_aliases import Row
from partnertui.db.unit_of_work import UnitOfWork

MOST_FOUND = 20
"""Rows that one check shows, at most; those that are fixed make room for the next."""


@dataclass(frozen=True)
class Account:
    """The customer whose billing is checked: columns of its row, and the time of the check."""

    row: Row
    now: datetime

    @property
    def id(self) -> int:
        """The customer's ID."""
        found: int = self.row["id"]
        return found


@dataclass(frozen=True)
class Finding:
    """A row that isn't right: what is wrong with it, and what its fix would do, "" where only people can fix it."""

    row_id: int
    text: str
    fix: str = ""
    screen: str = ""
    """The screen that has the row; empty for the customer's own."""
    amount: int = 0
    """Micro-units that the fix moves."""
    value: int | None = None
    """ID of what the fix uses, such as a product."""


Find = Callable[[Connection, Account], Iterator[Finding]]
Fix = Callable[[UnitOfWork, Customer, Finding, datetime], None]


@dataclass(frozen=True)
class BillingCheck:
    """A declared check. `find` reads; `fix` sets one finding right in the unit of work, the customer being locked."""

    code: str
    title: str
    advice: str
    """What a person does about it, where there is no fix."""
    find: Find
    fix: Fix | None = None
