"""Restricts a page's rows and joins to those of the operator's partner.

PostgreSQL's row security holds whatever the program does; this keeps counts and pages right, and guards against
accidents on SQLite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.rows.filter_criteria import Criterion
    from partnertui.db.rows.type_aliases import Query
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.page import Page


def own_rows(page: Page, operator: Operator | None) -> tuple[Criterion, ...]:
    """The criterion that leaves a partner only its own customers' rows; none for our own people."""
    from partnertui.db.rows.filter_criteria import Equals
    from partnertui.domain.operators import Role

    if operator is None or operator.role != Role.PARTNER or not page.owner:
        return ()
    return (Equals(page.owner, operator.partner_id),)


def own_joins(page: Page, operator: Operator | None) -> Callable[[], Query]:
    """The page's select; for a partner, what it joins is theirs as well."""
    if operator is None or operator.partner_id is None or not own_rows(page, operator):
        return page.rows
    from partnertui.db.rows.partner_visible_joins import with_own_joins  # here: partners alone need it

    return with_own_joins(page.rows, operator.partner_id)
