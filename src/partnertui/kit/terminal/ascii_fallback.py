"""Replaces characters that a terminal without UTF-8 can't show by ASCII of the same width."""

from __future__ import annotations

import codecs
import unicodedata

HANDLER = "partnertui.nearest"
# Our own few: anyascii has 130,000, but writes several cells for one, which would shift the rest of the line.
SIGNS = dict(
    [
        *((char, "-") for char in "─━═╌┄╴╶–—−▁▔"),
        *((char, "|") for char in "│┃║╎┆▏▕▌▐"),
        *((char, "+") for char in "┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬"),
        *((char, "#") for char in "█▇▆▅▄▃▂▀▉▊▋▍▎▓▒░■"),
        *((char, '"') for char in "“”„«»"),
        *((char, "'") for char in "‘’‚‹›"),
        *zip("…·•●○→←↑↓▲▼▾▸◂✓✗×✎≡⌂↻", "~..*o><^v^vv><+xxn=@%", strict=True),
    ]
)


def nearest(char: str) -> str:
    """ASCII for one character: its sign, its letter without the accent, or a question mark a cell."""
    if char in SIGNS:
        return SIGNS[char]
    if unicodedata.combining(char):
        return ""
    base = unicodedata.normalize("NFKD", char)[0]
    if base.isascii() and base.isprintable():
        return base
    return "??" if unicodedata.east_asian_width(char) in "WF" else "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(nearest(char) for char in error.object[error.start : error.end]), error.end


codecs.register_error(HANDLER, _replace)
