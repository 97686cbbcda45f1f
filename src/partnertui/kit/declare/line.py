"""A line of styled text with what can be done on it."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.kit.declare.location import Location

Piece = tuple[str, str]
"""A text and its colour role."""


@dataclass(frozen=True)
class Line:
    """One line: pieces, where Enter leads, and what `y` copies. The cursor skips a line without either."""

    pieces: tuple[Piece, ...] = ()
    target: Location | None = None
    copy: str = ""
    name: str = ""

    @property
    def selectable(self) -> bool:
        """True if the cursor can stop here."""
        return bool(self.target or self.copy)


BLANK = Line()
