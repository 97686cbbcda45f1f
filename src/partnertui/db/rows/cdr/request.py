"""Translates a CDR listing into the slots that contain its rows and the conditions left to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from sqlalchemy import CTE, ColumnElement, Connection, Subquery, and_, false, or_, true

from partnertui.db.cdr_partitions import Span, month_spans
from partnertui.db.models.cdr_indexes import SHARDS
from partnertui.db.rows.cdr.name_conditions import by_id, without_join
from partnertui.db.rows.cdr.partition_pruning import touched, within
from partnertui.db.rows.cdr.table import C, own_column
from partnertui.db.rows.filter_criteria import Criterion, Equals, OneOf
from partnertui.db.rows.filters import column_of, condition, is_folded, table_name
from partnertui.db.rows.listing import Key, Listing
from partnertui.db.rows.type_aliases import Expression, Scalar
from partnertui.domain.call_enums import LegCategory

TABS = {category.value: index for index, category in enumerate(LegCategory)}


@dataclass
class CdrRequest:
    """One page, or the count, of a CDR listing.

    All its rows are in `slots`. These may hold other rows too; `where` excludes them. `rest` are the criteria
    other than tab and customer.
    """

    connection: Connection
    listing: Listing
    columns: dict[str, Expression]
    key: Key | None
    backward: bool
    limit: int
    slots: list[int]
    customers: list[int] | None
    where: list[ColumnElement[bool]] = field(default_factory=list)
    rest: list[Criterion] = field(default_factory=list)
    slots_table: CTE | Subquery | None = None
    """See slot_merge.slots_table."""
    spans: list[Span] = field(default_factory=list)
    """Where calls are in months: those that rows may be in, in order."""
    bounds: list[ColumnElement[bool]] = field(default_factory=list)
    """There, conditions on the start that are in every statement; see partition_pruning.py. Also the partner, if one is
    asked for: said like this, PostgreSQL leaves other partners' servers out."""
    partner: list[ColumnElement[bool]] = field(default_factory=list)
    scan_share: int = 1
    """There, that part of the rows that may be read in order of time is for this stretch: a half, a quarter …"""

    def within(self, spans: Sequence[Span]) -> list[ColumnElement[bool]]:
        """The bounds for these stretches."""
        return [*within(spans), *self.partner]

    @property
    def descending(self) -> bool:
        """The direction of reading."""
        return self.listing.sort.descending != self.backward

    @property
    def dialect(self) -> str:
        """Name of the database's dialect."""
        return self.connection.dialect.name

    @property
    def is_sqlite(self) -> bool:
        """True on SQLite, which has index hints but no LATERAL."""
        return self.dialect == "sqlite"

    @property
    def has_all_slots(self) -> bool:
        """True if neither tab nor customer narrows the list."""
        return len(self.slots) == SHARDS * len(TABS)

    @property
    def has_one_id(self) -> bool:
        """True for a single call, such as a record that is opened."""
        return any(isinstance(one, Equals) and column_of(self.columns, one.field) is C.id for one in self.rest)

    @property
    def is_in_stretches(self) -> bool:
        """True if what one stretch of time has comes before all that another has, or nothing does."""
        return self.has_one_id or self.sort_column is C.started_at

    @property
    def may_be_elsewhere(self) -> bool:
        """True if calls of these months may be on other servers."""
        return any(span.is_moved for span in self.spans)

    @property
    def sort_column(self) -> Expression:
        """The column that the list is sorted by."""
        return column_of(self.columns, self.listing.sort.field)


def make_request(
    connection: Connection, listing: Listing, *, key: Key | None = None, backward: bool = False, limit: int = 1
) -> CdrRequest:
    """Analyses a listing: tab and customer choose the slots, everything else stays a condition.

    Raises DomainError for a column that the list doesn't have.
    """
    statement = listing.rows()
    labels = statement.selected_columns
    columns = {label: own_column(labels, label) for label, _ in labels.items()}
    tabs, customers, rest = list(TABS.values()), None, []
    where: list[ColumnElement[bool]] = []
    for given in listing.criteria:
        criterion = by_id(connection, given, columns)
        column, values = _equality(criterion, columns)
        if column is C.category:
            chosen = {str(value) for value in values}
            tabs = [index for name, index in TABS.items() if index in tabs and name in chosen]
            continue
        where.append(without_join(condition(criterion, columns, connection.dialect.name), criterion))
        if column is C.customer_id and customers is None:
            customers = [value for value in values if isinstance(value, int)]
        else:
            rest.append(criterion)
    if statement.whereclause is not None:
        where.append(statement.whereclause)
    shards = range(SHARDS) if customers is None else sorted({customer % SHARDS for customer in customers})
    slots = [tab * SHARDS + shard for tab in tabs for shard in shards]
    spans = touched(month_spans(connection), rest, columns)
    found = CdrRequest(connection, listing, columns, key, backward, limit, slots, customers, where, rest)
    found.spans = spans
    if found.may_be_elsewhere:
        found.partner = [C.partner_id == one.value for one in rest if _names_partner(one, columns)]
    found.bounds = found.within(spans)
    return found


def _names_partner(criterion: Criterion, columns: dict[str, Expression]) -> TypeGuard[Equals]:
    return isinstance(criterion, Equals) and column_of(columns, criterion.field) is C.partner_id


def _equality(
    criterion: Criterion, columns: dict[str, Expression]
) -> tuple[Expression | None, Sequence[Scalar | None]]:
    """The column that must equal one of some values; None for criteria of other kinds."""
    match criterion:
        case Equals(field, value):
            return column_of(columns, field), (value,)
        case OneOf(field, values):
            return column_of(columns, field), values
    return None, ()


def is_parent_name(column: Expression) -> bool:
    """Whether a column is the name of the call's customer or user."""
    return is_folded(column) and table_name(column) in {"customers", "users"}


def in_slots(request: CdrRequest) -> ColumnElement[bool]:
    """The condition that a row is in one of the request's slots, evaluated on the row."""
    runs: list[list[int]] = []
    for slot in request.slots:
        if runs and runs[-1][1] + 1 == slot:
            runs[-1][1] = slot
        else:
            runs.append([slot, slot])
    # false() first, because or_() of nothing isn't defined.
    return or_(false(), *(C.slot == low if low == high else C.slot.between(low, high) for low, high in runs))


def as_row_filter(request: CdrRequest, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The remaining conditions and `more` in a form that no index matches: checked on each row found otherwise."""
    # PostgreSQL multiplies the selectivities of "is of this customer" and "is in this customer's slot", which are the
    # same rows, and would choose a wrong index because of it.
    return and_(true(), *more, *request.where).is_(true())
