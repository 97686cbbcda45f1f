"""Chooses the row source of a declared page: its own, or one made from its select."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.db.rows.source import RowSource
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.declare.page import Page


def source_of(page: Page, context: ActionContext) -> RowSource:
    """The row source that the page declares; else its select on our database."""
    if page.source is not None:
        source: RowSource = page.source(context)
        return source
    from partnertui.db.rows.table_source_choice import (
        table_source,  # here: it imports SQLAlchemy, which start-up does later
    )

    return table_source(page.rows)
