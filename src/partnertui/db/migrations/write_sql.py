"""Writes the SQL of the first revision from the models: `python -m partnertui.db.migrations.write_sql`.

Only for a revision that was never released; later ones are written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from partnertui.db.models import Base
from partnertui.db.rows import trigrams


def statements(dialect: Dialect) -> Iterator[str]:
    """Everything the first revision makes, in order."""

    def said(element: DDLElement) -> str:
        return "\n".join(
            line.rstrip().replace("\t", "  ")
            for line in str(element.compile(dialect=dialect)).splitlines()
            if line.strip()
        )

    if dialect.name == "postgresql":
        yield trigrams.POSTGRESQL_EXTENSION
    for table in Base.metadata.sorted_tables:
        yield said(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            wanted = index._ddl_if is None or index._ddl_if.dialect == dialect.name
            if wanted:
                yield said(CreateIndex(index))
    if dialect.name == "sqlite":
        yield trigrams.SQLITE_TABLE
        yield from trigrams.SQLITE_TRIGGERS
    else:
        yield from (statement for _, statement in trigrams.POSTGRESQL_INDEXES)


def main() -> None:
    """Writes both files."""
    folder = Path(__file__).parent / "sql"
    for dialect in (sqlite.dialect(), postgresql.dialect()):  # type: ignore[no-untyped-call]
        text = "".join(f"{statement};\n\n" for statement in statements(dialect)).replace("%%", "%")
        (folder / f"0001.{dialect.name}.sql").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
