"""A page of CDRs: which way of finding it fits the listing."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, true

from partnertui.db.models.cdr_indexes import SLOTTED, index_name
from partnertui.db.rows.cdr import names
from partnertui.db.rows.cdr import scan_by_time as walking
from partnertui.db.rows.cdr import selective as drivers
from partnertui.db.rows.cdr.merging import merge
from partnertui.db.rows.cdr.planner_hints import by_index, in_order
from partnertui.db.rows.cdr.ranges import Part, ordered, parts
from partnertui.db.rows.cdr.request import C, Question, ask, in_slots, is_parents_name, sort_column
from partnertui.db.rows.filters import column_of
from partnertui.db.rows.listing import Key, Listing
from partnertui.db.rows.types import Expression, Query, Row

OWN_INDEX = {
    "call_id_a": index_name("call_id_a"),
    "call_id_b": index_name("call_id_b"),
    "origin": "uq_cdrs_origin",
}


def fetch(
    connection: Connection, listing: Listing, statement: Query, key: Key | None, backward: bool, limit: int
) -> list[Row]:
    """Rows in the direction of reading: the IDs first, then the rows of these IDs."""
    question = ask(connection, listing, statement, key, backward, limit)
    with by_index(connection):
        ids = page_ids(question)
        if not ids:
            return []
        ident = column_of(question.columns, "id")
        found = {row["id"]: dict(row) for row in connection.execute(statement.where(ident.in_(ids))).mappings()}
    return [found[key] for key in ids if key in found]


def page_ids(question: Question) -> list[int]:
    """The IDs of the page."""
    column = sort_column(question)
    if is_parents_name(column):
        return names.page_ids(question, column)
    if column is C.id:
        return _direct(question, column, "")
    if question.rest:
        return _filtered(question, column)
    return _unfiltered(question, column)


def _unfiltered(question: Question, column: Expression) -> list[int]:
    """Nothing but tab and customer: straight from the indexes."""
    if (few := drivers.small_customer(question, column)) is not None:
        return few
    if column is C.started_at and question.everything:
        return _direct(question, column, index_name("started_at"))
    name = column.name
    if name in SLOTTED:
        return _merged(question, column, index_name("slot", name))
    return _direct(question, column, OWN_INDEX.get(name, ""))


def _filtered(question: Question, column: Expression) -> list[int]:
    """Further conditions: read on in the order as long as that is cheap, else find the rows by the conditions."""
    walkable = question.customers is None or len(question.slots) == 1
    if column is C.started_at and walkable:
        found, finished = walking.newest(question)
        if finished:
            return found
        driven = drivers.driven(question, column, certain=True)
    else:
        driven = drivers.driven(question, column, certain=False)
    return _unfiltered(question, column) if driven is None else driven


def _merged(question: Question, column: Expression, index: str) -> list[int]:
    found: list[int] = []
    for part in parts(question, column, index):
        found += merge(question, part, question.limit - len(found))
        if len(found) >= question.limit:
            break
    return found


def _direct(question: Question, column: Expression, index: str) -> list[int]:
    """Through an index of the column itself; conditions are asked row by row."""
    tabs = [] if question.everything else [in_slots(question).is_(true())]
    pieces = parts(question, column, index)
    if column is C.id:
        key = question.key
        pieces = [Part(() if key is None else (C.id < key[1] if question.down else C.id > key[1],), None, "")]
    found: list[int] = []
    for part in pieces:
        if part.column is None and index == OWN_INDEX["origin"]:
            part = replace(part, index="", empty=None)  # the index has only calls with an origin
        statement = ordered(question, part, *tabs).limit(question.limit - len(found))
        with in_order(question.connection):
            found += question.connection.execute(statement).scalars()
        if len(found) >= question.limit:
            break
    return found
