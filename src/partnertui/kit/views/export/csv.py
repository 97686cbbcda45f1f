"""CSV by RFC 4180: UTF-8, a line of names, CR LF, nothing that a spreadsheet would run.

A text that begins with = + - @ tab, CR or LF is a formula to a spreadsheet, so an apostrophe goes before it; one that
begins with apostrophes and such a sign gets one more, so that taking one away from those always gives the text back.
A sign followed by digits alone is a number (+442079460000, -12.50): no formula can be in it, and it stays as it is.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.export.plan import Plan, Value

DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")
CLUES = frozenset("'=+-@\t\r\n")
NUMBER = re.compile(r"[+-][0-9]+(\.[0-9]+)?\Z")
TRUTH = {True: "true", False: "false"}


class Writer:
    """Writes rows as CSV."""

    def __init__(self, out: TextIO, plan: Plan) -> None:
        self._csv = csv.writer(out, lineterminator="\r\n")
        self._readers = [item.read for item in plan.items]
        self._csv.writerow([item.name for item in plan.items])

    def rows(self, rows: Iterable[Row]) -> None:
        """Writes a line a row."""
        readers = self._readers
        self._csv.writerows([[cell(read(row)) for read in readers] for row in rows])

    def end(self) -> None:
        """Nothing follows the last row."""


def cell(value: Value) -> str | int:
    """A value as a cell: None is empty, booleans are true and false, formulas are defused."""
    if isinstance(value, str):
        if value[:1] in CLUES and DANGEROUS.match(value) and not NUMBER.match(value):
            return f"'{value}"
        return value
    if value is None:
        return ""
    return TRUTH[value] if isinstance(value, bool) else value
