"""What every kind can do: show a value, parse a typed one, turn a filter term into a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Generic, Self, TypeVar

from partnertui.db.rows.filter_criteria import AnyOf, Between, Contains, Criterion, Equals, Missing, OneOf, Prefix
from partnertui.db.rows.type_aliases import Row, Scalar
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
    spaced: ClassVar[bool] = False
    """True if values have blanks as people type them, so that a filter tries the words behind it, too."""
    samples: ClassVar[tuple[str, ...]] = ()
    """Values whose ends complete an unfinished one, see `may_become_right`."""

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

    def raw_text(self, value: T | None, row: Row = EMPTY_ROW) -> str:
        """The value as another program takes it when it is pasted: E.164, ISO time, plain numbers."""
        raw = self.export_value(value, row)
        return self.text(value, row) if raw is None or isinstance(raw, bool) else str(raw)

    def parse(self, typed: str) -> T | None:
        """The value that was typed; raises InvalidValue with a sentence."""
        raise InvalidValue("values can't be entered for this column")

    def span(self, typed: str, now: datetime) -> tuple[Any, Any]:
        """The half-open range [low, high) that a typed value means, for ordered kinds; raises InvalidValue."""
        raise InvalidValue("this column can't be compared; use column:value")

    def in_country(self, country: str) -> Self:
        """This kind, reading values as they are written in a country (ISO 3166)."""
        return self

    def in_locale(self, locale: str) -> Self:
        """This kind, reading and showing typed values as they are written in a locale, such as de_DE."""
        return self

    def in_currency(self, currency: str) -> Self:
        """This kind, reading amounts of a currency (ISO 4217)."""
        return self

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Values to offer for what was typed so far."""
        return ()

    def remark(self, typed: str) -> str:
        """What a filter's value means beyond what it says, or leaves out; "" where it is plain."""
        return ""

    def may_become_right(self, typed: str, now: datetime) -> bool:
        """Whether a value that can't be read is only unfinished: further letters could make it right."""
        cut = max(typed.rfind(",") + 1, typed.rfind("..") + 2 if ".." in typed else 0)
        head, part = typed[:cut], typed[cut:].lower()
        words = (word.lower().replace("_", " ") for word in self.suggestions(part))
        if any(word.startswith(part.replace("_", " ")) for word in words):
            return True
        endings = {sample[len(part) :] for sample in self.samples} | ({"."} if part.endswith(".") else set())
        return any(self.reads(":", f"{head}{part}{ending}", now) for ending in endings if ending)

    def reads(self, op: str, typed: str, now: datetime) -> bool:
        """Whether a filter term with this value can be read."""
        try:
            self.criterion("value", op, typed, now)
        except (ValueError, OverflowError):
            return False
        return True

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """How find-anything searches for a text here; None if it can't be such a value."""
        return Contains(field, typed) if len(typed) > 1 else None

    def criterion(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        """The filter of one term `field op typed`; raises InvalidValue.

        op is one of `:` `=` `>` `>=` `<` `<=`. `-` alone means empty, `a,b` one of, `a..b` a range; `=` looks for the
        whole text.
        """
        if op in ORDER_OPS and not self.ordered:
            raise InvalidValue(f"these values can't be compared: use : instead of {op}")
        if op in {":", "="} and typed == "-":
            return Missing(field)
        if op == "=":
            op, typed = ":", typed if self.ordered or typed.startswith("=") else f"={typed}"
        return self._ordered(field, op, typed, now) if self.ordered else self._plain(field, typed)

    def _ordered(self, field: str, op: str, typed: str, now: datetime) -> Criterion:
        if op == ":" and ".." in typed:
            return self._range(field, typed, now)
        if op == ":" and "," in typed:
            return self._one_of(field, [part.strip() for part in typed.split(",") if part.strip()], now)
        low, high = self.span(typed, now)
        bounds = {
            ":": (low, high),
            ">": (high, None),
            ">=": (low, None),
            "<": (None, low),
            "<=": (None, high),
        }
        return Between(field, *bounds[op])

    def _one_of(self, field: str, typed: list[str], now: datetime) -> Criterion:
        spans = [self.span(part, now) for part in typed]
        if not spans:
            raise InvalidValue("a value is missing next to the comma")
        if all(isinstance(low, int) and high == low + 1 for low, high in spans):
            return OneOf(field, tuple(low for low, _ in spans))
        return AnyOf(tuple(Between(field, low, high) for low, high in spans))

    def _range(self, field: str, typed: str, now: datetime) -> Criterion:
        first, _, last = typed.partition("..")
        low, high = self._ends(first, last, now)
        if low is None and high is None:
            raise InvalidValue("a range needs a start or an end: 10..20, 10.. or ..20")
        if low is not None and high is not None and low >= high:
            raise InvalidValue(f"the range ends before it starts: {first}..{last}")
        return Between(field, low, high)

    def _ends(self, first: str, last: str, now: datetime) -> tuple[Any, Any]:
        return self.span(first, now)[0] if first else None, self.span(last, now)[1] if last else None

    def _plain(self, field: str, typed: str) -> Criterion:
        if typed.startswith("=") and len(typed) > 1:
            return Equals(field, self.parse(typed[1:]))
        if typed.endswith("*") and len(typed) > 1:
            return Prefix(field, typed[:-1])
        return Contains(field, typed)
