"""JSON Lines: one object a row, in UTF-8; no value is null."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.export.plan import Plan


class Writer:
    """Writes rows as JSON Lines."""

    def __init__(self, out: TextIO, plan: Plan) -> None:
        self._out = out
        self._readers = [(item.name, item.read) for item in plan.items]
        self._encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def rows(self, rows: Iterable[Row]) -> None:
        """Writes a line a row."""
        encode, readers = self._encode, self._readers
        self._out.writelines(f"{encode({name: read(row) for name, read in readers})}\n" for row in rows)

    def end(self) -> None:
        """Nothing follows the last row."""
