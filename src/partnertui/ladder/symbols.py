"""The signs that a ladder is drawn with, and what stands for them where there is no UTF-8."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size


@dataclass(frozen=True)
class Signs:
    """One sign a meaning; every sign is one cell wide."""

    line: str = "─"
    bar: str = "│"
    waits: str = "┆"
    right: str = "▸"
    left: str = "◂"
    sound: str = "═"
    turn: str = "┐"
    turn_left: str = "┌"
    times: str = "×"
    dot: str = "·"
    cut: str = "…"
    evidence: str = "●"
    more_right: str = "›"
    more_left: str = "‹"


UNICODE = Signs()
ASCII = Signs(
    line="-",
    bar="|",
    waits=":",
    right=">",
    left="<",
    sound="=",
    turn="+",
    turn_left="+",
    times="x",
    dot=".",
    cut="~",
    evidence="*",
    more_right=">",
    more_left="<",
)


def middle(text: str, width: int, cut: str) -> str:
    """A text in at most `width` cells; what does not fit is left out of its middle."""
    if text.isascii():
        size = len(text)
        if size <= width:
            return text
        if width < 3:
            return text[:width]
        tail = (width - 1) // 2
        return text[: width - 1 - tail] + cut + text[size - tail :]
    if cell_len(text) <= width:
        return text
    if width < 3:
        return set_cell_size(text, max(0, width)).rstrip()
    tail = (width - 1) // 2
    end = len(text)
    while cell_len(text[end - 1 :]) <= tail:
        end -= 1
    return set_cell_size(text, width - 1 - cell_len(text[end:])) + cut + text[end:]


def end_cut(text: str, width: int, cut: str) -> str:
    """A text in at most `width` cells; what does not fit is left out at its end."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + cut[:width]
