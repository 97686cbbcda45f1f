"""Constraints added to every table: STRICT on SQLite, a CHECK for each enum and flag."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, MetaData

from partnertui.db.models.cdr_indexes import cdr_indexes
from partnertui.db.models.types import EnumText, Flag

UNCHECKED = frozenset({"cdrs"})
"""Checking the enums of a call takes SQLite 8 µs, three times as long as the rest of the row."""


def complete(metadata: MetaData) -> None:
    """Adds indexes, options and constraints to the tables; to be called once."""
    cdr_indexes(metadata.tables["cdrs"])
    for table in metadata.tables.values():
        table.dialect_options["sqlite"]["strict"] = True
        for column in table.columns:
            if isinstance(column.type, EnumText) and table.name not in UNCHECKED:
                values = ", ".join(f"'{member.value}'" for member in column.type.enum)
                check = CheckConstraint(f"{column.name} IN ({values})", name=f"{column.name}_words")
                table.append_constraint(check)
            elif isinstance(column.type, Flag):
                check = CheckConstraint(f"{column.name} IN (0, 1)", name=f"{column.name}_flag")
                table.append_constraint(check.ddl_if(dialect="sqlite"))
