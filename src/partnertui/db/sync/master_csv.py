"""Reads Asterisk's Master.csv from where the last run ended, or from the top if it was rotated."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from partnertui.atomic_files import open_regular
from partnertui.db.sync.asterisk_call_conversion import COLUMNS, call_of
from partnertui.db.sync.batch_size import BatchSize
from partnertui.db.sync.switch_call import SourceRow, clean
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

HEAD_BYTES = 256
"""The first bytes tell whether it is still the same file, or a new one after a rotation."""
MIN_COLUMNS = 16
"""Without uniqueid and userfield."""
MAX_LINE_BYTES = 65_536
"""Asterisk doesn't write longer lines."""


class MasterCsv:
    """Finished calls of one file."""

    def __init__(self, path: Path, zone: ZoneInfo | None) -> None:
        self._path, self._zone = path, zone

    def batches(self, position: str, size: BatchSize) -> Iterator[list[SourceRow]]:
        """Batches of complete lines; raises DomainError if the file can't be read."""
        try:
            with open_regular(self._path) as file:
                yield from self._batches(file, position, size)
        except OSError as error:
            raise DomainError(
                f"{self._path} can't be read: {error.strerror or error}.",
                advice="Check asterisk.master_csv in the settings, and the file's permissions.",
            ) from None

    def _batches(self, file: BinaryIO, position: str, size: BatchSize) -> Iterator[list[SourceRow]]:
        offset = _begin(file, position)
        head = file.read(HEAD_BYTES) if not file.seek(0) else b""
        file.seek(offset)
        rows: list[SourceRow] = []
        while (line := file.readline(MAX_LINE_BYTES)) and (line.endswith(b"\n") or len(line) == MAX_LINE_BYTES):
            offset += len(line)
            position_after = json.dumps(
                {"offset": offset, "size": min(offset, len(head)), "head": _digest(head[:offset])}
            )
            rows.append(self._source_row(line, offset - len(line), position_after))
            if len(rows) >= size.rows:
                yield rows
                rows = []
        if rows:
            yield rows

    def _source_row(self, line: bytes, offset: int, position: str) -> SourceRow:
        text = line.decode("utf-8", "replace").replace("\0", "").strip("\r\n")
        if not text.strip():
            return SourceRow(position)
        key = f"{self._path.name}, byte {offset}"
        try:
            call = call_of(record_of(text), self._zone)
        except (ValueError, OverflowError, csv.Error) as error:
            return SourceRow(position, key=key, record=text, reason=clean(error))
        return SourceRow(position, (call,), key=key, record=text)


def record_of(line: str) -> dict[str, str]:
    """The columns of a line; raises ValueError if there are too few, csv.Error if it isn't valid CSV."""
    fields = next(csv.reader([line], strict=True), [])
    if len(fields) < MIN_COLUMNS:
        raise ValueError(f"the line has {plural(len(fields), 'column')} instead of {len(COLUMNS)}")
    return dict(zip(COLUMNS, fields, strict=False))


def _begin(file: BinaryIO, position: str) -> int:
    if not position:
        return 0
    stored = json.loads(position)
    head = file.read(int(stored["size"]))
    size = file.seek(0, 2)
    same = _digest(head) == stored["head"] and size >= int(stored["offset"])
    return int(stored["offset"]) if same else 0


def _digest(head: bytes) -> str:
    return hashlib.sha256(head).hexdigest()[:16]
