"""Writes only the cells that differ from what the terminal already shows.

Textual repaints whole regions and names all colours with every piece of text. Over SSH that is the
cost of a key press. This keeps a copy of the terminal's cells, leaves out runs that are there already,
and names only what changes of a colour. It is the second wall against control codes, too: what is
not a sequence that Textual itself writes does not pass.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len

TOKEN = re.compile(
    r"\x1b\[([\d;]*)m"  # colours
    r"|\x1b\[(\d+);(\d+)H"  # cursor to row;column
    r"|(\x1b\[[?>=<]?[\d;:$]*[ !\"']?[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[P^_X][^\x1b]*(?:\x1b\\)?|\x1b.?)"
    r"|([\r\n]+)"
    r"|([^\x1b\r\n]+)",
    re.DOTALL,
)
# Private modes: 25 cursor, 47 and 1049 screen, 1000 to 1016 mouse, 2004 paste, 2026 synchronized output, 2031 colour
# scheme, 2048 in-band resize. Titles, reports of contents and OSC of any kind stay out.
PASS = re.compile(
    r"\x1b\[\?(?:25|47|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048|7)[hl]"
    r"|\x1b\[\?\d+\$p|\x1b\[[><=]?[\d;]*u|\x1b\[\?u|\x1b\[[0-6]? q"
    r"|\x1b\[[02]?J|\x1b\[H|\x1b\[c|\x1b\[>\d*[cq]|\x1b\[\d+;?\d*;?\d*t"
)
FORGETS = re.compile(r"\x1b\[(?:\?(?:47|1049)[hl]|[02]?J)")
"""Sequences after which the terminal's cells are not known."""
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"


# At 140×40 a page down is 6.0 instead of 12.1 kB by this, opening a record 12 instead of 66 kB (docs/architecture.md).
class TerminalDiff:
    """The terminal's current cells, and the shortest output that turns them into the wanted ones."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[list[str], list[str]]] = {}
        self.style = self.real_style = ""
        self.x = self.y = 0
        self.real: tuple[int, int] | None = None

    def forget(self) -> None:
        """Takes nothing for granted any more: the next frame is written whole."""
        self.rows.clear()
        # "?" is equal to no style, as in `_row`, so the next text names its style whatever it is.
        self.real, self.real_style = None, "?"

    def reduce(self, data: str) -> str:
        """The shorter text for a frame; harmless whatever it was."""
        out: list[str] = []
        for match in TOKEN.finditer(data):
            kind = match.lastindex
            if kind == 5:
                self._line_end(match[5])
            elif kind == 6:
                self._text(match[6], out)
            elif kind == 3:
                self.y, self.x = int(match[2]) - 1, int(match[3]) - 1
            elif kind == 4:
                if len(match[4]) == len(data):  # Textual writes these alone; inside a frame they are data's
                    self._escape(match[4], out)
            else:
                self._colour(match[1])
        if out and self._cursor_is_elsewhere():
            self._move(out)
        text = "".join(out)
        # an empty synchronized update (mode 2026) is 16 bytes for nothing
        return "" if text == BEGIN + END else text.replace(BEGIN + END, "")

    def _colour(self, codes: str) -> None:
        # SGR codes add up until a reset (ECMA-48, 8.3.117), so a style is the list of codes since the last one.
        self.style = "" if codes in {"", "0"} else f"{self.style};{codes}" if self.style else codes

    def _line_end(self, text: str) -> None:
        # Textual leaves the terminal's output flags alone, so a line feed returns the carriage, too (ONLCR).
        self.y += text.count("\n")
        self.x = 0

    def _escape(self, sequence: str, out: list[str]) -> None:
        if not PASS.fullmatch(sequence):
            return
        if FORGETS.fullmatch(sequence):
            self.forget()
        if sequence == "\x1b[H":
            self.x = self.y = 0
            return
        # the cursor must be where Textual left it before the terminal shows the frame
        if sequence == END and self.real is not None and out != [BEGIN] and self._cursor_is_elsewhere():
            self._move(out)
        out.append(sequence)

    def _text(self, text: str, out: list[str]) -> None:
        # the second wall: isprintable() is False for every control, format and private character
        if not text.isprintable():
            text = "".join(char if char.isprintable() else "·" for char in text)
        # most text is ASCII, and measuring cells is the slow way
        size = len(text) if text.isascii() else cell_len(text)
        cells = list(text) if size == len(text) else _cells(text)
        chars, styles = self._row(self.y, self.x + size)
        first, last = 0, size
        style, x = self.style, self.x
        if size == len(text):
            while first < last and chars[x + first] == cells[first] and styles[x + first] == style:
                first += 1
            while last > first and chars[x + last - 1] == cells[last - 1] and styles[x + last - 1] == style:
                last -= 1
        # wide and combining characters: whole or not at all, as half of one can not be written
        elif chars[x : x + size] == cells and styles[x : x + size] == [style] * size:
            last = first
        if first < last:
            self._write(text[first:last] if size == len(text) else text, x + first, last - first, out)
            chars[x + first : x + last] = cells[first:last]
            styles[x + first : x + last] = [style] * (last - first)
        self.x += size

    def _row(self, y: int, size: int) -> tuple[list[str], list[str]]:
        row = self.rows.get(y)
        if row is None:
            row = self.rows[y] = ([], [])
        if len(row[0]) < size:
            row[0].extend([""] * (size - len(row[0])))
            # "?" equals no style, so cells never written are always written
            row[1].extend(["?"] * (size - len(row[1])))
        return row

    def _write(self, text: str, x: int, size: int, out: list[str]) -> None:
        if self.real != (x, self.y):
            out.append(f"\x1b[{self.y + 1};{x + 1}H")
        if self.real_style != self.style:
            out.append(change(self.real_style, self.style))
            self.real_style = self.style
        out.append(text)
        self.real = (x + size, self.y)

    def _cursor_is_elsewhere(self) -> bool:
        """Whether the cursor has to be moved: at home, where Textual puts it if no text is edited, nobody needs it."""
        return (self.x, self.y) != (0, 0) and self.real != (self.x, self.y)

    def _move(self, out: list[str]) -> None:
        out.append(f"\x1b[{self.y + 1};{self.x + 1}H")
        self.real = (self.x, self.y)


def _cells(text: str) -> list[str]:
    """One entry a cell: a wide character has an empty one behind it, a combining one joins the one before."""
    cells: list[str] = []
    for char in text:
        size = cell_len(char)
        if size == 0 and cells:
            cells[-1] += char
        else:
            cells += [char] + [""] * (size - 1)
    return cells


Look = tuple[str, str, tuple[str, ...]]


@lru_cache(4096)
def look(codes: str) -> Look:
    """Foreground, background and attributes of SGR codes (ECMA-48, 8.3.117)."""
    fg = bg = ""
    attributes: list[str] = []
    rest = codes.split(";") if codes else []
    while rest:
        code = rest.pop(0)
        if code in {"38", "48"} and rest:
            # 38;2;r;g;b or 38;5;n
            count = 3 if rest[0] == "2" else 1
            colour = ";".join([code, *rest[: count + 1]])
            del rest[: count + 1]
            fg, bg = (colour, bg) if code == "38" else (fg, colour)
        elif len(code) == 2 and code[0] in "39":
            fg = "" if code == "39" else code
        elif (len(code) == 2 and code[0] == "4") or (len(code) == 3 and code[:2] == "10"):
            bg = "" if code == "49" else code
        else:
            attributes.append(code)
    return fg, bg, tuple(sorted(set(attributes)))


@lru_cache(16384)
def change(old: str, new: str) -> str:
    """The shortest SGR sequence from one style to another."""
    fg, bg, attributes = look(new)
    whole = ";".join(part for part in ("0", *attributes, fg, bg) if part)
    if old == "?":
        return f"\x1b[{whole}m"
    old_fg, old_bg, old_attributes = look(old)
    # attributes end by a reset only: 22 would take both bold and dim, and few terminals know all of 21 to 29
    if set(old_attributes) - set(attributes):
        return f"\x1b[{whole}m" if new else "\x1b[m"
    parts = [*sorted(set(attributes) - set(old_attributes))]
    if fg != old_fg:
        parts.append(fg or "39")
    if bg != old_bg:
        parts.append(bg or "49")
    return f"\x1b[{';'.join(parts)}m" if parts else ""
