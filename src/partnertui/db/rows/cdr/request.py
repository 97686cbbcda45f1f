"""What a CDR list asks for: in which slots to look, and which conditions remain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, false, or_, true

from partnertui.db.models import Cdr
from partnertui.db.models.cdr_indexes import SHARDS
from partnertui.db.rows.criteria import Criterion, Equals, OneOf
from partnertui.db.rows.filters import column_of, condition
from partnertui.db.rows.listing import Key, Listing, is_folded
from partnertui.db.rows.types import Columns, Expression, Query
from partnertui.domain.calls import LegCategory

CDRS: Table = Cdr.__table__  # type: ignore[assignment]
C = CDRS.c
TABS = {category.value: at for at, category in enumerate(LegCategory)}


@dataclass
class Question:
    """One page of a listing, in terms of the table.

    `slots` hold all rows asked for; `exact` is False where they hold other rows too, then `where` tells them apart.
    """

    connection: Connection
    listing: Listing
    columns: Columns
    down: bool
    backward: bool
    key: Key | None
    limit: int
    slots: list[int]
    customers: list[int] | None
    tabs: list[int]
    where: list[ColumnElement[bool]] = field(default_factory=list)
    rest: list[Criterion] = field(default_factory=list)
    """The criteria behind the conditions besides tab and customer."""

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, which needs to be told the index and knows no LATERAL."""
        return self.connection.dialect.name == "sqlite"

    @property
    def everything(self) -> bool:
        """True where all slots are asked for."""
        return len(self.slots) == SHARDS * len(TABS)


def ask(
    connection: Connection, listing: Listing, statement: Query, key: Key | None, backward: bool, limit: int
) -> Question:
    """Reads a listing: tab and customer choose the slots, all else stays a condition."""
    from partnertui.db.rows.cdr.joined import alone, by_keys

    labels = statement.selected_columns
    columns = {field: bare(labels, field) for field in labels.keys()}  # noqa: SIM118
    tabs, customers, rest = list(TABS.values()), None, []
    where: list[ColumnElement[bool]] = []
    for asked in listing.criteria:
        criterion = by_keys(connection, asked, columns)
        chosen = _values(criterion, columns)
        if chosen is not None and chosen[0] is C.category:
            tabs = [at for word, at in TABS.items() if at in tabs and word in [str(value) for value in chosen[1]]]
            continue
        where.append(alone(condition(criterion, columns, connection.dialect.name), criterion))
        if chosen is not None and chosen[0] is C.customer_id and customers is None:
            customers = [value for value in chosen[1] if isinstance(value, int)]
        else:
            rest.append(criterion)
    if statement.whereclause is not None:
        where.append(statement.whereclause)
    shards = range(SHARDS) if customers is None else sorted({customer % SHARDS for customer in customers})
    slots = [tab * SHARDS + shard for tab in tabs for shard in shards]
    down = listing.sort.descending != backward
    return Question(connection, listing, columns, down, backward, key, limit, slots, customers, tabs, where, rest)


def _values(criterion: Criterion, columns: Columns) -> tuple[Expression, Sequence[Any]] | None:
    """The column and the values of an equality."""
    match criterion:
        case Equals(field, value):
            return column_of(columns, field), (value,)
        case OneOf(field, values):
            return column_of(columns, field), values
    return None


def sort_column(question: Question) -> Expression:
    """The column that the list is sorted by."""
    return column_of(question.columns, question.listing.sort.field)


def bare(columns: Columns, field: str) -> Expression:
    """The table's own column behind a label, so that it can be told by identity; else the expression."""
    column = column_of(columns, field)
    table = getattr(column, "table", None)
    if table is not None and getattr(table, "name", "") == CDRS.name:
        return C[str(column.key)]
    return column


def is_parents_name(column: Expression) -> bool:
    """Whether rows are sorted by a name of their customer or user."""
    return is_folded(column) and column.table.name in {"customers", "users"}


def in_slots(question: Question) -> ColumnElement[bool]:
    """The condition that a row is in the slots asked for, asked of the row."""
    runs: list[list[int]] = []
    for slot in question.slots:
        if runs and runs[-1][1] + 1 == slot:
            runs[-1][1] = slot
        else:
            runs.append([slot, slot])
    return or_(false(), *(C.slot == low if low == high else C.slot.between(low, high) for low, high in runs))


def hidden(question: Question, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The remaining conditions, and `more`, as one that no index fits: asked of each row that another condition finds.

    PostgreSQL reckons that few rows are of a customer *and* of the customer's slot, which is the same thing, and
    would choose an index by that.
    """
    return and_(true(), *more, *question.where).is_(true())
