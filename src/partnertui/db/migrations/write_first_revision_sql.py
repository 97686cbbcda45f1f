"""Writes the SQL of the first revision from the models: `python -m partnertui.db.migrations.write_first_revision_sql`.

Only for a revision that has not been released; later ones are written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from partnertui.atomic_files import write_file
from partnertui.db.models import Base, cdr_trigram_index


def statements(dialect: Dialect) -> Iterator[str]:
    """All statements of the first revision, in order."""

    def sql(element: DDLElement) -> str:
        return "\n".join(
            line.rstrip().replace("\t", "  ")
            for line in str(element.compile(dialect=dialect)).splitlines()
            if line.strip()
        )

    if dialect.name == "postgresql":
        yield cdr_trigram_index.POSTGRESQL_EXTENSION
    for table in Base.metadata.sorted_tables:
        yield sql(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index._ddl_if is None or index._ddl_if.dialect == dialect.name:
                yield sql(CreateIndex(index))
    if dialect.name == "sqlite":
        yield cdr_trigram_index.SQLITE_TABLE
        yield from cdr_trigram_index.SQLITE_TRIGGERS
    else:
        yield from (statement for _, statement in cdr_trigram_index.POSTGRESQL_INDEXES)


def main() -> None:
    """Writes both files."""
    folder = Path(__file__).parent / "sql"
    dialects: tuple[type[Dialect], ...] = (SQLiteDialect, PGDialect)
    for dialect in (dialect_class() for dialect_class in dialects):
        # The compiler doubles % for psycopg's parameters.
        text = "".join(f"{statement};\n\n" for statement in statements(dialect)).replace("%%", "%")
        write_file(folder / f"0001.{dialect.name}.sql", text)


if __name__ == "__main__":
    main()
