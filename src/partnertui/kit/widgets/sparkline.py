"""A curve in one line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """The values as block characters, the lowest as the lowest block; the last `width` values if there are more."""
    shown = values[-width:] if width > 0 else ()
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    span = high - low
    if not span:
        return BLOCKS[3] * len(shown)
    return "".join(BLOCKS[min(7, int((value - low) / span * 8))] for value in shown)
