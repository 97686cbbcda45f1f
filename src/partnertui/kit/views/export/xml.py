"""XML 1.0 as docs/export.xsd has it: what was exported, the columns, then a `row` with a `field` for every value.

A field without a value is left out. Characters that XML 1.0 does not allow become U+FFFD.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.export.plan import Plan, Value

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPED = re.compile('[&<>"\t\n\r]|' + FORBIDDEN.pattern)
# Readers turn a tab or line end in an attribute into a blank, and CR LF into LF (XML 1.0, sections 3.3.3 and 2.11).
NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class Writer:
    """Writes rows as XML."""

    def __init__(self, out: TextIO, plan: Plan) -> None:
        self._out = out
        self._readers = [(f'<field name="{escaped(item.name)}">', item.read) for item in plan.items]
        told = {
            "screen": plan.screen,
            "exported-at": plan.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "filter": plan.filter,
            "customer": "" if plan.customer is None else str(plan.customer),
        }
        head = "".join(f' {name}="{escaped(value)}"' for name, value in told.items() if value or name == "filter")
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<export{head}>\n<columns>\n')
        out.writelines(
            f'<column name="{escaped(item.name)}" type="{item.type}" title="{escaped(item.title)}"/>\n'
            for item in plan.items
        )
        out.write("</columns>\n<rows>\n")

    def rows(self, rows: Iterable[Row]) -> None:
        """Writes an element a row."""
        for row in rows:
            found = ((head, read(row)) for head, read in self._readers)
            fields = "".join(f"{head}{word(value)}</field>" for head, value in found if value is not None)
            self._out.write(f"<row>{fields}</row>\n")

    def end(self) -> None:
        """Closes what is open."""
        self._out.write("</rows>\n</export>\n")


def word(value: Value) -> str:
    """A value as character data."""
    if isinstance(value, str):
        return escaped(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def escaped(text: str) -> str:
    """Text as character data or attribute value that is read back as it was."""
    return ESCAPED.sub(lambda match: NAMED.get(match[0], "\ufffd"), text)
