"""A row that another program left unreadable fails neither its list, nor find, nor its record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, insert, select, text
from tests.db import makers
from tests.db.history_walls import history_unguarded

from partnertui.db.database import Database
from partnertui.db.models import History, PhoneModel
from partnertui.db.models.base import table_of
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.pbx_enums import RuleDirection, TargetType
from partnertui.domain.routing.customer_pbx import Goal, Rule
from partnertui.domain.routing.explain import refusal
from partnertui.kit.views.notes_and_history import change_lines
from partnertui.screens.phone_models.page import PAGE

SHAPES = ["{", "nonsense", "7", '{"a": 1}', "[" * 100_000, '[1, "001122"]']
ENTRY: RowDict = {
    "at": makers.NOW,
    "operator_name": "Ann",
    "action": "changed",
    "object_table": "customers",
    "object_id": 1,
    "changes": {"status": ["trial", "active"]},
}


def change(database: Database, statement: str, **values: object) -> None:
    def work(connection: Connection) -> None:
        with history_unguarded(connection):
            connection.execute(text(statement), values)

    database.write(work)


def history(database: Database) -> RowDict:
    (found,) = database.read(lambda connection: fetch_dicts(connection, select(*table_of(History).c)))
    return found


@pytest.mark.parametrize("stored", SHAPES, ids=range(len(SHAPES)))
def test_a_list_with_invalid_json_is_read_and_shown(database: Database, stored: str) -> None:
    row = {"make": "Yealink", "model": "T46", "ouis": ["001122"]}
    database.write(lambda connection: connection.execute(insert(PhoneModel), [row]))
    change(database, "UPDATE phone_models SET ouis = :stored", stored=stored)
    (found,) = database.read(lambda connection: fetch_dicts(connection, PAGE.rows()))
    assert found["ouis"] in ([], ["001122"])
    for column in PAGE.columns:
        column.kind.text(found.get(column.name), found)
    for fact in PAGE.facts:
        fact.text(found)


@pytest.mark.parametrize("stored", ["{", "[]", '{"status": 5}', '{"status": ["a"]}'])
def test_history_that_cannot_be_read(database: Database, stored: str) -> None:
    database.write(lambda connection: connection.execute(insert(History), [ENTRY]))
    change(database, "UPDATE history SET changes = :stored", stored=stored)
    assert change_lines(history(database), 60)


def test_a_time_that_no_clock_has(database: Database) -> None:
    database.write(lambda connection: connection.execute(insert(History), [ENTRY]))
    value = "'infinity'" if database.dialect == "postgresql" else str(2**62)
    change(database, f"UPDATE history SET at = {value}")
    found = history(database)
    assert found["at"] is None
    assert change_lines(found, 60)


@pytest.mark.parametrize("zone", ["Europe", "Mars/Olympus", "../etc", "\0", ""])
def test_a_time_zone_that_is_a_folder(zone: str) -> None:
    rule = Rule(1, "Day", RuleDirection.INBOUND, 1, Goal(TargetType.USER, 1), "mon-fri 9:00-17:00", zone)
    assert "doesn't exist" in refusal(rule, "442079460000", "", datetime(2026, 5, 1, tzinfo=UTC))
