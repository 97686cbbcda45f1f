"""Turns filter criteria into SQL conditions; text is matched literally, without `%` and `_` as wildcards."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, and_, cast, false, func, not_, or_
from sqlalchemy.sql.elements import Label
from sqlalchemy.types import BigInteger, Integer, String

from partnertui.db.models.types import EnumText
from partnertui.db.rows.filter_criteria import (
    AnyOf,
    Between,
    Contains,
    Criterion,
    Equals,
    Missing,
    Not,
    OneOf,
    Prefix,
    Search,
)
from partnertui.db.rows.type_aliases import Columns, Expression, Scalar
from partnertui.domain.errors import DomainError

INT64_LIMIT = 2**63
INT32_LIMIT = 2**31


def unlabelled(column: Expression) -> Expression:
    """The expression under a label."""
    return column.element if isinstance(column, Label) else column


def table_name(column: Expression) -> str:
    """The name of the table that a column belongs to; empty for an expression that is not a plain column."""
    return str(getattr(getattr(column, "table", None), "name", ""))


def column_of(columns: Columns, field: str) -> Expression:
    """The expression labelled `field`; raises DomainError if the list has no such column."""
    try:
        return unlabelled(columns[field])
    except KeyError:
        raise DomainError(f"This list has no column “{field}”.", field=field) from None


def condition(criterion: Criterion, columns: Columns, dialect: str) -> ColumnElement[bool]:
    """The condition of a criterion on the columns of a list; raises DomainError for an unknown column."""
    match criterion:
        case Search(fields, text):
            return or_(false(), *(_contains(column_of(columns, field), text, dialect) for field in fields))
        case Not(inner):
            # NOT of NULL is NULL: without this, rows without a value would vanish from -column:value
            return not_(func.coalesce(condition(inner, columns, dialect), false()))
        case AnyOf(parts):
            return or_(false(), *(condition(part, columns, dialect) for part in parts))
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
    raise TypeError(f"not a criterion: {criterion!r}")


def between(column: Expression, low: Scalar | None, high: Scalar | None) -> ColumnElement[bool]:
    """low <= column < high. A number too large for the column excludes nothing, or everything."""
    conditions: list[ColumnElement[bool]] = [column.is_not(None)]
    for bound, is_low in ((low, True), (high, False)):
        if bound is None:
            continue
        if _fits(column, bound):
            conditions.append(column >= bound if is_low else column < bound)
        # beyond what the column can hold: then either every row is within the bound or none is
        elif not isinstance(bound, int) or (bound > 0) == is_low:
            return false()
    return and_(*conditions)


def prefix(column: Expression, text: str) -> ColumnElement[bool]:
    """Text that starts with `text`, as a range that an index can serve; case is ignored for names."""
    text = text.replace("\0", "")
    if not _is_text(column) or isinstance(column.type, EnumText):
        return cast(column, Text).like(_escaped(text) + "%", escape="\\")
    if is_folded(column):
        column, text = func.lower(column), fold(text)
    end = prefix_end(text)
    # a range and not LIKE, so that an index serves it
    return column >= text if end is None else and_(column >= text, column < end)


def prefix_end(text: str) -> str | None:
    """The first text, bytewise, after all those that start with `text`; None if there is none."""
    while text:
        last = ord(text[-1])
        if last < 0x10FFFF:
            following = 0xE000 if last == 0xD7FF else last + 1  # surrogates are not text
            return text[:-1] + chr(following)
        text = text[:-1]
    return None


def is_folded(column: Expression) -> bool:
    """Whether a column holds names, which are sorted without regard to case."""
    return bool(getattr(column, "info", {}).get("fold"))


def fold(text: str) -> str:
    """Lower-case ASCII letters only, as lower() does in both databases with our collations."""
    # ASCII alone, as SQLite's lower() does: both databases and Python must agree on the order
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)


def _contains(column: Expression, text: str, dialect: str) -> ColumnElement[bool]:
    text = text.replace("\0", "")
    value = column if _is_text(column) and not isinstance(column.type, EnumText) else cast(column, Text)
    pattern = f"%{_escaped(text)}%"
    if dialect == "sqlite" or text.isdigit():
        return value.like(pattern, escape="\\")  # SQLite's LIKE ignores case anyway
    # not icontains(): its lower() would keep PostgreSQL from using the trigram indexes
    return value.ilike(pattern, escape="\\")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _is_text(column: Expression) -> bool:
    return isinstance(column.type, String | EnumText)


def _fits(column: Expression, value: Scalar | None) -> bool:
    """False for values that no row can have: a number too large for the column, or text with NUL."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, int) and not isinstance(value, bool):
        is_small = isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
        # PostgreSQL raises an error for a number that its column type can't hold
        limit = INT32_LIMIT if is_small else INT64_LIMIT
        return -limit <= value < limit
    return True
