"""A trace as a ladder: hosts as columns, messages as arrows on one time line; as rows, as text, as SVG."""

from partnertui.ladder.ladder_rows import layout
from partnertui.ladder.model import Ladder, Options, Participant, Repeats, Row, RowKind
from partnertui.ladder.plain_text import ladder_text
from partnertui.ladder.svg import ladder_svg

__all__ = [
    "Ladder",
    "Options",
    "Participant",
    "Repeats",
    "Row",
    "RowKind",
    "ladder_svg",
    "ladder_text",
    "layout",
]
