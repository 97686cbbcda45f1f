"""Checks that no step was forgotten when a table or column was added; `make check` runs it.

Compares the models with the migrations, on SQLite and PostgreSQL: by Alembic's own comparison, and by what the catalog
says of a migrated database and of one made from the models. Prints the SQL that a migration lacks. With `--release` it
notes the migrations that are released, which may never change.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, exists, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.schema import SchemaItem

import partnertui.db.models
from partnertui.db.database import Database, open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import TABLES, load_all
from partnertui.db.models.base import Base, table_of
from partnertui.db.models.calls import Cdr
from partnertui.db.models.cdr_indexes import SLOTTED
from partnertui.db.models.cdr_trigram_index import FTS
from partnertui.db.schema_version import MIGRATIONS, revisions
from partnertui.db.tickets.search import SEARCH_NAMES
from partnertui.demo import build
from partnertui.errors import UserError

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.schema import Facts, facts, sql_of, unlike
from tests.servers import Cluster

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "partnertui"
SQL = MIGRATIONS / "sql"
RELEASED = Path(__file__).parent / "released_migrations.txt"
"""The SQL files of released migrations, each with its SHA-256."""
DIALECTS = ("sqlite", "postgresql")
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
        "terms_id",
        "covered_seconds",
    }
)
"""CDR columns that lists aren't sorted by, or that have an index of their own."""
COMPUTED_CDR_COLUMNS = frozenset({"id", "slot"})
"""CDR columns that the database fills."""
UNKNOWN_TO_SWITCHES = frozenset(
    {
        "pdd_ms",
        "codec",
        "mos",
        "destination_user_agent",
        "call_id_b",
        "server",
    }
)
"""CDR columns that neither Kamailio nor Asterisk tell, so that `partnertui sync` leaves them empty."""
NOT_IN_THE_DEMO = frozenset(
    {
        "CommittedWrite",
        "Draft",
        "HepMessage",
        "IncidentFailure",
        "IncidentRecord",
        "SeenRegistration",
        "SentView",
        "SoundCopy",
        "VaultKey",
    }
)
"""Tables that the demo leaves empty: the program fills them as it runs; a made-up incident would be a false alarm."""
Difference = tuple[object, ...]


def differences(connection: Connection) -> Iterator[str]:
    """A sentence for every difference between the models and a migrated database, then the SQL that is missing."""
    dialect = connection.dialect

    def include(item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:
        """Leaves out the trigram search, which the models don't declare, and indexes, which `unlike` compares."""
        return kind != "index" and not str(name).startswith((FTS, *SEARCH_NAMES, "alembic_version"))

    context = MigrationContext.configure(connection, opts={"include_object": include})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLite's expression indexes can't be compared
        found = compare_metadata(context, Base.metadata)
    steps = [step for part in found for step in (part if isinstance(part, list) else [part])]
    for step in steps:
        yield f"{dialect.name}: the migrations lack “{describe(step)}”: write a migration, see CONTRIBUTING.md."
    tables = {name_of(step[1]) for step in steps if step[0] == "add_table"}
    for kind, *items in steps:
        is_apart = kind == "add_table" or name_of(getattr(items[-1], "table", None)) not in tables
        if is_apart and (sql := sql_of(items[-1], str(kind), dialect)):
            yield f"\n-- for db/migrations/sql/<number>.{dialect.name}.sql\n{sql}"


def describe(step: Difference) -> str:
    """A difference in words, such as "add column cdrs.note"."""
    kind, *items = step
    names = []
    for item in items:
        table = name_of(getattr(item, "table", None))
        if name := name_of(item):
            names.append(f"{table}.{name}" if table else name)
    return " ".join([str(kind).replace("_", " "), *names[-1:]])


def name_of(item: object) -> str:
    """The name of a table, column, index or constraint; text stays text."""
    return item if isinstance(item, str) else str(getattr(item, "name", "") or "")


def check_database(migrated: Database, made: Database) -> list[str]:
    """How the first, empty database differs after all migrations from the second one, made from the models."""

    def create(connection: Connection) -> Facts:
        Base.metadata.create_all(connection)
        return facts(connection)

    with closing(migrated), closing(made):
        try:
            upgrade(migrated)
        except (UserError, SQLAlchemyError) as error:
            return [f"{migrated.dialect}: a migration fails: {' '.join(str(error.__cause__ or error).split())}"]
        wanted = made.write(create)
        found = migrated.read(lambda connection: list(differences(connection)), deadline=60)
        return [*unlike(migrated.read(facts), wanted, migrated.dialect), *found]


def check_models() -> Iterator[str]:
    """Differences on each database."""
    with tempfile.TemporaryDirectory() as folder:
        names = (f"sqlite:///{folder}/{name}.db" for name in ("migrated", "made"))
        yield from check_database(*map(open_database, names))
    server = Cluster()
    try:
        server.start()
        yield from check_database(*(open_database(server.url(name)) for name in ("postgres", "template1")))
    except RuntimeError as error:
        yield f"The migrations were not checked on PostgreSQL ({error}): run `sh tests/install.sh`."
    finally:
        server.stop()


def check_revisions() -> Iterator[str]:
    """Whether each revision follows the one before it, and has its SQL for both databases."""
    before: str | None = None
    for path in sorted((MIGRATIONS / "versions").glob("[0-9]*.py")):
        text, number = path.read_text("utf-8"), path.name.partition("_")[0]
        here = f"db/migrations/versions/{path.name}"
        for name, wanted in (("revision", number), ("down_revision", before)):
            literal = "None" if wanted is None else f'"{wanted}"'
            if not re.search(rf"^{name}(: [\w |]+)? = {literal}$", text, re.MULTILINE):
                yield f"{here} has to say {name} = {literal}."
        for dialect in DIALECTS:
            if not (SQL / f"{number}.{dialect}.sql").exists():
                yield f"{here} has no SQL for {dialect}: write db/migrations/sql/{number}.{dialect}.sql."
        before = number
    for file in sorted(SQL.glob("*.sql")):
        if file.name.partition(".")[0] not in revisions():
            yield f"db/migrations/sql/{file.name} has no revision in db/migrations/versions that runs it."


def check_released() -> Iterator[str]:
    """Whether a released migration was changed: databases that ran it would never get the change."""
    listed = (line.split() for line in RELEASED.read_text("utf-8").splitlines())
    known = {name: digest for digest, name in listed}
    for name, digest in known.items():
        if not (SQL / name).exists() or digest_of(SQL / name) != digest:
            yield f"db/migrations/sql/{name} is released and may not change: put it back, and write a new migration."
    heading = re.search(r"^## .*", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if heading is not None and "unreleased" not in heading[0].lower():
        for name in sorted({file.name for file in SQL.glob("*.sql")} - set(known)):
            yield f"{name} is released, but not in {RELEASED.name}: run `python tests/check_models.py --release`."


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def models() -> Iterator[tuple[str, ast.ClassDef]]:
    """The class of every model, with the name of its module."""
    for path in sorted((SOURCE / "db" / "models").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and "Base" in {getattr(base, "id", "") for base in node.bases}:
                yield path.stem, node


def check_listed() -> Iterator[str]:
    """Whether every model is known."""
    for area, model in models():
        if model.name not in TABLES.get(area, ()):
            yield f'Add "{model.name}" to TABLES["{area}"] in db/models/__init__.py.'


def check_tables() -> Iterator[str]:
    """Whether every model belongs to a partner where it belongs to a customer."""
    for _, model in models():
        columns = table_of(getattr(partnertui.db.models, model.name)).columns
        if "customer_id" in columns and "partner_id" not in columns:
            yield f"{model.name} has customer_id without partner_id: derive it from Owned or MaybeOwned."


def check_demo() -> Iterator[str]:
    """Whether the demo can be built, and fills every table and every column of the CDR."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/demo.db"
        try:
            build(url, customers=20, cdrs=2000)
        except (UserError, SQLAlchemyError, LookupError, ValueError) as error:
            yield f"The demo can't be built: {' '.join(str(error).split())[:300]}"
            return
        with closing(open_database(url)) as database:
            yield from database.read(lambda connection: list(unfilled(connection)))


def unfilled(connection: Connection) -> Iterator[str]:
    """What is empty in the demo."""
    for mapper in Base.registry.mappers:
        name, table = mapper.class_.__name__, table_of(mapper.class_)
        if name not in NOT_IN_THE_DEMO and not connection.execute(select(exists().select_from(table))).scalar():
            yield f"The demo has no {name}: make some in demo/, so that the screen isn't empty."
    columns = [column for column in table_of(Cdr).columns if column.name != "origin"]
    counts = connection.execute(select(*map(func.count, columns))).one()
    for column in (column for column, count in zip(columns, counts, strict=True) if not count):
        yield (
            f"cdrs.{column.name} is empty in the demo: name it in PAIR_COLUMNS or END_COLUMNS of"
            " demo/cdr_stream.py, and give it a value in demo/pairs.py or demo/call_outcomes.py."
        )


def check_cdr_columns() -> Iterator[str]:
    """Whether every column of the CDR is sorted by an index, and filled by the sync."""
    sync = (SOURCE / "db" / "sync" / "cdr_rows.py").read_text("utf-8")
    for name in (column.name for column in table_of(Cdr).columns):
        if name not in UNSORTED_CDR_COLUMNS and name not in SLOTTED:
            yield f"cdrs.{name} has no index: add it to SLOTTED in db/models/cdr_indexes.py, or sorting is slow."
        if name not in COMPUTED_CDR_COLUMNS | UNKNOWN_TO_SWITCHES and f'"{name}":' not in sync:
            yield (
                f"cdrs.{name} is not filled by “partnertui sync”: add it to db/sync/cdr_rows.py, or to"
                f" UNKNOWN_TO_SWITCHES in tests/{Path(__file__).name} if no switch tells it."
            )


def release() -> None:
    """Notes all migrations as released."""
    lines = [f"{digest_of(file)}  {file.name}\n" for file in sorted(SQL.glob("*.sql"))]
    RELEASED.write_text("".join(lines), "utf-8")


def main() -> int:
    """Prints what is missing; returns 1 if something is."""
    if "--release" in sys.argv:
        release()
        return 0
    found = [*check_listed(), *check_revisions(), *check_released()]
    if not found:  # otherwise the models can't be loaded, or the migrations can't be run
        load_all()
        found = [*check_tables(), *check_cdr_columns(), *check_models()]
        found = found or list(check_demo())
    print("\n".join(found) or "Models and migrations agree.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
