"""One row that can't be imported stops nothing: it is listed with its reason, and the others become CDRs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from tests.sync import switch

from partnertui.db.database import Database
from partnertui.db.models import RejectedRow
from partnertui.db.models.base import table_of
from partnertui.db.sync import kamailio_call_assembly, sync


@pytest.fixture
def filled(database: Database) -> Database:
    switch.people(database)
    switch.create(database)
    return database


def rejected(database: Database) -> list[tuple[str, str]]:
    table = table_of(RejectedRow)

    def work(connection: Connection) -> list[Any]:
        return list(connection.execute(select(table.c.row_key, table.c.reason).order_by(table.c.id)))

    return [(str(key), str(reason)) for key, reason in database.read(work)]


def run(database: Database) -> Any:
    return sync(database, kamailio=database, timezone="UTC")


def change(database: Database, statement: str, **values: object) -> None:
    database.write(lambda connection: connection.execute(text(statement), values))


def test_a_negative_duration_is_listed_once_and_the_rest_imported(filled: Database) -> None:
    switch.lab_calls(filled)
    change(filled, "UPDATE acc_cdrs SET duration = -5 WHERE callid = 'busy'")
    first, second = run(filled), run(filled)
    assert (first.imported, first.bad, second.imported, second.bad) == (7, 1, 0, 0)
    assert first.errors == ["acc_cdrs 1: its duration is -5 seconds"]
    assert rejected(filled) == [("acc_cdrs 1", "its duration is -5 seconds")]
    change(filled, "UPDATE acc_cdrs SET duration = 5 WHERE callid = 'busy'")
    assert run(filled).bad == 0
    assert rejected(filled) == [], "a row that could be imported after all is no longer listed"


def test_what_only_the_database_refuses_is_listed_too(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    switch.lab_calls(filled)
    change(filled, "DELETE FROM acc WHERE callid = 'talk'")
    change(filled, "UPDATE acc_cdrs SET duration = 3e19 WHERE callid = 'talk'")
    monkeypatch.setattr(kamailio_call_assembly, "MAX_SECONDS", float("inf"))
    report = run(filled)
    assert (report.imported, report.bad) == (6, 1), report.errors
    assert [key for key, _ in rejected(filled)] == ["acc_cdrs 7"]


def test_bytes_that_are_not_utf8_in_acc(sqlite_database: Database) -> None:
    """A PostgreSQL database in UTF-8 can't hold them; one in SQL_ASCII can: tests/db has that."""
    filled = sqlite_database
    switch.people(filled)
    switch.create(filled)
    switch.lab_calls(filled)
    change(filled, "UPDATE acc SET sip_reason = CAST(x'4f4bff' AS TEXT), src_domain = CAST(x'ff' AS TEXT)")
    report = run(filled)
    assert (report.imported, report.bad) == (7, 0)


def test_a_time_beyond_the_years(filled: Database) -> None:
    switch.lab_calls(filled)
    value = "'infinity'" if filled.dialect == "postgresql" else "9e99"
    change(filled, f"UPDATE acc_cdrs SET start_time = {value} WHERE callid = 'talk'")
    change(filled, "DELETE FROM acc WHERE callid = 'talk'")
    report = run(filled)
    assert (report.imported, report.bad) == (6, 1), report.errors
    assert rejected(filled)[0][0] == "acc_cdrs 7"
