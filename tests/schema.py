"""What a database's catalog says of its tables, and the SQL of the models: what Alembic does not compare."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Column, Connection, Dialect, Index, MetaData, Table, text
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable, ExecutableDDLElement

from partnertui.db.models.base import Base

SQLITE_COLUMNS = """
    SELECT t.name, x.name, x.type || CASE x."notnull" WHEN 1 THEN ' NOT NULL' ELSE '' END
           || coalesce(' DEFAULT ' || x.dflt_value, '')
    FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) x WHERE t.schema = 'main' AND t.type = 'table'
    UNION ALL SELECT name, '', CASE strict WHEN 1 THEN 'STRICT' ELSE 'not STRICT' END
    FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"""
POSTGRESQL_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
           || CASE WHEN l.collname <> 'default' THEN ' COLLATE ' || l.collname ELSE '' END
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
           || CASE a.attidentity WHEN '' THEN '' ELSE ' GENERATED AS IDENTITY' END
           || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"""
SQLITE_CHECKS = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
POSTGRESQL_CHECKS = """
    SELECT conrelid::regclass::text, 'CONSTRAINT ' || conname || ' CHECK' FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace"""
SQLITE_INDEXES = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
POSTGRESQL_INDEXES = """
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
CHECK = re.compile(r"CONSTRAINT (\w+) CHECK")
Facts = dict[tuple[str, str], str]


def facts(connection: Connection) -> Facts:
    """How each column, index and (on SQLite) table is declared, and which checks there are, by table and name."""
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(text(SQLITE_COLUMNS if sqlite else POSTGRESQL_COLUMNS))
    found = {(table, column): declared for table, column, declared in rows}
    for table, sql in connection.execute(text(SQLITE_CHECKS if sqlite else POSTGRESQL_CHECKS)):
        found |= {(table, name): "CHECK" for name in CHECK.findall(sql)}
    for table, name, sql in connection.execute(text(SQLITE_INDEXES if sqlite else POSTGRESQL_INDEXES)):
        found[table, name] = " ".join(sql.split())
    return found


def unlike(migrated: Facts, wanted: Facts, dialect: str) -> Iterator[str]:
    """A sentence for everything that the migrations declare otherwise than the models."""
    tables = {table for table, _ in migrated}
    for (table, name), declared in wanted.items():
        if table not in tables:
            continue
        found = migrated.get((table, name))
        where = f"{table}.{name}" if name else table
        if found is None and declared == "CHECK":
            yield f"{dialect}: the migrations lack the check {name} of {table}."
        elif found is None and declared.startswith("CREATE"):
            yield f"{dialect}: the migrations lack the index {name}: add “{declared};” to one."
        elif found is not None and found != declared:
            yield f"{dialect}: {where} is “{found}” after the migrations, the model says “{declared}”."


def sql_of(item: object, kind: str, dialect: Dialect) -> str:
    """The SQL that makes a table or column of the models, as a migration may have it; empty for other kinds."""
    own, elements = model_of(item), list[ExecutableDDLElement]()
    if kind == "add_table" and isinstance(own, Table):
        elements = [
            CreateTable(own),
            *(CreateIndex(index) for index in sorted(own.indexes, key=str) if is_for(index, dialect)),
        ]
    parts = [str(element.compile(dialect=dialect)).strip() for element in elements]
    if kind == "add_column" and isinstance(own, Column) and own.table is not None:
        column = " ".join(str(CreateColumn(own).compile(dialect=dialect)).split())
        parts = [f"ALTER TABLE {own.table.name} ADD COLUMN {column}"]
    return "".join(f"{part};\n\n" for part in parts)


def model_of(item: object) -> object:
    """The models' own table or column: Alembic compares copies, which have lost their options."""
    metadata: MetaData = Base.metadata
    if isinstance(item, Table):
        return metadata.tables.get(item.name, item)
    if isinstance(item, Column) and item.table is not None:
        return metadata.tables[item.table.name].columns.get(item.name, item)
    return item


def is_for(index: Index, dialect: Dialect) -> bool:
    """Whether an index is of this database."""
    return index._ddl_if is None or index._ddl_if.dialect == dialect.name
