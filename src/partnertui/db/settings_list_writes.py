"""Adds, edits and deletes rows of the settings lists, by their declared rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, UniqueConstraint, delete, select

from partnertui.db.models.base import Base, Versioned, table_of
from partnertui.db.row_uses import part_columns, require_unused, uses
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError


def nothing_more(unit: UnitOfWork, values: RowDict, key: int) -> None:
    """No rule besides."""


def always(unit: UnitOfWork, key: int) -> None:
    """No rule against deleting it besides being used."""


@dataclass(frozen=True)
class RowRules:
    """What holds for the rows of a table. `columns` are those that a form edits."""

    model: type[Base]
    noun: str
    columns: tuple[str, ...]
    checked: Callable[[Row], RowDict]
    """The values to store, by rules that need no database; raises DomainError with the field."""
    require: Callable[[UnitOfWork, RowDict, int], None] = nothing_more
    """Rules that need the database; gets the values, which it may complete, and the ID, 0 for a new row."""
    require_deletable: Callable[[UnitOfWork, int], None] = always
    parts: tuple[str, ...] = ()
    """Tables whose rows belong to the row, and are deleted with it."""
    advice: str = "Change those first."
    """What to do where it can't be deleted."""


def load_row(connection: Connection, rules: RowRules, key: int) -> RowDict:
    """The values of the form, with `version`. Raises DomainError if there is no such row."""
    table = table_of(rules.model)
    query = select(*(table.c[name] for name in (*rules.columns, "version"))).where(table.c.id == key)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise DomainError(f"This {rules.noun} was deleted.")
    return dict(row)


def add_row(unit: UnitOfWork, rules: RowRules, values: Row) -> int:
    """Adds a row; returns its ID. Raises DomainError with the field that isn't valid, NotAllowed."""
    obj = rules.model(**_checked(unit, rules, values, 0))
    unit.add(obj)
    unit.session.flush()
    return obj.id


def edit_row(unit: UnitOfWork, rules: RowRules, key: int, values: Row, seen: Row) -> int:
    """Changes what differs from what the agent saw; returns the ID.

    Raises DomainError with the field that isn't valid, ConcurrentChange if it was changed since, NotAllowed.
    """
    obj = unit.get(rules.model, key, version=seen["version"])
    unit.change(obj, seen, _checked(unit, rules, values, key))
    return key


def delete_row(unit: UnitOfWork, rules: RowRules, key: int, version: int) -> None:
    """Deletes a row and what belongs to it.

    Raises DomainError that says who uses it, ConcurrentChange if it was changed since the agent saw it, NotAllowed.
    """
    obj, connection = unit.get(rules.model, key, version=version, lock=True), unit.session.connection()
    rules.require_deletable(unit, key)
    require_unused(uses(connection, rules.model, key, rules.parts), rules.advice)
    for column in part_columns(rules.model, rules.parts):
        connection.execute(delete(column.table).where(column == key))
    unit.delete(obj)


def version_in(connection: Connection, rules: RowRules, key: int) -> int:
    """The stored version of a row. Raises DomainError if there is no such row."""
    return int(load_row(connection, rules, key)["version"]) if issubclass(rules.model, Versioned) else 0


def _checked(unit: UnitOfWork, rules: RowRules, values: Row, key: int) -> RowDict:
    found = rules.checked({name: values.get(name) for name in rules.columns})
    rules.require(unit, found, key)
    _require_unique(unit, rules, found, key)
    return found


def _require_unique(unit: UnitOfWork, rules: RowRules, values: Row, key: int) -> None:
    """Raises DomainError if another row has what only one row may have."""
    table = table_of(rules.model)
    for names in _unique(table):
        # NULLs never equal each other in a UNIQUE constraint.
        if any(values.get(name) is None for name in names):
            continue
        same = (table.c[name] == values[name] for name in names)
        if unit.session.execute(select(table.c.id).where(*same, table.c.id != key)).first() is not None:
            shown = " and ".join(name.removesuffix("_id").replace("_", " ") for name in names)
            raise DomainError(f"Another {rules.noun} has this {shown}.", "Choose another one.", field=names[0])


def _unique(table: Table) -> list[list[str]]:
    found = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return [[column.name for column in one.columns] for one in found]
