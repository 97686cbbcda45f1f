"""*Routed here from*: lines that link to every route to a user, group, menu, room or sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection

from partnertui.domain.pbx_enums import TargetType
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.page import Drawing
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

Detail = Callable[[Connection, Row], dict[str, Any]]


def read_referrers(*kinds: TargetType, also: Detail | None = None) -> Detail:
    """The reader of what leads to a record of these kinds, for `detail=`; `also` reads what else the page needs."""

    def read(connection: Connection, row: Row) -> dict[str, Any]:
        from partnertui.db.routed_here import referrers  # the mapped models, which the first frame doesn't need

        found = referrers(connection, row["customer_id"], kinds, row["id"])
        return {"referrers": found, **(also(connection, row) if also is not None else {})}

    return read


def lines(row: Row, width: int) -> Iterator[Line]:
    """One line for each; Enter goes there."""
    for found in row.get("referrers", ()):
        words = one_line(found.words, 500)
        shown = fit(words, width, "left", "…").rstrip()
        yield Line(((shown, "link"),), Location(found.table.replace("_", "-"), found.id), words)
    if not row.get("referrers", ()):
        yield Line((("nowhere: no number, rule, group or menu", "muted"),))


ROUTED_HERE = Drawing("Routed here from", lines)
