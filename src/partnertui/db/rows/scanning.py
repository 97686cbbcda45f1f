"""Looking through a table stretch by stretch, newest first, for what no index can find."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from partnertui.db.rows.filters import column_of, condition, plain
from partnertui.db.rows.listing import Listing
from partnertui.db.rows.types import Row


def ends(connection: Connection, listing: Listing) -> tuple[int, int]:
    """The lowest and the highest ID of the listed table; (0, 0) for an empty one."""
    ident = plain(listing.rows().selected_columns["id"])
    low, high = connection.execute(select(func.min(ident), func.max(ident))).one()
    return int(low or 0), int(high or 0)


def look_through(connection: Connection, listing: Listing, above: int, upto: int, limit: int) -> list[Row]:
    """The rows that fit with an ID in (above, upto], highest first, `limit` at most."""
    statement = listing.rows()
    columns: Any = statement.selected_columns
    ident = column_of(columns, "id")
    wheres = [condition(criterion, columns, connection.dialect.name) for criterion in listing.criteria]
    found = statement.where(*wheres, ident > above, ident <= upto).order_by(ident.desc()).limit(limit)
    return [dict(row) for row in connection.execute(found).mappings()]
