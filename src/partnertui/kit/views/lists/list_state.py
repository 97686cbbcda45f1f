"""The state of a list: filter, order, tab, columns and widths, and what of it is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.partner_row_filter import own_rows

if TYPE_CHECKING:
    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.page import Column, Page
    from partnertui.kit.declare.view_location import FixedFilter, Scope


def narrowed_fields(page: Page, scope: Scope | None, fixed_filters: tuple[FixedFilter, ...]) -> frozenset[str]:
    """The ID columns that the customer scope and a jump give one value in all rows."""
    return frozenset({fixed.field for fixed in fixed_filters} | ({page.scope} if scope is not None else set()))


@dataclass
class ListState:
    """The operator's settings of one list."""

    sort: str
    descending: bool = False
    query: str = ""
    tab: int = 0
    columns: tuple[str, ...] = ()
    """Names of the columns shown; empty for the declared ones."""
    widths: dict[str, int] = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    """What the filter text means; the last text that could be read."""

    @classmethod
    def of(cls, page: Page, kept: dict[str, Any]) -> ListState:
        """The remembered state as far as it still fits the page, else the declared one."""
        from partnertui.db.rows.listing import Sort  # criteria and listings, which the first frame doesn't need

        sort = Sort.parse(page.sort)
        state = cls(sort.field, sort.descending)
        names = {column.name for column in page.columns}
        if kept.get("sort") in names:
            state.sort, state.descending = kept["sort"], bool(kept.get("descending"))
        state.query = str(kept.get("query") or "")
        state.tab = kept.get("tab", 0) if kept.get("tab") in range(len(page.tabs)) else 0
        state.columns = tuple(name for name in kept.get("columns") or () if name in names)
        widths = kept.get("widths") or {}
        state.widths = {name: width for name, width in widths.items() if name in names and isinstance(width, int)}
        return state

    def kept(self, page: Page, *, order: bool) -> dict[str, Any]:
        """What to remember; only what differs from the declared page. `order`: the sorting, too, as in a saved view."""
        from partnertui.db.rows.listing import Sort  # as above

        kept: dict[str, Any] = {}
        if order and str(Sort(self.sort, self.descending)) != page.sort:
            kept |= {"sort": self.sort, "descending": self.descending}
        for name in ("query", "tab", "widths"):
            if value := getattr(self, name):
                kept[name] = value
        if self.columns:
            kept["columns"] = list(self.columns)
        return kept

    @property
    def filtered(self) -> frozenset[str]:
        """The columns that the filter speaks of."""
        from partnertui.db.rows.filter_criteria import Search, fields_of  # as above

        named = (fields_of(criterion) for criterion in self.criteria if not isinstance(criterion, Search))
        return frozenset(field for fields in named for field in fields)

    def shown(self, page: Page, narrowed: frozenset[str] = frozenset()) -> tuple[Column, ...]:
        """The columns shown, in order; without one whose record the list is narrowed to, unless it was chosen.

        narrowed: names of the ID columns that have one value in all rows.
        """
        searching = self.searching
        if not self.columns:
            shown = (column for column in page.columns if column.shown and f"{column.name}_id" not in narrowed)
            return tuple(column for column in shown if searching or not column.while_searching)
        known = {column.name: column for column in page.columns}
        chosen = tuple(known[name] for name in self.columns if not known[name].while_searching)
        found = tuple(column for column in page.columns if column.while_searching) if searching else ()
        return (*chosen[:1], *found, *chosen[1:])

    @property
    def searching(self) -> bool:
        """Whether words without a column's name are searched for."""
        if not self.criteria:
            return False
        from partnertui.db.rows.filter_criteria import AnyOf, Search  # as above

        parts = [part for one in self.criteria for part in (one.criteria if isinstance(one, AnyOf) else (one,))]
        return any(isinstance(part, Search) for part in parts)

    def all_criteria(
        self,
        page: Page,
        scope: Scope | None,
        fixed_filters: tuple[FixedFilter, ...],
        operator: Operator | None,
        tab: int | None = None,
    ) -> tuple[Criterion, ...]:
        """Everything that narrows the list: tab, scope, fixed filters, the filter."""
        from partnertui.db.rows.filter_criteria import Equals

        found: list[Criterion] = list(own_rows(page, operator))
        place = self.tab if tab is None else tab
        if page.tabs:
            found.extend((*page.tabs[place].criteria, *page.tabs[place].more(operator)))
        pinned = {fixed_filter.field for fixed_filter in fixed_filters}
        if scope is not None and page.scope and page.scope not in pinned:
            found.append(Equals(page.scope, scope.record_id))
        found.extend(Equals(fixed_filter.field, fixed_filter.value) for fixed_filter in fixed_filters)
        return (*found, *self.criteria)
