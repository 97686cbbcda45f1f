"""Makes untrusted text displayable: removes control, bidirectional and invisible characters.

Replaced by `·`: C0, C1 and DEL, bidi controls and marks, zero-width characters and joiners, tags,
surrogates, private use and unassigned code points, fillers that look like nothing, variation selectors
without a character before them, and combining marks that have none or are too many. Wide characters
and ordinary combining marks stay. The check is `str.isprintable`: false for all of Unicode's C* and Z*
but the blank.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SUBSTITUTE = "·"
TAB_CELLS = 4
CACHED = 200
"""Characters of the longest text whose cleaned form is kept."""
MOST_MARKS = 3
"""Combining marks that one character may carry; more of them would spill over other lines."""
BEYOND = re.compile("[^\x00-\u02ff]")
"""Above Latin letters there are marks and fillers; below, what is printable is harmless."""
BREAKS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
SELECTORS = frozenset("\ufe0e\ufe0f")
"""Text and emoji style: terminals disagree about their width, so they are left out."""


def one_line(text: str, limit: int = 256) -> str:
    """One line of at most `limit` characters; newlines and tabs become blanks, what is cut ends in `…`."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable() and (text.isascii() or BEYOND.search(text) is None):
        return text
    return _clean(BREAKS.sub(" ", text).replace("\t", " "))


def block(text: str, limit: int = 100_000) -> str:
    """Text of several lines: `\\n` ends a line, tabs become blanks; the rest as in one_line."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    return "\n".join(_clean(line.expandtabs(TAB_CELLS)) for line in BREAKS.sub("\n", text).split("\n"))


def _clean(text: str) -> str:
    """What is painted again and again is short; long texts in a cache would be most of the program's memory."""
    return _cached(text) if len(text) <= CACHED else _cleaned(text)


def _cleaned(text: str) -> str:
    """Character by character."""
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    marks = MOST_MARKS
    for char in text:
        category = "Lu" if char.isascii() and char.isprintable() else unicodedata.category(char)
        if category in {"Mn", "Me", "Mc"} or _is_jamo(char):
            if marks < MOST_MARKS and char in SELECTORS:
                continue
            marks += 1
            out.append(char if marks <= MOST_MARKS and _joins(char) else SUBSTITUTE)
            continue
        marks = 0
        if category == "Zs":
            char = " "
        elif category[0] in "CZ" or char in FILLERS:
            char, marks = SUBSTITUTE, MOST_MARKS
        out.append(char)
    return "".join(out)


def _is_jamo(char: str) -> bool:
    """A Hangul vowel or final consonant, which terminals draw into the cell before it."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"


_cached = lru_cache(4096)(_cleaned)


def _joins(mark: str) -> bool:
    """True for a mark that belongs to writing; selectors and fillers hide only."""
    return mark not in FILLERS and not ("\ufe00" <= mark <= "\ufe0f" or "\U000e0100" <= mark <= "\U000e01ef")
