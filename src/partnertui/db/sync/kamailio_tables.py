"""Kamailio's tables of finished calls as they exist on a switch, with its extra columns."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnClause, Connection, TableClause, column, func, inspect, select, table
from sqlalchemy.exc import NoSuchTableError

from partnertui.db.bulk_statements import is_in
from partnertui.db.rows.type_aliases import Expression, Row, RowDict

NAMES = ("acc_cdrs", "acc", "missed_calls")
CALLID = ("callid", "call_id", "sip_callid")
SOURCE = ("src_user", "caller_user", "from_user")
SOURCE_DOMAIN = ("src_domain", "from_domain")
SOURCE_IP = ("src_ip", "source_ip")
SOURCE_AGENT = ("src_agent", "user_agent")
DIALLED = ("dst_ouser", "to_user")
DESTINATION = ("dst_user", "callee_user")
DESTINATION_DOMAIN = ("dst_domain", "to_domain")
DESTINATION_IP = ("dst_ip", "destination_ip")
DESTINATION_AGENT = ("dst_agent",)
REPLY = ("dst_reply",)
"""Extra columns by their names in acc's documentation and Kamailio's sample configuration, most common first."""


class CallTables:
    """The tables that exist, without types: values come as the driver returns them."""

    def __init__(self, connection: Connection, schema: str = "") -> None:
        inspector = inspect(connection)
        self._found: dict[str, TableClause] = {}
        for name in NAMES:
            try:
                found = inspector.get_columns(name, schema or None)
            except NoSuchTableError:
                continue
            columns: list[ColumnClause[object]] = [column(description["name"]) for description in found]
            self._found[name] = table(name, *columns, schema=schema or None)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __getitem__(self, name: str) -> TableClause:
        return self._found[name]

    def column(self, name: str, choices: Sequence[str]) -> Expression | None:
        """The first of these columns that a table has."""
        if name not in self._found:
            return None
        columns = self._found[name].c
        return next((columns[choice] for choice in choices if choice in columns), None)

    @property
    def has_call_ids(self) -> bool:
        """Whether acc_cdrs has a column with the Call-ID."""
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
        """The rows of some calls, in order of ID; none if the table doesn't exist."""
        key = self.column(name, CALLID)
        if key is None or not callids:
            return []
        query = select(self[name]).where(is_in(connection, key, callids)).order_by(self[name].c.id)
        return [dict(row) for row in connection.execute(query).mappings()]


def first(row: Row, choices: Sequence[str]) -> str:
    """The value of the first of these columns that isn't empty."""
    for choice in choices:
        if value := row.get(choice):
            return str(value).replace("\0", "").strip()
    return ""
