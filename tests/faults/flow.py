"""What a flow is: the rows that it needs, its dialog, what it saves, and how its effects are counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from tests.db.makers import ANN

from partnertui.db.database import Database
from partnertui.db.models.base import Base, table_of
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator

Work = Callable[[UnitOfWork], Any]


def nothing(database: Database, number: int, who: Operator) -> None:
    """For a flow that needs no rows for each round."""


@dataclass(frozen=True)
class Flow:
    """`ready` makes the rows once, `prepare` those of a round: both as the owner of the tables.

    `begin` reads what the dialog of a round shows, and returns what it saves; `effects` counts what was saved so far.
    """

    ready: Callable[[Database], None]
    begin: Callable[[Database, int, str, Operator], Work]
    effects: Callable[[Database], int]
    who: Operator = ANN
    prepare: Callable[[Database, int, Operator], None] = nothing
    commits: int = 1
    """COMMITs of one save: 2 where drafts of others are requested in a transaction of its own before."""


def count(database: Database, model: type[Base], *where: ColumnElement[bool]) -> int:
    """The rows of a table."""
    query = select(func.count()).select_from(table_of(model)).where(*where)
    return database.read(lambda connection: connection.execute(query).scalar_one())


def counts(model: type[Base], *where: ColumnElement[bool]) -> Callable[[Database], int]:
    """Counts the rows of a table, later."""
    return lambda database: count(database, model, *where)
