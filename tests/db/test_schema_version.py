"""The frozen migrations make what the models say; indexes and trigram search survive a bulk load and every change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, inspect, text, update
from tests.db.makers import NOW

from partnertui.db import cdr_index_rebuild
from partnertui.db.database import Database
from partnertui.db.models import Base, Cdr
from partnertui.db.rows.cdr.source import CDR_SOURCE
from partnertui.db.rows.filter_criteria import Contains
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.tickets.search import SEARCH_NAMES
from partnertui.screens.cdr.queries import cdrs


def index_names(connection: Connection, table: str) -> set[str | None]:
    """All but those that a constraint makes."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE tablename = :table",
    }[connection.dialect.name]
    return {name for name in connection.execute(text(query), {"table": table}).scalars() if name.startswith("ix_")}


def shape(connection: Connection) -> dict[str, tuple[set[str], set[str | None], set[str]]]:
    """Columns, indexes and those that may be empty, by table."""
    seen = inspect(connection)
    return {
        name: (
            {column["name"] for column in seen.get_columns(name)},
            index_names(connection, name),
            {column["name"] for column in seen.get_columns(name) if column["nullable"]},
        )
        for name in seen.get_table_names()
        if name in Base.metadata.tables
    }


def test_the_migrated_tables_are_those_of_the_models(database: Database) -> None:
    found = database.read(shape)
    dialect = database.dialect
    assert found.keys() == Base.metadata.tables.keys()
    for name, table in Base.metadata.tables.items():
        columns, indexes, empty = found[name]
        assert columns - set(SEARCH_NAMES) == set(table.columns.keys()), name
        wanted = {i.name for i in table.indexes if i._ddl_if is None or i._ddl_if.dialect == dialect}
        trigrams = {index for index in indexes if str(index).endswith(("_trigrams", *SEARCH_NAMES))}
        assert indexes - trigrams == {n for n in wanted if not str(n).startswith("uq_")}, name
        assert empty - set(SEARCH_NAMES) == {column.name for column in table.columns if column.nullable}, name


def test_sqlite_tables_are_strict(sqlite_database: Database) -> None:
    found = sqlite_database.read(lambda c: c.execute(text("SELECT name, strict FROM pragma_table_list")).all())
    assert all(strict for name, strict in found if name in Base.metadata.tables)


CALL: dict[str, Any] = {
    "started_at": NOW,
    "category": "dialled",
    "direction": "outbound",
    "disposition": "answered",
    "destination_number": "442079460000",
}


def numbers_with(connection: Connection, digits: str) -> list[str]:
    listing = Listing(cdrs, Sort("duration"), (Contains("destination_number", digits),))
    return [row["destination_number"] for row in CDR_SOURCE.fetch_page(connection, listing).rows]


def test_digits_inside_are_found_after_every_kind_of_change(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(Cdr), [CALL, {**CALL, "destination_number": "4930123456"}])
        assert numbers_with(connection, "07946") == ["442079460000"]
        connection.execute(update(Cdr).where(Cdr.destination_number == "442079460000").values(destination_number="33"))
        assert numbers_with(connection, "07946") == []
        connection.execute(update(Cdr).where(Cdr.destination_number == "33").values(destination_number="4420794"))
        assert numbers_with(connection, "20794") == ["4420794"]
        connection.execute(delete(Cdr).where(Cdr.destination_number == "4420794"))
        assert numbers_with(connection, "20794") == []
        assert numbers_with(connection, "30123") == ["4930123456"]

    database.write(work)


def test_a_bulk_load_ends_with_the_same_indexes(database: Database) -> None:
    before = database.read(shape)["cdrs"][1]
    database.write(cdr_index_rebuild.drop_cdr_indexes)
    assert database.read(shape)["cdrs"][1] == set()
    database.write(lambda c: c.execute(insert(Cdr), [CALL]))
    told: list[tuple[int, int]] = []
    database.write(lambda c: cdr_index_rebuild.build_cdr_indexes(c, lambda done, total: told.append((done, total))))
    assert database.read(shape)["cdrs"][1] == before
    assert told[-1][0] == told[-1][1]
    assert database.read(lambda c: numbers_with(c, "07946")) == ["442079460000"]
    database.write(lambda c: c.execute(delete(Cdr)))
    assert database.read(lambda c: numbers_with(c, "07946")) == []
