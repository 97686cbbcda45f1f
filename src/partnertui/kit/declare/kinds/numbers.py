"""Kinds of whole numbers: IDs, counts, hundredths, durations, sizes in bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.db.rows.filter_criteria import Criterion, Equals
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Integer(Kind[int]):
    """A whole number."""

    unit: str = ""
    minimum: int | None = None
    align: ClassVar[str] = "right"
    width: ClassVar[int] = 8
    ordered: ClassVar[bool] = True
    samples: ClassVar[tuple[str, ...]] = ("00", "000", "0.00", "00.00", "0:00", "00:00", "000:00")

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The number with its unit."""
        return "" if value is None else f"{value}{' ' + self.unit if self.unit else ''}"

    def input_text(self, value: int | None) -> str:
        """The digits alone."""
        return "" if value is None else str(value)

    def parse(self, typed: str) -> int:
        """The whole number; raises InvalidValue."""
        try:
            number = int(typed.strip().replace(",", "").replace(" ", ""))
        except ValueError:
            raise InvalidValue(f"“{typed.strip()}” isn't a whole number") from None
        if self.minimum is not None and number < self.minimum:
            raise InvalidValue(f"the number must be at least {self.minimum}")
        # Integers of both databases have 64 bits; a larger one would be an error of the driver.
        if abs(number) >= 2**63:
            raise InvalidValue("the number is too large")
        return number

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """By the whole number, also with a # before it."""
        return Equals(field, int(typed.lstrip("#"))) if re.fullmatch(r"#?\d{1,17}", typed) else None

    def span(self, typed: str, now: datetime) -> tuple[int, int]:
        """Just that number."""
        value = self.parse(typed)
        return value, value + 1


@dataclass(frozen=True)
class Identifier(Integer):
    """The ID of a row; a click on it opens the menu of what can be done."""

    width: ClassVar[int] = 7

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """IDs can be clicked."""
        return "link"


@dataclass(frozen=True)
class Count(Integer):
    """How many; thousands are grouped."""

    width: ClassVar[int] = 7

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The number with commas, muted zero."""
        return "" if value is None else f"{value:,}"

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Nothing counted is muted."""
        return "" if value else "muted"


@dataclass(frozen=True)
class Hundredths(Integer):
    """A number kept in hundredths, such as a MOS of 4.21; low marks colour it by thresholds."""

    bad_below: int = 0
    warn_below: int = 0
    width: ClassVar[int] = 5

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Two digits behind the point."""
        return "" if value is None else f"{value / 100:.2f}"

    def input_text(self, value: int | None) -> str:
        """As it is shown."""
        return self.text(value)

    def export_value(self, value: int | None, row: Row = EMPTY_ROW) -> str | None:
        """A decimal number."""
        return None if value is None else self.text(value)

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Bad or warn below the declared thresholds."""
        if value is None:
            return ""
        return "bad" if value < self.bad_below else "warn" if value < self.warn_below else ""

    def parse(self, typed: str) -> int:
        """A decimal number with a point; raises InvalidValue."""
        if not re.fullmatch(r"-?\d{1,6}(\.\d{1,2})?", typed.strip()):
            raise InvalidValue(f"“{typed}” isn't a number such as 4.21")
        # 1.15 * 100 is a little less than 115 as a float, so it is rounded and not cut off.
        return round(float(typed) * 100)


@dataclass(frozen=True)
class Thousandths(Integer):
    """A quantity kept in thousandths: 1500 is 1.5."""

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """As many digits behind the point as there are."""
        if value is None:
            return ""
        whole, part = divmod(abs(value), 1000)
        digits = f"{part:03}".rstrip("0")
        return f"{'-' if value < 0 else ''}{whole}{'.' + digits if digits else ''}"

    def input_text(self, value: int | None) -> str:
        """As it is shown."""
        return self.text(value)

    def export_value(self, value: int | None, row: Row = EMPTY_ROW) -> str | None:
        """A decimal number."""
        return None if value is None else self.text(value)

    def parse(self, typed: str) -> int:
        """A decimal number with at most three digits behind the point; raises InvalidValue."""
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,3})?", typed.strip()):
            raise InvalidValue(f"“{typed}” isn't a quantity such as 2 or 1.5")
        return round(float(typed) * 1000)


@dataclass(frozen=True)
class Milliseconds(Integer):
    """A delay in milliseconds, such as PDD."""

    bad_above: int = 0
    width: ClassVar[int] = 7

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Seconds with one digit from one second up, milliseconds below."""
        if value is None:
            return ""
        return f"{value / 1000:.1f} s" if value >= 1000 else f"{value} ms"

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Warn above the declared threshold."""
        return "warn" if self.bad_above and value is not None and value > self.bad_above else ""


@dataclass(frozen=True)
class Seconds(Integer):
    """A duration in seconds, shown as m:ss or h:mm:ss."""

    width: ClassVar[int] = 8

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """m:ss below an hour, h:mm:ss above."""
        if value is None:
            return ""
        minutes, seconds = divmod(int(value), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Zero is muted."""
        return "" if value else "muted"

    def parse(self, typed: str) -> int:
        """Reads 90, 1:30, 1m30s, 2h; raises InvalidValue."""
        word = typed.strip().lower()
        if re.fullmatch(r"\d{1,9}s?", word):
            return int(word.rstrip("s"))
        if re.fullmatch(r"\d{1,6}:[0-5]\d(:[0-5]\d)?", word):
            total = 0
            for part in word.split(":"):
                total = total * 60 + int(part)
            return total
        match = re.fullmatch(r"(?:(\d{1,6})h)?(?:(\d{1,6})m(?:in)?)?(?:(\d{1,6})s)?", word)
        if match and any(match.groups()):
            hours, minutes, seconds = (int(group or 0) for group in match.groups())
            return hours * 3600 + minutes * 60 + seconds
        raise InvalidValue(f"“{typed}” isn't a duration: use 90, 1:30 or 1m30s")


@dataclass(frozen=True)
class Bytes(Integer):
    """A size in bytes, shown in the unit that fits (IEC 80000-13)."""

    width: ClassVar[int] = 9

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Two or three digits and the unit."""
        if value is None:
            return ""
        size, unit = float(value), "B"
        for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
            if size < 1024 or unit == "TiB":
                break
            size /= 1024
        return f"{size:.0f} {unit}" if unit == "B" or size >= 10 else f"{size:.1f} {unit}"

    def parse(self, typed: str) -> int:
        """Reads 2000, 2k, 1.5M, 3 MiB; raises InvalidValue."""
        match = re.fullmatch(r"(\d{1,12}(?:\.\d{1,3})?)\s*([kmgt]?)(?:i?b)?", typed.strip().lower())
        if not match:
            raise InvalidValue(f"“{typed}” isn't a size: use 2000, 64k or 1.5M")
        return round(float(match[1]) * float(1024 ** " kmgt".index(match[2] or " ")))

    def search_criterion(self, field: str, typed: str) -> Criterion | None:
        """Nobody looks for a size."""
        return None
