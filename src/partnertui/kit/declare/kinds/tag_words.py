"""The kind of tags: words with blanks between them, shown as chips."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from partnertui.kit.declare.kinds.base import EMPTY_ROW, Kind

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Tags(Kind[str]):
    """Words with blanks between them."""

    known: tuple[str, ...] = field(default=())
    width: ClassVar[int] = 16

    def role(self, value: str | None, row: Row = EMPTY_ROW) -> str:
        """Tags are chips."""
        return "info"

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """Known tags that begin with what is typed."""
        return tuple(tag for tag in self.known if tag.startswith(prefix))
