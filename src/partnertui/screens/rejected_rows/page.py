"""Rejected rows: one row per record of a switch that sync couldn't import as a call, with the reason."""

from __future__ import annotations

from partnertui.db.models import RejectedRow
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Identifier, Text, Time
from partnertui.kit.declare.page import Column, Page


def rejected_rows() -> Query:
    """All rejected rows; a row that a later run imports leaves the list by itself."""
    columns = (RejectedRow.rejected_at, RejectedRow.row_key, RejectedRow.reason, RejectedRow.source)
    return list_query(RejectedRow, *columns, RejectedRow.content)


PAGE = Page(
    rows=rejected_rows,
    columns=(
        Column("id", Identifier(), group="Row", shown=False),
        Column("rejected_at", Time(), title="Rejected", width=18),
        Column("row_key", Text(), title="Row", width=20),
        Column("reason", Text(), width=40),
        Column("source", Text(), width=30),
        Column("content", Text(), width=60, shown=False),
    ),
    search=("row_key", "reason", "content"),
    sort="-id",
    title=lambda row: row["row_key"],
    table="rejected_rows",
    scope="",
    owner="",
    empty="No rejected rows: every finished call that `partnertui sync` read was imported.",
)
