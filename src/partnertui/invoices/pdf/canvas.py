"""Draws text on A4 pages, with a font for each script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from fpdf import FPDF
from fpdf.fonts import TTFFont

if TYPE_CHECKING:
    from collections.abc import Callable

FONTS = Path(__file__).parent / "fonts"
FILES = {"sans": "Sans.ttf", "bold": "Sans-Bold.ttf", "cjk": "Cjk.ttf", "hangul": "Hangul.ttf"}
LEFT, RIGHT, TOP, BOTTOM = 20.0, 190.0, 20.0, 272.0
"""Edges of what is printed, in millimetres on A4."""
GREY, BLACK = 110, 0
MISSING = "?"
"""Stands for a character that no font has."""
Align = Literal["left", "right"]


class Canvas:
    """Pages being drawn; `head` draws the top of every page and returns where its content begins."""

    def __init__(self, title: str, head: Callable[[Canvas], float]) -> None:
        # Of PDF/A, only part 3 may hold a file of any kind, such as the XML (ISO 19005-3).
        self.pdf = FPDF(format="A4", unit="mm", enforce_compliance="PDF/A-3B")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(title)
        self._head = head
        self._loaded: dict[str, TTFFont] = {}
        self._font: tuple[str, float] = ("", 0.0)
        self._grey: bool | None = None
        self.y = TOP
        self.add_page()

    def add_page(self) -> None:
        """Begins the next page below its head."""
        self.pdf.add_page()
        self._font = ("", 0.0)
        self.y = self._head(self)

    def room(self, height: float) -> None:
        """Begins the next page unless this one has room."""
        if self.y + height > BOTTOM:
            self.add_page()

    def text(
        self, x: float, text: str, size: float = 9, *, bold: bool = False, align: Align = "left", grey: bool = False
    ) -> None:
        """Text on the line at `y`; `x` is its left or right edge."""
        runs = self._runs(text, bold)
        if align == "right":
            x -= sum(self._width(font, part, size) for font, part in runs)
        if grey != self._grey:
            self.pdf.set_text_color(GREY if grey else BLACK)
            self._grey = grey
        for number, (font, part) in enumerate(runs, 1):
            self._use(font, size)
            self.pdf.text(x, self.y, part)
            if number < len(runs):
                x += self._width(font, part, size)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a text is, in millimetres."""
        return sum(self._width(font, part, size) for font, part in self._runs(text, bold))

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """A text in lines that fit; words are kept whole where they can be."""
        lines, line = [], ""
        for word in text.split(" "):
            tried = f"{line} {word}" if line else word
            if self.width(tried, size) <= width:
                line = tried
                continue
            if line:
                lines.append(line)
            line = word
            while self.width(line, size) > width:
                fits = next((end for end in range(len(line) - 1, 1, -1) if self.width(line[:end], size) <= width), 1)
                lines.append(line[:fits])
                line = line[fits:]
        return [*lines, line]

    def rule(self, x: float = LEFT, end: float = RIGHT) -> None:
        """A thin line across, a little above `y`."""
        self.pdf.set_draw_color(GREY)
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, self.y, end, self.y)

    def number_pages(self) -> None:
        """Writes *page x of y* at the foot of every page; nothing may be drawn after it."""
        count = self.pdf.pages_count
        for page in range(1, count + 1):
            self.pdf.page = page
            self.pdf.current_font_is_set_on_page = False  # or it would rely on the font of the page before
            self.y = 287.0
            self.text(RIGHT, f"Page {page} of {count}", 8, align="right", grey=True)

    def _use(self, font: str, size: float) -> None:
        if self._font != (font, size):
            self._load(font)
            self.pdf.set_font(font, size=size)
            self._font = (font, size)

    def _load(self, font: str) -> TTFFont:
        found = self._loaded.get(font)
        if found is None:
            self.pdf.add_font(font, fname=str(FONTS / FILES[font]))
            loaded = self.pdf.fonts[font]
            assert isinstance(loaded, TTFFont)
            found = self._loaded[font] = loaded
        return found

    def _width(self, font: str, text: str, size: float) -> float:
        widths = self._load(font).cw
        return sum([widths[code] for code in map(ord, text)]) * size * 0.001 / self.pdf.k

    def _runs(self, text: str, bold: bool) -> list[tuple[str, str]]:
        """The text in parts of one font each."""
        main = "bold" if bold else "sans"
        if self._load(main).cmap.keys() >= set(map(ord, text)):
            return [(main, text)]
        runs: list[tuple[str, str]] = []
        for char in text:
            font, drawn = self._font_of(char, main)
            if runs and runs[-1][0] == font:
                drawn = runs.pop()[1] + drawn
            runs.append((font, drawn))
        return runs

    def _font_of(self, char: str, main: str) -> tuple[str, str]:
        for font in (main, "hangul" if _is_hangul(char) else "cjk"):
            if ord(char) in self._load(font).cmap:
                return font, char
        return main, MISSING


def _is_hangul(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\u3130" <= char <= "\u318f" or "\uac00" <= char <= "\ud7a3"
