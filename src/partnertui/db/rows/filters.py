"""Turns criteria into conditions of a select; text is matched in any case, and always as text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, not_, or_
from sqlalchemy.sql.elements import Label
from sqlalchemy.types import BigInteger, Integer, String

from partnertui.db.models.types import Words
from partnertui.db.rows.criteria import Between, Contains, Criterion, Equals, Missing, Not, OneOf, Prefix, Search
from partnertui.db.rows.types import Columns, Expression
from partnertui.domain.errors import DomainError

LARGEST = 2**63


def plain(column: Expression) -> Expression:
    """What a label stands for."""
    return column.element if isinstance(column, Label) else column


def column_of(columns: Columns, field: str) -> Expression:
    """The expression behind a label; raises DomainError where the list has none."""
    try:
        return plain(columns[field])
    except KeyError:
        raise DomainError(f"This list has no column “{field}”.", field=field) from None


def condition(criterion: Criterion, columns: Columns, dialect: str) -> ColumnElement[bool]:
    """The condition of a criterion on the columns of a list."""
    match criterion:
        case Search(fields, text):
            return or_(false(), *(_contains(column_of(columns, field), text, dialect) for field in fields))
        case Not(inner):
            return not_(func.coalesce(condition(inner, columns, dialect), false()))
    return _single(criterion, column_of(columns, criterion.field), dialect)


def _single(criterion: Criterion, column: Expression, dialect: str) -> ColumnElement[bool]:
    match criterion:
        case Equals(_, value):
            return column == value if _fits(column, value) else false()
        case OneOf(_, values):
            return column.in_([value for value in values if _fits(column, value)])
        case Prefix(_, text):
            return prefix(column, text)
        case Contains(_, text):
            return _contains(column, text, dialect)
        case Between(_, low, high):
            return between(column, low, high)
        case Missing(_):
            return or_(column.is_(None), column == "") if _is_text(column) else column.is_(None)
    raise TypeError(f"no criterion: {criterion!r}")


def between(column: Expression, low: Any, high: Any) -> ColumnElement[bool]:
    """low <= column < high; a whole number beyond 64 bits bounds nothing or everything."""
    conditions: list[ColumnElement[bool]] = [column.is_not(None)]
    for bound, is_low in ((low, True), (high, False)):
        if bound is None:
            continue
        if _fits(column, bound):
            conditions.append(column >= bound if is_low else column < bound)
        elif (bound > 0) == is_low:
            return false()
    return and_(*conditions)


def prefix(column: Expression, text: str) -> ColumnElement[bool]:
    """Text that begins so, as a range that an index serves; names in any case."""
    text = text.replace("\0", "")
    if not _is_text(column) or isinstance(column.type, Words):
        return cast(column, Text).like(_escaped(text) + "%", escape="\\")
    if getattr(column, "info", {}).get("fold"):
        column, text = func.lower(column), fold(text)
    end = after(text)
    return column >= text if end is None else and_(column >= text, column < end)


def after(text: str) -> str | None:
    """The first text behind all that begin so, bytewise; None where there is none."""
    while text:
        last = ord(text[-1])
        if last < 0x10FFFF:
            following = 0xE000 if last == 0xD7FF else last + 1
            return text[:-1] + chr(following)
        text = text[:-1]
    return None


def fold(text: str) -> str:
    """Lower case as both databases do it: ASCII letters only."""
    return "".join(chr(ord(sign) + 32) if "A" <= sign <= "Z" else sign for sign in text)


def _contains(column: Expression, text: str, dialect: str) -> ColumnElement[bool]:
    text = text.replace("\0", "")
    value = column if _is_text(column) and not isinstance(column.type, Words) else cast(column, Text)
    pattern = f"%{_escaped(text)}%"
    if dialect == "sqlite" or text.isdigit():
        return value.like(pattern, escape="\\")  # SQLite's LIKE knows no case
    return value.ilike(pattern, escape="\\")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _is_text(column: Expression) -> bool:
    return isinstance(column.type, String | Words)


def _fits(column: Expression, value: Any) -> bool:
    """False for what no row can equal: a number beyond the column's bits, text with NUL."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, int) and not isinstance(value, bool):
        small = isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
        return -LARGEST <= value < LARGEST if not small else -(2**31) <= value < 2**31
    return True
