"""The screen-share lens: masks names, numbers and addresses in every line that widgets draw while it is on.

One program has one terminal, so there is one lens. Texts that are wrapped pass `masked` before, because a name that is
broken over two lines would not be found in either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

    from partnertui.domain.text_masking import Lens


class LensFilter(LineFilter):
    """Masks a line after it was laid out, without moving anything in it."""

    def __init__(self, lens: Lens) -> None:
        super().__init__()
        self.lens = lens

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """See LineFilter."""
        text = "".join(segment.text for segment in segments if not segment.control)
        masked = self.lens.line(text)
        if masked == text:
            return segments
        found: list[Segment] = []
        start = 0
        for segment in segments:
            if segment.control:
                found.append(segment)
                continue
            end, room = start, cell_len(segment.text)
            # By cells, not by characters: a mask may have another number of characters, but keeps the width.
            while end < len(masked) and room > 0:
                room -= get_character_cell_size(masked[end])
                end += 1
            while end < len(masked) and not get_character_cell_size(masked[end]):
                end += 1  # marks belong to the character before them
            found.append(Segment(masked[start:end], segment.style))
            start = end
        return found


_on: list[LensFilter] = []


def put_on(lens: Lens) -> tuple[LensFilter, ...]:
    """Masks texts that are wrapped from now on; returns what masks the lines themselves."""
    _on[:] = [LensFilter(lens)]
    return filters()


def take_off() -> None:
    """Wraps texts as they are again."""
    _on.clear()


def is_on() -> bool:
    """Whether the lens is on."""
    return bool(_on)


def filters() -> tuple[LensFilter, ...]:
    """The filter of the lens that is on, if one is."""
    return tuple(_on)


def masked(text: str) -> str:
    """Text that is going to be wrapped or cut, as it may be shown."""
    return _on[0].lens.text(text) if _on else text
