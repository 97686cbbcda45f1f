"""Lines of an order's record: state, acting party, dates, route, price and first call of each number."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.domain.pbx_enums import PendingState, TargetType
from partnertui.domain.phone_numbers import format_number
from partnertui.kit.declare.kinds import Number, Row
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.pending_ddi.state_roles import STATES

INDENT = "   "


def number_lines(row: Row, width: int) -> Iterator[Line]:
    """A line a number with its state, and below it what is known of it; Enter goes to its DDI."""
    parts = row.get("parts") or ()
    if not parts:
        yield Line((("none yet: “Edit” adds them", "muted"),))
    for part in parts:
        shown, role = format_number(part["number"]), dict(STATES).get(part["state"], "")
        target = Location("ddis", part["ddi_id"]) if part["ddi_id"] is not None else None
        look = "link" if target is not None else "value"
        yield Line(((f"{shown:<20}", look), (part["state"].value, role)), target, Number().text(part["number"]))
        for text, tone in _about(part, row):
            for line in wrapped(one_line(text, 500), width - len(INDENT), tone):
                yield Line(((INDENT, ""), *line.pieces))


def _about(part: Row, row: Row) -> Iterator[tuple[str, str]]:
    if part["state"] == PendingState.ACTIVATED:
        first = row.get("first_calls", {}).get(part["number"])
        yield (
            (f"first inbound call: {first.astimezone():%Y-%m-%d %H:%M}", "good")
            if first is not None
            else (
                "first inbound call: none yet",
                "warn",
            )
        )
        return
    if part["acting_party"] is not None or part["required_action"]:
        party = part["acting_party"].value if part["acting_party"] is not None else "not set"
        yield f"waiting for: {party}{_behind(part['required_action'])}", "warn"
    if part["documents_missing"] and part["state"] != PendingState.CANCELLED:
        yield f"missing: {part['documents_missing']}", "bad"
    if part["reason"]:
        yield f"reason: {part['reason']}", "bad"
    if part["state"] != PendingState.CANCELLED:
        agreed = f"agreed for {part['agreed_at'].astimezone():%Y-%m-%d}, " if part["agreed_at"] is not None else ""
        route = "no target" if part["route_type"] == TargetType.NONE else f"to {part['target'] or part['route_type']}"
        yield f"{agreed}{route}, {part['price_name'] or 'no price'}", "muted"


def _behind(text: str | None) -> str:
    return f"; {text}" if text else ""
