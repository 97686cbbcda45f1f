"""Kamailio's tables of finished calls as they are on this switch: which there are, with which extra columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnClause, Connection, TableClause, column, func, inspect, select, table
from sqlalchemy.exc import NoSuchTableError

from partnertui.db.rows.types import Expression, RowDict

NAMES = ("acc_cdrs", "acc", "missed_calls")
CALLID = ("callid", "call_id", "sip_callid")
SOURCE = ("src_user", "caller_user", "from_user")
SOURCE_DOMAIN = ("src_domain", "from_domain")
SOURCE_IP = ("src_ip", "source_ip")
DIALLED = ("dst_ouser", "to_user")
DESTINATION = ("dst_user", "callee_user")
DESTINATION_DOMAIN = ("dst_domain", "to_domain")
"""Names that the extra columns of acc's documentation and of Kamailio's own sample have, most usual first."""


class Tables:
    """The tables there are, without types: values come as the driver has them."""

    def __init__(self, connection: Connection, schema: str = "") -> None:
        inspector = inspect(connection)
        self._found: dict[str, TableClause] = {}
        for name in NAMES:
            try:
                found = inspector.get_columns(name, schema or None)
            except NoSuchTableError:
                continue
            columns: list[ColumnClause[Any]] = [column(one["name"]) for one in found]
            self._found[name] = table(name, *columns, schema=schema or None)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __getitem__(self, name: str) -> TableClause:
        return self._found[name]

    def column(self, name: str, choices: Sequence[str]) -> Expression | None:
        """The first of these columns that a table has."""
        if name not in self._found:
            return None
        there = self._found[name].c
        return next((there[choice] for choice in choices if choice in there), None)

    @property
    def linked(self) -> bool:
        """Whether acc_cdrs says which call a row is of."""
        return self.column("acc_cdrs", CALLID) is not None

    def last(self, connection: Connection, name: str) -> int:
        """The highest ID of a table."""
        return int(connection.scalar(select(func.max(self[name].c.id))) or 0)

    def page(self, connection: Connection, name: str, after: int, limit: int) -> list[RowDict]:
        """The next rows by ID."""
        found = self[name]
        query = select(found).where(found.c.id > after).order_by(found.c.id).limit(limit)
        return [dict(row) for row in connection.execute(query).mappings()]

    def of_calls(self, connection: Connection, name: str, callids: Sequence[str]) -> list[RowDict]:
        """The rows of some calls, by ID; none where the table is missing."""
        key = self.column(name, CALLID)
        if key is None or not callids:
            return []
        query = select(self[name]).where(key.in_(callids)).order_by(self[name].c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


def first(row: RowDict, choices: Sequence[str]) -> str:
    """The first of these columns that holds something."""
    for choice in choices:
        if row.get(choice):
            return str(row[choice]).replace("\0", "").strip()
    return ""
