"""What is exported: which rows, which columns under which names, and the values as other programs read them."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from sqlalchemy import LargeBinary

from partnertui.db.errors import QueryCancelled
from partnertui.db.models import load_all
from partnertui.db.models.base import Base
from partnertui.db.rows.filters import unlabelled
from partnertui.db.rows.listing import key_of
from partnertui.domain.errors import DomainError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Flag, Integer, Kind, Money, Number, Row, Time
from partnertui.kit.declare.kinds.times import Date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.rows.listing import Listing
    from partnertui.db.rows.source import RowSource
    from partnertui.kit.declare.page import Page

Value = str | int | bool | None
PAGE_ROWS = 2000
TYPES: tuple[tuple[type[Kind[Any]], str], ...] = (
    (Flag, "boolean"),
    (Money, "decimal"),
    (Number, "phone"),
    (Time, "time"),
    (Date, "date"),
)


@dataclass(frozen=True)
class Item:
    """A column of the export: its machine name, its heading, its type, and how a row's value is read."""

    name: str
    title: str
    type: str
    read: Callable[[Row], Value]


@dataclass(frozen=True)
class Plan:
    """An export: rows, columns, and what the head of the file says."""

    screen: str
    items: tuple[Item, ...]
    listing: Listing
    source: RowSource
    filter: str
    customer: int | None
    at: datetime


def make_plan(
    screen: str, page: Page, listing: Listing, *, source: RowSource, filter: str = "", customer: int | None = None
) -> Plan:
    """The export of a list as it is filtered and sorted now."""
    return Plan(
        screen, items(page, adds_columns=not source.is_own_database), listing, source, filter, customer, utc_now()
    )


def items(page: Page, *, adds_columns: bool) -> tuple[Item, ...]:
    """All columns of the page, IDs of what they link to, currencies of amounts; nothing encrypted or secret.

    `adds_columns`: the row source may add columns that the page's select doesn't have.
    """
    secret, known = _secrets(page), {column.key for column in page.rows().selected_columns}
    found: dict[str, Item] = {}
    for column in page.columns:
        kind, name = column.kind, column.name
        if name in secret or (not adds_columns and name not in known):
            continue
        found[name] = Item(name, column.heading, type_of(kind), _reader(kind, name))
        if column.link and f"{name}_id" in known:
            found.setdefault(f"{name}_id", Item(f"{name}_id", f"{column.heading} ID", "integer", _plain(f"{name}_id")))
        if isinstance(kind, Money) and kind.currency in known and page.column(kind.currency) is None:
            found.setdefault(kind.currency, Item(kind.currency, "Currency", "text", _plain(kind.currency)))
    return tuple(found.values())


def type_of(kind: Kind[Any]) -> str:
    """The type of a kind's values, as the XML names it."""
    named = next((word for one, word in TYPES if isinstance(kind, one)), "")
    if named:
        return named
    if isinstance(kind, Integer):
        return "integer" if type(kind).export_value is Kind.export_value else "decimal"
    return "text"


def _reader(kind: Kind[Any], name: str) -> Callable[[Row], Value]:
    machine = kind.export_value
    return lambda row: machine(row.get(name), row)


def _plain(name: str) -> Callable[[Row], Value]:
    return lambda row: row.get(name)


def _secrets(page: Page) -> set[str]:
    """Labels of the select that hold ciphertext or what a model calls a secret."""

    load_all()
    secrets = {(m.local_table, name) for m in Base.registry.mappers for name in getattr(m.class_, "secrets", ())}
    found = set()
    for label in page.rows().selected_columns:
        column = unlabelled(label)
        if isinstance(column.type, LargeBinary) or (getattr(column, "table", None), column.key) in secrets:
            found.add(str(label.key))
    return found


def pages(connection: Connection, plan: Plan, cancel: Cancel) -> Iterator[Sequence[Row]]:
    """The rows in the list's order, page after page by key; raises QueryCancelled between two of them."""
    after = None
    while True:
        page = plan.source.fetch_page(connection, plan.listing, after=after, limit=PAGE_ROWS)
        if cancel.cancelled:
            raise QueryCancelled("The export was cancelled.")
        yield page.rows
        if not page.more or not page.rows:
            return
        # Never by OFFSET: at row 5 million a page takes 308 to 420 ms by it and 0.4 ms by key (docs/architecture.md).
        after = key_of(plan.listing, page.rows[-1])


def how_many(connection: Connection, plan: Plan) -> int:
    """How many rows it will be."""
    return plan.source.count(connection, plan.listing, cap=None).number


def write(
    connection: Connection, plan: Plan, form: str, out: TextIO, cancel: Cancel, tell: Callable[[int], None]
) -> int:
    """Writes all rows in a format; returns how many. `tell` hears the number of rows after each page."""
    writer = writer_of(form)(out, plan)
    number = 0
    for rows in pages(connection, plan, cancel):
        writer.rows(rows)
        number += len(rows)
        tell(number)
    writer.end()
    return number


def writer_of(form: str) -> Any:
    """The writer of a format; raises DomainError for an unknown one."""
    if form not in FORMATS:
        raise DomainError(f"There is no export format “{form}”.", advice=f"Use one of: {', '.join(FORMATS)}.")
    return importlib.import_module(f"partnertui.kit.views.export.{form}").Writer


FORMATS = {"csv": "CSV, for spreadsheets", "xml": "XML, with a schema", "jsonl": "JSON Lines, one object per row"}
