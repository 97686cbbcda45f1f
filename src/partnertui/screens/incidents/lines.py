"""Lines of an incident's record: open tickets, affected customers, newest failures."""

from __future__ import annotations

from partnertui.db.rows.type_aliases import Row
from partnertui.kit.declare.kinds import Number, Time
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

NUMBER, TIME = Number(), Time()


def ticket_lines(row: Row, width: int) -> list[Line]:
    """The open tickets of its customers since it began."""
    found = [
        _line(f"{one['number']:<10} {one['state']:<8} {one['subject']}", width, "support", one["id"])
        for one in row.get("hit_tickets", ())
    ]
    return found or [Line((("none since the incident began", "muted"),))]


def customer_lines(row: Row, width: int) -> list[Line]:
    """The customers that were hit, those with the most failures first."""
    found = [
        _line(f"{one['failures']:>5}  {one['company']}", width, "customers", one["id"])
        for one in row.get("hit_customers", ())
    ]
    return found or [Line((("no known customers", "muted"),))]


def call_lines(row: Row, width: int) -> list[Line]:
    """The newest failures."""
    lines = []
    for one in row.get("newest_failures", ()):
        when = TIME.text(one["at"])
        if one["cdr_id"] is None:
            lines.append(Line(((fit(f"{when}  {one_line(one['aor'])}", width, "left", "…"), "value"),)))
        else:
            pair = f"{NUMBER.text(one['source_number'])} to {NUMBER.text(one['destination_number'])}"
            lines.append(_line(f"{when}  {pair}", width, "cdr", one["cdr_id"]))
    return lines


def _line(text: str, width: int, screen: str, record: int) -> Line:
    shown = one_line(text)
    return Line(((fit(shown, width, "left", "…").rstrip(), "link"),), Location(screen, record), shown)
