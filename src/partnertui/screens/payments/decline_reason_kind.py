"""The column kind of decline codes: why a payment failed, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from partnertui.domain.decline_codes import decline_advice, decline_words
from partnertui.kit.declare.kinds import Kind
from partnertui.kit.declare.kinds.base import EMPTY_ROW

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Decline(Kind[str]):
    """A decline code in words; a filter takes the code itself, such as expired_card."""

    advice: bool = False
    """True shows what to do instead."""
    width: ClassVar[int] = 22
    flex: ClassVar[int] = 1

    def text(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """The reason, or the advice."""
        return decline_advice(value) if self.advice else decline_words(value)

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """A reason is bad."""
        return "bad" if value and not self.advice else ""

    def input_text(self, value: str | None) -> str:
        """The code."""
        return value or ""

    def export_value(self, value: str | None, row: Row = EMPTY_ROW) -> str | None:
        """In words, as it is shown."""
        return None if value is None else self.text(value)
