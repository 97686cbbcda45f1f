"""Reads Master.csv, which Asterisk appends to: on from where the last run ended, from the top if it was rotated."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from partnertui.db.sync.asterisk_calls import COLUMNS, call_of
from partnertui.db.sync.call import Item, clean
from partnertui.db.sync.sync_report import SyncReport
from partnertui.domain.errors import DomainError

BATCH = 500
HEAD = 256
"""Bytes at the top that tell this file from the one after a rotation."""
FEWEST = 16
"""Columns without uniqueid and userfield."""
LONGEST = 65_536
"""Bytes of a line; longer ones are not Asterisk's."""


class MasterCsv:
    """One file."""

    def __init__(self, path: Path, zone: ZoneInfo | None, report: SyncReport) -> None:
        self._path, self._zone, self._report = path, zone, report

    def batches(self, position: str) -> Iterator[list[Item]]:
        """Batches of at most 500 whole lines; raises DomainError where the file cannot be read."""
        try:
            with self._path.open("rb") as file:
                yield from self._batches(file, position)
        except OSError as error:
            raise DomainError(
                f"{self._path} cannot be read: {error.strerror or error}.",
                advice="Check asterisk.master_csv in the settings, and the file's permissions.",
            ) from None

    def _batches(self, file: BinaryIO, position: str) -> Iterator[list[Item]]:
        offset = _begin(file, position)
        head = file.read(HEAD) if not file.seek(0) else b""
        file.seek(offset)
        items: list[Item] = []
        while (line := file.readline(LONGEST)) and (line.endswith(b"\n") or len(line) == LONGEST):
            offset += len(line)
            place = json.dumps({"offset": offset, "size": min(offset, len(head)), "head": _digest(head[:offset])})
            items.append(self._item(line, offset - len(line), place))
            if len(items) == BATCH:
                yield items
                items = []
        if items:
            yield items

    def _item(self, line: bytes, offset: int, place: str) -> Item:
        text = line.decode("utf-8", "replace").replace("\0", "").strip("\r\n")
        if not text.strip():
            return Item(place)
        try:
            return Item(place, (call_of(record_of(text), self._zone),))
        except (ValueError, OverflowError, csv.Error) as error:
            self._report.trouble(f"{self._path.name}, byte {offset}: {clean(error)}")
            return Item(place)


def record_of(line: str) -> dict[str, str]:
    """The columns of a line; raises ValueError where they are too few, csv.Error where the quotes are wrong."""
    fields = next(csv.reader([line], strict=True), [])
    if len(fields) < FEWEST:
        raise ValueError(f"the line has {len(fields)} columns, {len(COLUMNS)} are usual")
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
