"""Column types that mean the same on SQLite (STRICT tables) and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Int = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both; also money in micro-units."""
Str = Text(collation="C").with_variant(Text(), "sqlite")
"""Text that sorts and ranges bytewise on both."""
Blob = LargeBinary


class Utc(TypeDecorator[datetime]):
    """A moment, aware and in UTC in Python; whole microseconds since 1970 on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An integer where the database has no moments."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses a moment without zone, which would be read as another one elsewhere."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return (value - EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Always in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        moment: datetime = value
        return moment.astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """True or false; 1 or 0 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """STRICT tables know no BOOLEAN."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        """An int for SQLite."""
        return value if value is None or dialect.name != "sqlite" else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """A bool again."""
        return None if value is None else bool(value)


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum by its value, with a CHECK made from its members."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum
        self._members: dict[str, StrEnum] = {member.value: member for member in enum}

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Bytewise text."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Text(collation="C"))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The member's word; a word from a filter goes through as it is."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The member, or the bare word where a newer version wrote it."""
        return self._members.get(value, value)


class Json(TypeDecorator[Any]):
    """Plain data as JSON text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Compact text."""
        return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The data."""
        return None if value is None else json.loads(value)
