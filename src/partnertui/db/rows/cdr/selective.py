"""Finds rows by the most telling condition and sorts what was found; for conditions that few rows fit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, column, func, or_, select, table, text

from partnertui.db.models.cdr_indexes import SLOTTED, TRIGRAMS, index_name
from partnertui.db.rows.cdr.merging import slots_table
from partnertui.db.rows.cdr.ranges import parts
from partnertui.db.rows.cdr.request import CDRS, C, Question, hidden, in_slots
from partnertui.db.rows.criteria import Between, Contains, Criterion, Equals, OneOf, Prefix, Search
from partnertui.db.rows.filters import column_of, condition
from partnertui.db.rows.trigrams import FTS, sqlite_match
from partnertui.db.rows.types import Expression, Query

MANY = 20_000
"""Rows that are still fetched and sorted for one page."""
FEW = 3_000
"""Calls of a customer that are sorted rather than looked for in their slot."""


@dataclass(frozen=True)
class Driver:
    """A select of IDs that holds all rows asked for and, one hopes, few others."""

    ids: Query


def driven(question: Question, by: Expression, *, certain: bool) -> list[int] | None:
    """The page by way of the narrowest condition; None where none is narrow, unless that is `certain` already."""
    found = _found(question)
    if not found:
        return None
    if len(found) == 1 and certain:
        return _sorted(question, by, found[0])
    least, at = min((_size(question, driver, MANY), at) for at, driver in enumerate(found))
    return None if least >= MANY and not certain else _sorted(question, by, found[at])


def size_of(question: Question, cap: int | None) -> int | None:
    """How many rows are asked for, up to `cap`, by way of the narrowest condition; None where none is narrow."""
    found = _found(question)
    if not found:
        return None
    least, at = min((_size(question, driver, MANY), at) for at, driver in enumerate(found))
    if least >= MANY:
        return None
    hit = found[at].ids.cte("hit").prefix_with("MATERIALIZED")
    rows = select(C.id).select_from(hit.join(CDRS, C.id == hit.c.id)).where(hidden(question, in_slots(question)))
    return int(question.connection.execute(select(func.count()).select_from(rows.limit(cap).subquery())).scalar_one())


def _found(question: Question) -> list[Driver]:
    found = [driver for criterion in question.rest for driver in _drivers(question, criterion)]
    if question.customers is not None:
        found.append(_customer(question))
    return found


def small_customer(question: Question, by: Expression) -> list[int] | None:
    """The page of a customer with few calls; None for others. Without an index by slot, more calls are few."""
    if question.customers is None:
        return None
    driver = _customer(question)
    few = FEW if by.key in SLOTTED else 2 * MANY
    return _sorted(question, by, driver) if _size(question, driver, few) < few else None


def _drivers(question: Question, criterion: Criterion) -> list[Driver]:
    match criterion:
        case Contains(field, word):
            return _trigrams(question, (field,), word)
        case Search(fields, word):
            return _trigrams(question, fields, word)
        case Equals(field) | OneOf(field) | Between(field) | Prefix(field):
            return _slotted(question, criterion, column_of(question.columns, field))
    return []


def _slotted(question: Question, criterion: Criterion, by: Expression) -> list[Driver]:
    if getattr(by, "table", None) is not CDRS:
        return []
    name = by.name
    wanted = condition(criterion, question.columns, question.connection.dialect.name)
    if name in {"call_id_a", "call_id_b"}:
        return [Driver(_hinted(select(C.id).where(wanted), index_name(name)))]
    if name == "user_id":
        return [Driver(_hinted(select(C.id).where(wanted), index_name("user_id", "slot")))]
    if name not in SLOTTED or (isinstance(criterion, Prefix) and by.type.python_type is not str):
        return []
    return [Driver(_hinted(select(C.id).where(_slots(question), wanted), index_name("slot", name)))]


def _customer(question: Question) -> Driver:
    statement = select(C.id).where(C.customer_id.in_(question.customers or ()), _slots(question))
    return Driver(_hinted(statement, index_name("customer_id", "slot")))


def _slots(question: Question) -> ColumnElement[bool]:
    if len(question.slots) == 1:
        return C.slot == question.slots[0]
    if question.is_sqlite:
        return C.slot.in_(select(slots_table(question).c.slot))
    return C.slot == func.any(question.slots)


def _hinted(statement: Query, index: str) -> Query:
    return statement.with_hint(CDRS, f"INDEXED BY {index}", "sqlite")


def _trigrams(question: Question, fields: tuple[str, ...], word: str) -> list[Driver]:
    named = [getattr(column_of(question.columns, field), "name", "") for field in fields]
    word = word.replace("\0", "")
    if len(word) < 3 or any(name not in TRIGRAMS for name in named):
        return []
    if question.is_sqlite:
        index = table(FTS, column("rowid"))
        match = text(f"{FTS} MATCH :match").bindparams(match=sqlite_match(word))
        return [Driver(select(index.c.rowid.label("id")).where(match))]
    dialect = question.connection.dialect.name
    wanted = or_(*(condition(Contains(field, word), question.columns, dialect) for field in fields))
    return [Driver(select(C.id).where(wanted))]


def _size(question: Question, driver: Driver, cap: int) -> int:
    counted = select(func.count()).select_from(driver.ids.limit(cap).subquery())
    return int(question.connection.execute(counted).scalar_one())


def _sorted(question: Question, by: Expression, driver: Driver) -> list[int]:
    """All conditions asked of the driver's rows, then the order."""
    hit = driver.ids.cte("hit").prefix_with("MATERIALIZED")
    pieces = parts(question, by, "")
    behind = or_(*(and_(*piece.where) for piece in pieces))
    rows = (
        select(C.id).select_from(hit.join(CDRS, C.id == hit.c.id)).where(hidden(question, behind, in_slots(question)))
    )
    empty = case((by.is_(None), 1), else_=0)
    down = question.down
    order = [empty.desc() if question.backward else empty]
    order += [by.desc(), C.id.desc()] if down else [by.asc(), C.id.asc()]
    return list(question.connection.execute(rows.order_by(*order).limit(question.limit)).scalars())
