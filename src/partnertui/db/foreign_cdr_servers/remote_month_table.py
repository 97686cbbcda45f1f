"""DDL of a month's table on a foreign server: the same columns, checks and indexes in its own schema."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

from partnertui.db.schema_statement_runner import run_statement

# Of collations only C is the same on every server; others come with its operating system.
COLUMNS = text("""
    SELECT string_agg(format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN l.collname IN ('C', 'POSIX') THEN format(' COLLATE %I', l.collname) ELSE '' END,
      CASE WHEN a.attgenerated = 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
        ELSE '' END,
      CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE a.attrelid = CAST(:part AS regclass) AND a.attnum > 0 AND NOT a.attisdropped""")
INDEXES = text("SELECT indexdef FROM pg_catalog.pg_indexes WHERE schemaname = 'public' AND tablename = :part")
CHECKS = text("""
    SELECT format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) FROM pg_catalog.pg_constraint
    WHERE conrelid = CAST(:part AS regclass) AND contype = 'c'""")
LACKING = text("""
    SELECT format('ALTER TABLE %I.cdrs ADD COLUMN %I %s%s', CAST(:schema AS text), a.attname,
      format_type(a.atttypid, a.atttypmod), CASE WHEN a.atthasdef AND a.attgenerated = ''
      THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END)
    FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE a.attrelid = 'public.cdrs'::regclass AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT (a.attname = ANY (CAST(:known AS text[])))""")
KNOWN = text("""
    SELECT column_name::text FROM information_schema.columns WHERE table_schema = :schema AND table_name = 'cdrs'""")


def schema_of(part: str) -> str:
    """The schema there for a partition here, such as calls_2026_03 for cdrs_2026_03."""
    return part.replace("cdrs", "calls", 1)


def make_month(here: Connection, there: Connection, part: str) -> None:
    """Makes the table, empty; what an earlier attempt has left is dropped. Indexes follow the rows."""
    schema = schema_of(part)
    there.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    there.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    columns = here.scalar(COLUMNS, {"part": f"public.{part}"})
    checks = here.scalars(CHECKS, {"part": f"public.{part}"}).all()
    run_statement(there, f'CREATE TABLE "{schema}".cdrs ({", ".join([str(columns), *checks])})')


def index_month(here: Connection, there: Connection, part: str) -> None:
    """Builds the indexes of a partition here on its table there, without slots."""
    schema = schema_of(part)
    made = [str(one) for one in here.scalars(INDEXES, {"part": part})]
    for statement in dict.fromkeys(without_slot(one) or one for one in made):
        named = re.sub(r"INDEX \w+ ON", "INDEX ON", statement)
        run_statement(there, named.replace(f"ON public.{part} ", f'ON "{schema}".cdrs ', 1))
    there.exec_driver_sql(f'ANALYZE "{schema}".cdrs')


def without_slot(made: str) -> str | None:
    """The statement of an index (slot, column, id) as one of (column, id); None for others.

    Lists merge hundreds of slots, each read by itself: over a network one order by the column is faster, and few
    partners share the table.
    """
    found = re.sub(r"\(slot, (\w+), id\)$", r"(\1, id)", made)
    return None if found == made else found


def add_lacking_columns(here: Connection, there: Connection, part: str) -> int:
    """Adds the columns that the table of calls got here since the month was moved; returns how many."""
    schema = schema_of(part)
    known = list(there.scalars(KNOWN, {"schema": schema}))
    statements = here.scalars(LACKING, {"schema": schema, "known": known}).all()
    for statement in statements:
        run_statement(there, str(statement))
    return len(statements)
