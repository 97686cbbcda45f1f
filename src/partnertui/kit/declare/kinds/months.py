"""Months of a year, as credit cards have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Month(Kind[int]):
    """The last month that something is valid, stored as the number YYYYMM; red, with a word, once it is past."""

    past: str = "expired"
    soon: int = 1
    """Months before the end from which it is highlighted."""
    width: ClassVar[int] = 16
    ordered: ClassVar[bool] = True
    samples: ClassVar[tuple[str, ...]] = ("2000-01", "2000-10", "01/00", "1/00", "01/2000", "1/2000")

    def left(self, value: int) -> int:
        """Whole months that are left; below zero when it is past."""
        today = utc_now().astimezone()
        return (int(value) // 100 - today.year) * 12 + int(value) % 100 - today.month

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Year and month, and the word if it is past."""
        if value is None:
            return ""
        return f"{value // 100}-{value % 100:02}" + (f" {self.past}" if self.left(value) < 0 else "")

    def long_text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """With how long it still is, or how long it is past."""
        if value is None:
            return ""
        left = self.left(value)
        count = f"{abs(left)} month{'s' if abs(left) != 1 else ''}"
        return f"{self.text(value)} · " + (f"{count} ago" if left < 0 else f"{count} left" if left else "this month")

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Bad when past, warn when near."""
        if value is None:
            return ""
        left = self.left(value)
        return "bad" if left < 0 else "warn" if left <= self.soon else ""

    def input_text(self, value: int | None) -> str:
        """Year and month."""
        return "" if value is None else f"{value // 100}-{value % 100:02}"

    def export_value(self, value: int | None, row: Row = EMPTY_ROW) -> str | None:
        """Year and month by ISO 8601: 2027-04."""
        return None if value is None else self.input_text(value)

    def parse(self, typed: str) -> int:
        """The month of 2027-04, 04/27 or 4/2027; raises InvalidValue."""
        word = typed.strip()
        match = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})", word) or re.fullmatch(
            r"(?P<m>\d{1,2})/(?P<y>\d{2,4})", word
        )
        year = int(match["y"]) if match else 0
        month = int(match["m"]) if match else 0
        if not 1 <= month <= 12:
            raise InvalidValue(f"“{typed}” isn't a month: use 2027-04 or 04/27")
        return (year + 2000 if year < 100 else year) * 100 + month

    def span(self, typed: str, now: datetime) -> tuple[int, int]:
        """Just that month, or a year."""
        if re.fullmatch(r"\d{4}", typed.strip()):
            year = int(typed)
            return year * 100 + 1, (year + 1) * 100 + 1
        value = self.parse(typed)
        return value, value + 1
