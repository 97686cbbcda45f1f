"""What every kind can do: show a value, parse a typed one, turn a filter term into a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Generic, TypeVar

from partnertui.db.rows.criteria import Between, Contains, Criterion, Equals, Missing, OneOf, Prefix
from partnertui.db.rows.types import Row, Scalar
from partnertui.errors import UserError

T = TypeVar("T", bound=Scalar)
EMPTY_ROW: Row = {}
ORDER_OPS = frozenset({">", ">=", "<", "<="})


class InvalidValue(UserError, ValueError):
    """A typed value that a kind can't read; the text is a sentence for the operator."""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """How a value is shown, typed and filtered; the base shows it as text and filters by containing."""

    align: ClassVar[str] = "left"
    width: ClassVar[int] = 12
    """Cells that a typical value needs."""
    flex: ClassVar[int] = 0
    """Share of spare width; 0 keeps the natural width."""
    ordered: ClassVar[bool] = False
    """True if `>` and `from..to` make sense."""
    live: ClassVar[bool] = False
    """True if the text changes with the clock."""

    def text(self, value: T | None, row: Row = EMPTY_ROW) -> str:
        """The value as one line, not yet cleaned; empty text for no value."""
        return "" if value is None else str(value)

    def long_text(self, value: T | None, row: Row = EMPTY_ROW) -> str:
        """The value in full, for the record view."""
        return self.text(value, row)

    def role(self, value: T | None, row: Row = EMPTY_ROW) -> str:
        """The colour role of the value: good, warn, bad, muted, accent, info, or nothing."""
        return ""

    def input_text(self, value: T | None) -> str:
        """The value as typed in forms; `parse` reads it back."""
        return self.text(value)

    def export_value(self, value: T | None, row: Row = EMPTY_ROW) -> str | int | bool | None:
        """The value for other programs: times as ISO 8601 in UTC; bytes are left out."""
        if value is None or isinstance(value, int | bytes):
            return None if isinstance(value, bytes) else value
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return value.isoformat() if isinstance(value, date) else str(value)

    def parse(self, typed: str) -> T | None:
        """The value that was typed; raises InvalidValue with a sentence."""
        raise InvalidValue("values of this column can't be typed")

    def span(self, typed: str, now: datetime) -> tuple[Any, Any]:
        """The half-open range [low, high) that a typed value means, for ordered kinds; raises InvalidValue."""
        raise InvalidValue("this column can't be compared; use column:value")

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Values to offer for what was typed so far."""
        return ()

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """How find-anything searches for a text here; None if it can't be such a value."""
        return Contains(field, typed) if len(typed) > 1 else None

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """The filter of one term `field op typed`; raises InvalidValue.

        op is one of `:` `>` `>=` `<` `<=`. `-` alone means empty, `a,b` one of, `a..b` a range.
        """
        if op in ORDER_OPS and not self.ordered:
            raise InvalidValue(f"“{field}” can't be compared: use {field}:value instead of {op}")
        if op == ":" and typed == "-":
            return Missing(field)
        return self._ordered(field, op, typed, now) if self.ordered else self._plain(field, typed)

    def _ordered(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        if op == ":" and ".." in typed:
            return self._range(field, typed, now)
        if op == ":" and "," in typed:
            return OneOf(field, tuple(self.parse(part.strip()) for part in typed.split(",") if part.strip()))
        low, high = self.span(typed, now)
        bounds = {
            ":": (low, high),
            ">": (high, None),
            ">=": (low, None),
            "<": (None, low),
            "<=": (None, high),
        }
        return Between(field, *bounds[op])

    def _range(self, field: str, typed: str, now: datetime) -> Criterion:
        first, _, last = typed.partition("..")
        low = self.span(first, now)[0] if first else None
        high = self.span(last, now)[1] if last else None
        if low is None and high is None:
            raise InvalidValue("a range needs a beginning or an end: 10..20, 10.. or ..20")
        if low is not None and high is not None and low >= high:
            raise InvalidValue(f"the range ends before it begins: {first}..{last}")
        return Between(field, low, high)

    def _plain(self, field: str, typed: str) -> Criterion:
        if typed.startswith("=") and len(typed) > 1:
            return Equals(field, self.parse(typed[1:]))
        if typed.endswith("*") and len(typed) > 1:
            return Prefix(field, typed[:-1])
        return Contains(field, typed)
