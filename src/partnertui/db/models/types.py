"""Column types that behave the same on SQLite (STRICT tables) and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from partnertui.domain.safe_text import one_line

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQLite gives IDs by itself to INTEGER PRIMARY KEY alone, which has 64 bits, too.
Int = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits; money, too, in micro-units."""
Str = Text(collation="C").with_variant(Text(), "sqlite")
"""Text that both databases sort bytewise."""
Blob = LargeBinary


class Utc(TypeDecorator[datetime]):
    """An aware UTC datetime in Python; whole microseconds since 1970 on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int] | TypeEngine[datetime]:
        """See TypeDecorator."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | datetime | None:
        """See TypeDecorator; raises ValueError for a datetime without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime needs a time zone")
        # In integers: timestamp() is a float, which loses microseconds.
        return (value - EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: int | datetime | None, dialect: Dialect) -> datetime | None:
        """See TypeDecorator."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        try:
            return EPOCH + timedelta(microseconds=value)
        except OverflowError:  # a row of another program; the rest of its list must still be shown
            return None


class Day(TypeDecorator[date]):
    """A calendar day, as ISO 8601 text, which sorts by time."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text that both databases sort bytewise."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Text(collation="C"))

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """See TypeDecorator."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """See TypeDecorator; what isn't a day, written by another program, is none."""
        try:
            return None if value is None else date.fromisoformat(value)
        except ValueError:
            return None


class Flag(TypeDecorator[bool]):
    """True or false; 1 or 0 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int] | TypeEngine[bool]:
        """See TypeDecorator."""
        if dialect.name == "sqlite":  # STRICT tables have no BOOLEAN
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """See TypeDecorator."""
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """See TypeDecorator."""
        return None if value is None else bool(value)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum by its value, with a CHECK made from its members (db/models/table_constraints.py)."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum
        self._members: dict[str, StrEnum] = {member.value: member for member in enum}

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Text that both databases sort bytewise."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Text(collation="C"))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See TypeDecorator; any text is accepted, as filters need."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member; an unknown value, written by a newer version, stays text, safe to show."""
        if value is None:
            return None
        unknown: Any = value if value in self._members else one_line(value)  # callers only compare and show it
        member: StrEnum | None = self._members.get(value, unknown)
        return member


class Json(TypeDecorator[Any]):
    """Plain data as JSON text with sorted keys; `shape` is what views rely on: a dict, or a list of texts."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: type[dict[str, Any]] | type[list[str]]) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """See TypeDecorator."""
        return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """See TypeDecorator; what isn't JSON, or of another shape, is empty: one bad row must not fail its list."""
        if value is None:
            return None
        try:
            data = json.loads(value)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, self.shape):
            return self.shape()
        return [item for item in data if isinstance(item, str)] if isinstance(data, list) else data
