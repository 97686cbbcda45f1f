"""Decides where the message pane is: beside the ladder, below it, or hidden, by the space there is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from textual.geometry import Size

from partnertui.ladder.column_positions import EDGE, MARGIN, NARROWEST

MIN_WIDTH_BESIDE = 96
"""Cells of the view from which the pane may go beside the ladder: a terminal of 120 columns with its menu."""
USUAL_COLUMNS = 3
"""Ladder columns assumed before the messages are read, so that nothing moves when they arrive."""
MIN_PANE, MAX_PANE = 34, 96
"""Least and greatest width of the pane beside the ladder, in cells."""
MIN_HEIGHT_BELOW = 28
"""Lines of the view from which there's room for a pane below the ladder."""


class Placement(Enum):
    """Where the pane goes."""

    MAXIMIZED = "maximized"
    BESIDE = "beside"
    BELOW = "below"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class PaneLayout:
    """Placement and size of the pane, as Textual style values."""

    placement: Placement
    width: int | str
    height: int | str


def pane_layout(size: Size, participants: int, *, maximized: bool) -> PaneLayout:
    """The layout for a view of this size and a ladder with so many participants."""
    width, height = size
    if maximized:
        return PaneLayout(Placement.MAXIMIZED, "1fr", "1fr")
    columns = max(2, participants or USUAL_COLUMNS)
    least = MARGIN + 12 + 2 * EDGE + (columns - 1) * NARROWEST
    if width >= MIN_WIDTH_BESIDE and width - least >= MIN_PANE:
        comfortable = least + (columns - 1) * 8
        pane = max(MIN_PANE, min(MAX_PANE, width * 45 // 100, width - min(comfortable, width - MIN_PANE)))
        return PaneLayout(Placement.BESIDE, pane, "1fr")
    placement = Placement.BELOW if height >= MIN_HEIGHT_BELOW else Placement.HIDDEN
    return PaneLayout(placement, "1fr", max(8, height * 2 // 5))
