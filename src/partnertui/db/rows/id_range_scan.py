"""Scans a table by ranges of IDs from the newest, for filters without an index."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.rows.filters import column_of, unlabelled
from partnertui.db.rows.listing import Listing
from partnertui.db.rows.select_source import filtered
from partnertui.db.rows.type_aliases import Row


def id_bounds(connection: Connection, listing: Listing) -> tuple[int, int]:
    """The lowest and the highest ID of the listed table; (0, 0) for an empty one."""
    ident = unlabelled(listing.rows().selected_columns["id"])
    low, high = connection.execute(select(func.min(ident), func.max(ident))).one()
    return int(low or 0), int(high or 0)


def scan_range(connection: Connection, listing: Listing, above: int, upto: int, limit: int) -> list[Row]:
    """Up to `limit` matching rows with an ID in (above, upto], highest first."""
    statement = filtered(connection, listing)
    ident = column_of(statement.selected_columns, "id")
    found = statement.where(ident > above, ident <= upto).order_by(ident.desc()).limit(limit)
    return [dict(row) for row in connection.execute(found).mappings()]
