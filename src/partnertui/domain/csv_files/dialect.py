"""Detects a CSV file's encoding and delimiter."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from partnertui.domain.csv_files.headings import folded
from partnertui.domain.errors import DomainError

DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "vertical bars"}
SAMPLE_BYTES = 64 * 1024
SAMPLE_RECORDS = 100
CHUNK_BYTES = 1 << 20
NOT_WINDOWS = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
"""Bytes that Windows-1252 doesn't have."""
CONTROLS = frozenset(range(0x80, 0xA0))
"""Bytes that are letters and signs in Windows-1252, but controls in Latin-1 (ISO 8859-1)."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte-order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


@dataclass(frozen=True)
class Dialect:
    """How a file is written; `skipped` lines stand before its header."""

    encoding: str
    """As Python names it."""
    encoding_name: str
    delimiter: str
    skipped: int = 0

    def words(self) -> str:
        """For a person: `UTF-8, columns separated by semicolons`."""
        return f"{self.encoding_name}, columns separated by {DELIMITERS[self.delimiter]}"


def find_dialect(path: Path, known: Collection[str] = ()) -> Dialect:
    """The dialect of a file; reads it once for its encoding. `known` are headings that speak for a delimiter.

    Raises DomainError for what isn't a text file, OSError if it can't be read.
    """
    encoding, name = _encoding(path)
    sample = _sample(path, encoding)
    first = sample.split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS:  # Excel's own first line
        return Dialect(encoding, name, first[4], 1)
    return Dialect(encoding, name, find_delimiter(sample, known))


def _encoding(path: Path) -> tuple[str, str]:
    """The encoding and what people call it: by a byte-order mark, else UTF-8 if all of it is, else Windows or Latin."""
    with path.open("rb") as file:
        start = file.read(4)
        # XLSX and ODS files are ZIP archives.
        if start.startswith(b"PK\x03\x04"):
            raise DomainError(
                "This is a spreadsheet or a ZIP archive, not a CSV file.",
                "Save the spreadsheet as CSV, or unpack the archive.",
                field="file",
            )
        file.seek(0)
        found = next(((encoding, name) for mark, encoding, name in _BOMS if start.startswith(mark)), None)
        if found is not None and found[0] == "utf-16":
            is_valid, has_nul, seen = _looked_through(file, "utf-16")
        else:
            is_valid, has_nul, seen = _looked_through(file, "utf-8")
    # UTF-16 without its mark is full of NUL bytes, and so are files that aren't text.
    if has_nul or (found is not None and not is_valid):
        raise DomainError("This isn't a readable text file.", "Save it as CSV in UTF-8.", field="file")
    if found is not None or is_valid:
        return found or ("utf-8", "UTF-8")
    return ("latin-1", "Latin-1") if seen & NOT_WINDOWS or not seen & CONTROLS else ("cp1252", "Windows-1252")


def _looked_through(file: BinaryIO, encoding: str) -> tuple[bool, bool, set[int]]:
    """Whether a file has this encoding, whether it has NUL characters, and the bytes that occur in it."""
    decoder, is_valid, has_nul, seen = codecs.getincrementaldecoder(encoding)(), True, False, set[int]()
    while True:
        chunk = file.read(CHUNK_BYTES)
        seen.update(chunk)
        try:
            text = decoder.decode(chunk, final=not chunk) if is_valid else ""
        except UnicodeDecodeError:
            is_valid, text = False, ""
        has_nul = has_nul or "\0" in text or (not is_valid and 0 in seen)
        if not chunk:
            return is_valid, has_nul, seen


def _sample(path: Path, encoding: str) -> str:
    """The first lines, cut behind the last whole one; with line feeds alone."""
    with path.open("rb") as file:
        read = file.read(SAMPLE_BYTES)
        is_all = not file.read(1)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(read, final=is_all)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if is_all or "\n" not in text else text[: text.rindex("\n") + 1]


def find_delimiter(sample: str, known: Collection[str] = ()) -> str:
    """The delimiter by which most headings are known, then by which most lines have as many columns as the first."""
    names = {folded(name) for name in known}

    def score(delimiter: str) -> tuple[int, float, int]:
        records = list(_records(sample, delimiter))
        if not records:
            return 0, 0, 0
        width = len(records[0])
        headings = sum(folded(cell) in names for cell in records[0])
        alike = sum(len(record) == width for record in records) / len(records) if width > 1 else 0
        return headings, alike, width

    return max(DELIMITERS, key=score)


def _records(sample: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for number, record in enumerate(reader):
            if number == SAMPLE_RECORDS:
                return
            if record:
                yield record
    except csv.Error:  # it is told when its line is read
        return
