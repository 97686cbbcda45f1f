"""The plans of what a database is asked, and whether a list's next page enters an index at its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, event

from partnertui.db.database import Database

Node = dict[str, Any]
MONTH = re.compile(r"^cdrs_(?:before_)?\d{4}_\d\d$")
"""The partitions of calls."""


def nodes(plan: Node) -> Iterator[Node]:
    """A plan's node and all below it."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def relation(node: Node) -> str:
    """The table that a node reads, a partition by its parent's name; empty for a node that reads none."""
    return MONTH.sub("cdrs", node.get("Relation Name", ""))


class Plans:
    """The plans of what a database is asked while this is entered."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.nodes: list[Node] = []

    def __enter__(self) -> Plans:
        event.listen(self.database.engine, "before_cursor_execute", self._explain)
        return self

    def __exit__(self, *error: object) -> None:
        event.remove(self.database.engine, "before_cursor_execute", self._explain)

    def _explain(self, connection: Connection, cursor: Any, statement: str, parameters: Any, *rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")) and "FROM" in statement and "set_config" not in statement:
            other = connection.connection.cursor()
            other.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            self.nodes += [node for row in other.fetchall() for node in nodes(row[0][0]["Plan"])]
            other.close()


def begins_at_key(plan: Iterable[Node], table: str, column: str) -> bool:
    """Whether an index of the table is entered at the key: a bound of the sort column is in its condition.

    A condition on another column, or `IS NOT NULL`, isn't enough: rows before the key would be read and thrown away.
    """
    bound = re.compile(rf"(?<![\w.]){re.escape(column)} [<>]=? ")
    return any(bound.search(node.get("Index Cond", "")) for node in plan if relation(node) == table)
