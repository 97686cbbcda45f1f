"""Counts the rows that refer to a row, over every foreign key to its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, func, select

from partnertui.db.models import load_all
from partnertui.db.models.base import Base, table_of
from partnertui.domain.errors import DomainError

NAMES = {
    "customer_price_lists": ("customer", "customers"),
    "price_list_entries": ("price", "prices"),
    "ddis": ("DDI", "DDIs"),
    "pending_ddi_numbers": ("ordered number", "ordered numbers"),
    "failed_log_ins": ("failed log-in", "failed log-ins"),
    "operator_sessions": ("session", "sessions"),
    "blocked_ips": ("blocked IP", "blocked IPs"),
}
"""One and several rows of a table, in words; others are called as their table is."""


@dataclass(frozen=True)
class Use:
    """How many rows of a table use a row."""

    table: str
    count: int

    def words(self) -> str:
        """As in `3 customers`."""
        name = self.table.replace("_", " ")
        one, several = NAMES.get(self.table, (name.removesuffix("s"), name))
        return f"{self.count:,} {one if self.count == 1 else several}"


def uses(connection: Connection, model: type[Base], key: int, parts: tuple[str, ...] = ()) -> list[Use]:
    """Who uses the row, most first. `parts` are tables whose rows belong to it: what uses them counts, they don't."""
    table, found = table_of(model), dict[str, int]()
    for column in _references(table):
        if column.table.name not in parts:
            query = select(func.count()).select_from(column.table).where(column == key)
            _count(found, column, connection.execute(query).scalar_one())
            continue
        for outer in _references(column.table):
            joined = outer.table.join(column.table, outer == column.table.c.id)
            query = select(func.count()).select_from(joined).where(column == key)
            _count(found, outer, connection.execute(query).scalar_one())
    return sorted((Use(name, count) for name, count in found.items()), key=lambda use: (-use.count, use.table))


def part_columns(model: type[Base], parts: tuple[str, ...]) -> list[Column[int]]:
    """The columns by which rows of these tables belong to a row."""
    return [column for column in _references(table_of(model)) if column.table.name in parts]


def parts_of(connection: Connection, model: type[Base], key: int, parts: tuple[str, ...]) -> list[Use]:
    """How many rows belong to the row, by table; those tables that have some."""
    found = dict[str, int]()
    for column in part_columns(model, parts):
        query = select(func.count()).select_from(column.table).where(column == key)
        _count(found, column, connection.execute(query).scalar_one())
    return [Use(name, count) for name, count in found.items()]


def _references(table: Table) -> Iterator[Column[int]]:
    """The columns of all tables that refer to this table's ID."""
    load_all()
    for other in Base.metadata.sorted_tables:
        yield from (column for column in other.columns if any(key.column is table.c.id for key in column.foreign_keys))


def _count(found: dict[str, int], column: Column[int], count: int) -> None:
    if count:
        found[column.table.name] = found.get(column.table.name, 0) + count


def use_words(found: list[Use]) -> str:
    """Who uses it, in words: `3 customers and 1 price plan`."""
    words = [use.words() for use in found]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def require_unused(found: list[Use], advice: str) -> None:
    """Raises DomainError that says who uses it."""
    if found:
        verb = "uses" if sum(use.count for use in found) == 1 else "use"
        raise DomainError(f"Not deleted: {use_words(found)} {verb} it.", advice)
