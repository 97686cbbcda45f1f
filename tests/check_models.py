"""Checks that no step was forgotten when a table, column or setting was added; `make check` runs it.

Compares the models with the migrations by Alembic's own comparison, on SQLite and, where its server is installed, on
PostgreSQL; and checks that every setting is described where it is declared.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Index
from sqlalchemy.sql.schema import SchemaItem

from partnertui.config.load import all_settings
from partnertui.db.engine import Database, open_database
from partnertui.db.migrate import alembic_config, upgrade
from partnertui.db.models import Base
from partnertui.db.models.base import table_of
from partnertui.db.models.calls import Cdr
from partnertui.db.models.cdr_indexes import SLOTTED
from partnertui.db.rows.trigrams import FTS, POSTGRESQL_INDEXES
from partnertui.db.schema import revisions

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.servers import Cluster

UNSORTED_CDR_COLUMNS = frozenset(
    {
        "id",
        "category",
        "customer_id",
        "partner_id",
        "user_id",
        "ddi_id",
        "currency",
        "origin",
        "slot",
        "call_id_a",
        "call_id_b",
    }
)
"""CDR columns that lists aren't sorted by, or that have an index of their own."""
Difference = tuple[object, ...]


def differences(connection: Connection) -> Iterator[str]:
    """A sentence for every difference between the models and a migrated database."""
    dialect = connection.dialect.name

    def include(item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:
        """Leaves out what the models don't declare: the trigram search, and indexes of the other database."""
        if kind == "table":
            return not str(name).startswith((FTS, "alembic_version"))
        if isinstance(item, Index) and not reflected:  # Alembic's comparison ignores ddl_if
            return item._ddl_if is None or item._ddl_if.dialect == dialect
        return name not in {index for index, _ in POSTGRESQL_INDEXES}

    context = MigrationContext.configure(connection, opts={"include_object": include})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLite's expression indexes can't be compared
        found = compare_metadata(context, Base.metadata)
    for difference in found:
        for step in difference if isinstance(difference, list) else [difference]:
            yield f"{dialect}: the migrations lack “{describe(step)}”. Write a migration, see CONTRIBUTING.md."


def describe(step: Difference) -> str:
    """A difference in words, such as "add column cdrs.note"."""
    kind, *items = step
    names = []
    for item in items:
        table = name_of(getattr(item, "table", None))
        if name := name_of(item):
            names.append(f"{table}.{name}" if table else name)
    return " ".join([str(kind).replace("_", " "), *names])


def name_of(item: object) -> str:
    """The name of a table, column, index or constraint; text stays text."""
    return item if isinstance(item, str) else str(getattr(item, "name", "") or "")


def check_database(database: Database) -> list[str]:
    """The differences of a database after running all migrations."""
    with closing(database):
        upgrade(database)
        return database.read(lambda connection: list(differences(connection)), deadline=60)


def check_models() -> Iterator[str]:
    """Differences on each database that is installed."""
    with tempfile.TemporaryDirectory() as folder:
        yield from check_database(open_database(f"sqlite:///{folder}/check.db"))
    server = Cluster()
    try:
        server.start()
        yield from check_database(open_database(server.url("postgres")))
    except RuntimeError as error:
        print(f"PostgreSQL was not checked: {error}")
    finally:
        server.stop()


def check_revisions() -> Iterator[str]:
    """Whether the file names of the revisions are in Alembic's order."""
    scripts = ScriptDirectory.from_config(alembic_config())
    ordered = tuple(script.revision for script in reversed(list(scripts.walk_revisions())))
    if ordered != revisions():
        yield f"The files in db/migrations/versions sort as {revisions()}, but Alembic runs {ordered}: rename them."


def check_cdr_indexes() -> Iterator[str]:
    """Whether every CDR column that lists can be sorted by has its index."""
    for column in table_of(Cdr).columns:
        if column.name not in UNSORTED_CDR_COLUMNS and column.name not in SLOTTED:
            yield f"cdrs.{column.name} has no index: add it to SLOTTED in db/models/cdr_indexes.py, or sorting is slow."


def check_settings() -> Iterator[str]:
    """Whether every setting has a description, which the sample and the Settings screen show."""
    for path, entry in all_settings().items():
        if not entry.metadata.get("about"):
            yield f"The setting {'.'.join(path)} has no description: give it one in config/settings.py."


def main() -> int:
    """Prints what is missing; returns 1 if something is."""
    found = [*check_settings(), *check_cdr_indexes(), *check_revisions(), *check_models()]
    print("\n".join(found) or "Models, migrations and settings agree.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
