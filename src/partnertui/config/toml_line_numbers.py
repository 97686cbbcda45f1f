"""Finds the line of a key in TOML text, which tomllib doesn't report."""

from __future__ import annotations

import re

Path = tuple[str, ...]
PIECE = r'(?:[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
KEY = re.compile(rf"\s*({PIECE}(?:\s*\.\s*{PIECE})*)\s*=")
TABLE = re.compile(rf"\s*\[\[?\s*({PIECE}(?:\s*\.\s*{PIECE})*)\s*\]")
INLINE = re.compile(rf"[{{,]\s*({PIECE}(?:\s*\.\s*{PIECE})*)\s*=")


def split_key(text: str) -> Path:
    """The pieces of a dotted key, without their quotes."""
    return tuple(piece.strip("\"'") for piece in re.findall(PIECE, text))


def key_lines(text: str) -> dict[Path, int]:
    """The first line of every key, counting from 1; tables are keys too."""
    lines: dict[Path, int] = {}
    table: Path = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote:
            if found := TABLE.match(line):
                table = split_key(found[1])
                lines.setdefault(table, number)
            elif found := KEY.match(line):
                key = table + split_key(found[1])
                lines.setdefault(key, number)
                for inner in INLINE.findall(line[found.end() :]):
                    lines.setdefault(key + split_key(inner), number)
        quote = _open_quote(line, quote)
    return lines


def _open_quote(line: str, quote: str) -> str:
    """The triple quote that is still open after a line; "" if none is."""
    for found in re.findall(r'"""|\'\'\'', line):
        if not quote:
            quote = found
        elif quote == found:
            quote = ""
    return quote


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, else of the innermost table around it, else 1."""
    while path and path not in lines:
        longer = [number for key, number in lines.items() if key[: len(path)] == path]
        if longer:
            return min(longer)
        path = path[:-1]
    return lines.get(path, 1)
