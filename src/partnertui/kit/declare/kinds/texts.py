"""Kinds of text: one line, several lines, e-mail address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds.base import EMPTY_ROW, InvalidValue, Kind

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Text(Kind[str]):
    """One line of text; takes a share of the spare width."""

    cells: int = 18
    muted: bool = False
    tone: str = ""
    """Colour role of whatever is there, for columns that should be empty."""
    flex: ClassVar[int] = 1

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """As declared: muted for details, the tone for what should be noticed."""
        return "muted" if self.muted else self.tone if value else ""

    def parse(self, typed: str) -> str | None:
        """The text without blanks around it; None for nothing."""
        return typed.strip() or None


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address."""

    def parse(self, typed: str) -> str | None:
        """The address in its usual form; None for nothing. Raises InvalidValue."""
        from partnertui.domain.email_addresses import read_email

        try:
            return read_email(typed) if typed.strip() else None
        except DomainError as error:
            raise InvalidValue(f"{error} {error.advice}") from None


@dataclass(frozen=True)
class TextBlock(Text):
    """Text of several lines; a list shows its first line."""

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The first line that is not blank."""
        lines = str(value or "").strip().splitlines()
        return lines[0] if lines else ""

    def long_text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """All of the text."""
        return str(value or "")

    def input_text(self, value: str | None) -> str:
        """All of the text."""
        return str(value or "")
