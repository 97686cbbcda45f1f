"""A line of styled text, with an optional link or action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.declare.view_location import Location

Piece = tuple[str, str]
"""A text and its colour role."""


@dataclass(frozen=True)
class Line:
    """One line: pieces, where Enter leads, and what `y` copies. The cursor skips a line without any of them."""

    pieces: tuple[Piece, ...] = ()
    target: Location | None = None
    copy: str = ""
    name: str = ""
    key: str = ""
    """What the view does with the line where Enter leads to no location, such as opening a fold."""

    @property
    def selectable(self) -> bool:
        """True if the cursor can stop here."""
        return bool(self.target or self.copy or self.key)


BLANK = Line()
