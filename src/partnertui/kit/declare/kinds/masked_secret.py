"""The kind of a secret: shows whether it is set, never the secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.kit.declare.kinds.base import EMPTY_ROW
from partnertui.kit.declare.kinds.choices import Flag

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row


@dataclass(frozen=True)
class Masked(Flag):
    """A secret that is set or not; never the secret itself."""

    def text(self, value: bool | None, row: Row = EMPTY_ROW) -> str:
        """Dots where it is set."""
        return "••••" if value else "none"

    def input_text(self, value: bool | None) -> str:
        """Whether it is set."""
        return "yes" if value else "no"
