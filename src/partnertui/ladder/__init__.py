"""Ladder diagrams of traces: hosts as columns, messages as arrows over time; on screen, as text and as SVG."""

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
