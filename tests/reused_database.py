"""A migrated PostgreSQL database that tests use one after the other.

A copy of the template costs two seconds of a processor, since a database of ours has a thousand files; emptying what a
test has filled costs some milliseconds. Where a test changed anything but rows, the next one gets a new copy.
"""

from __future__ import annotations

from itertools import count

import psycopg
from psycopg import sql
from tests.servers import Cluster

LARGEST = 8_000_000
"""Bytes of a table that is emptied; a larger one isn't worth it."""
_numbers = count()
_SCHEMAS = "('public'::regnamespace, 'priv'::regnamespace)"
TABLES = f"""SELECT oid::regclass::text FROM pg_class
  WHERE relnamespace IN {_SCHEMAS} AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1"""
SHAPE = f"""SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
  SELECT concat_ws('|', 'c', oid, relname, relkind, relacl, relrowsecurity, reloptions, relpersistence) AS part
    FROM pg_class WHERE relnamespace IN {_SCHEMAS}
  UNION ALL SELECT concat_ws('|', 'a', attrelid, attnum, attname, atttypid, attnotnull, atthasdef, attacl)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace IN {_SCHEMAS} AND attnum > 0
  UNION ALL SELECT concat_ws('|', 't', oid, tgrelid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws('|', 'p', oid, polname, polrelid, polroles::text) FROM pg_policy
  UNION ALL SELECT concat_ws('|', 'f', oid, proname, proacl, md5(prosrc)) FROM pg_proc
    WHERE pronamespace IN {_SCHEMAS}
  UNION ALL SELECT concat_ws('|', 'k', oid, conname, convalidated) FROM pg_constraint
  UNION ALL SELECT concat_ws('|', 'n', oid, nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
  UNION ALL SELECT concat_ws('|', 's', setdatabase, setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  UNION ALL SELECT concat_ws('|', 'e', extname) FROM pg_extension) AS parts"""
OTHERS = """SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()"""
COUNTED = "SELECT last_value, schemaname, sequencename FROM pg_sequences WHERE last_value IS NOT NULL"

RESTARTED = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
  FROM pg_sequences WHERE schemaname IN ('public', 'priv')"""


class ReusedDatabase:
    """Made on first use; `name` is the one to connect to now."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.name = ""
        self._tables: list[str] = []
        self._filled = ""
        self._shape = ""
        self._seeds: dict[str, tuple[str, bytes]] = {}
        """Tables that a new database has rows in: a hash of them, and the rows."""
        self._sequences: dict[tuple[str, str], int] = {}

    def take(self) -> str:
        """The name of an empty, migrated database."""
        if not self.name:
            self._make()
        return self.name

    def give_back(self) -> None:
        """Empties it, or drops it if more than rows were changed."""
        try:
            with psycopg.connect(self._cluster.url(self.name), autocommit=True) as connection:
                is_clean = self._clean(connection)
        except psycopg.Error:
            is_clean = False
        if not is_clean:
            self._drop()

    def _make(self) -> None:
        self.name = f"pt_{next(_numbers)}"
        with psycopg.connect(self._cluster.url("postgres"), autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {self.name} TEMPLATE template_pt STRATEGY file_copy")
        with psycopg.connect(self._cluster.url(self.name), autocommit=True) as connection:
            self._tables = [name for (name,) in connection.execute(TABLES).fetchall()]
            each = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in self._tables)
            self._filled = " UNION ALL ".join(each)
            self._shape = self._shape_of(connection)
            self._sequences = {(schema, name): value for value, schema, name in connection.execute(COUNTED)}
            self._seeds = {}
            for (table,) in connection.execute(self._filled).fetchall():
                with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as copy:
                    rows = b"".join(bytes(block) for block in copy)
                self._seeds[table] = (self._hash(connection, table), rows)

    def _clean(self, connection: psycopg.Connection) -> bool:
        connection.execute(OTHERS)
        if self._shape_of(connection) != self._shape:
            return False
        filled = [name for (name,) in connection.execute(self._filled).fetchall()]
        used = [name for name in filled if name not in self._seeds]
        seeded = [name for name, (known, _) in self._seeds.items() if self._hash(connection, name) != known]
        sizes = (f"pg_total_relation_size('{name}')" for name in used)
        if used and max(connection.execute(f"SELECT {', '.join(sizes)}").fetchone() or (0,)) > LARGEST:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # neither guards nor foreign keys
            for name in (*used, *seeded):
                connection.execute(f"DELETE FROM {name}")
            for name in seeded:
                with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                    copy.write(self._seeds[name][1])
        connection.execute(RESTARTED)  # all: one that was set and not used yet looks as if it was never touched
        for (schema, name), value in self._sequences.items():
            found = sql.Identifier(schema, name).as_string(connection)
            connection.execute("SELECT setval(%s::regclass, %s)", (found, value))
        if used:
            connection.execute(f"VACUUM {', '.join(used)}")
            tables = [sql.Literal(name).as_string(connection) for name in used]
            names = ", ".join(f"{table}::regclass" for table in tables)
            connection.execute(f"DELETE FROM pg_statistic WHERE starelid IN ({names})")
            connection.execute(f"UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE oid IN ({names})")
        return True

    def _shape_of(self, connection: psycopg.Connection) -> str:
        found = connection.execute(SHAPE).fetchone()
        return str(found[0]) if found else ""

    def _hash(self, connection: psycopg.Connection, table: str) -> str:
        rows = f"SELECT md5(string_agg(one::text, ',' ORDER BY one::text)) FROM {table} AS one"
        found = connection.execute(rows).fetchone()
        return str(found[0]) if found else ""

    def _drop(self) -> None:
        with psycopg.connect(self._cluster.url("postgres"), autocommit=True) as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.name = ""
