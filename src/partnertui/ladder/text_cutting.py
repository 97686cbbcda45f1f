"""Shortens text to a width in cells."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def middle(text: str, width: int, cut: str) -> str:
    """A text in at most `width` cells; what does not fit is cut out of the middle."""
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
    """A text in at most `width` cells; what does not fit is cut off."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)) + cut[:width]
