"""*What changed just before it broke*: the first failure and the changes in the hours before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.db.changes_before_failure import FIRST_BAD, LAST_GOOD, TimeLine, time_line_of_call, time_line_of_ticket
from partnertui.db.what_changed import BEFORE, Change
from partnertui.domain.plurals import plural
from partnertui.kit.declare.kinds import Time
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.actions import ActionContext, Services

SCREENS = {
    "cdrs": "cdr",
    "tickets": "support",
    "statement_entries": "statements",
    "price_list_entries": "prices",
    "pending_ddis": "pending-ddi",
    "recordings": "monitor",
    "locations": "location",
    "web_sessions": "sessions",
}
"""Screens of tables that have another name; all others are called like their table."""
ROLES = {FIRST_BAD: "bad", LAST_GOOD: "good", "incident": "warn", "phone": "warn", "price": "accent"}
TIME, SORT = 20, 10
"""Cells of the columns."""
Reader = Callable[["Connection", "Operator", int], TimeLine]


def show_before_call(context: ActionContext) -> None:
    """The time line of the call under the cursor."""
    _show(context, time_line_of_call)


def show_before_ticket(context: ActionContext) -> None:
    """The time line of the call, phone or customer that a ticket is about."""
    _show(context, time_line_of_ticket)


def _show(context: ActionContext, reader: Reader) -> None:
    services, operator, row = context.services, context.operator, context.row or {}
    if operator is None:
        return

    def read(connection: Connection) -> TimeLine:
        return reader(connection, operator, row["id"])

    def show(found: TimeLine) -> None:
        dialog = LinesDialog(services, "What changed before it broke", lambda width: time_lines(services, found, width))
        services.show_dialog(dialog, services.open)

    services.read(context.view, "what changed", read, show, opens=True)


def time_lines(services: Services, found: TimeLine, width: int) -> list[Line]:
    """The sentence about when it broke, then every event; Enter on one goes to its record."""
    role = services.operator.role if services.operator is not None else None
    visible = services.catalog.visible(role)
    lines = [*wrapped(summary(found), width), BLANK]
    hours = int(BEFORE.total_seconds() // 3600)
    lines.append(title_line(f"Timeline of the {hours} hours before", width, services.symbols.line))
    good = found.found.last_good if found.found is not None else None
    for change in found.changes:
        # what happened while calls still got through is less likely to be the cause
        is_earlier = good is not None and change.at < good.started_at
        screen = SCREENS.get(change.table, change.table.replace("_", "-"))
        target = Location(screen, change.record) if screen in visible and change.record is not None else None
        lines += _change_lines(change, width, target, muted=is_earlier)
    if all(change.sort in {FIRST_BAD, LAST_GOOD} for change in found.changes):
        lines += wrapped(
            "Nothing else was recorded in these hours: no change, registration, test, price or incident.",
            width,
            "muted",
        )
    return lines


def summary(found: TimeLine) -> str:
    """When it broke, and how that is known."""
    at = Time().text(found.until)
    if found.found is None:
        return f"No failed call is known for this ticket, so these are the hours before it was opened, {at}."
    if not found.found.series:
        return f"It broke at {at}. No earlier calls can be compared: neither the number nor the user is known."
    count = found.found.failures
    failures = plural(count, "failure")
    before = f"It broke at {at}: {failures} since then in {found.found.series}."
    good = found.found.last_good
    if good is None:
        return f"{before} None of the earlier calls that were checked was answered."
    return f"{before} The last answered call before that was at {Time().text(good.started_at)}."


def _change_lines(change: Change, width: int, target: Location | None, *, muted: bool) -> list[Line]:
    indent = TIME + SORT if width >= 70 else 2
    when, sort = f"{Time().text(change.at):<{TIME}}", f"{change.sort:<{SORT}}"
    look = ROLES.get(change.sort, "link" if target is not None else "value")
    look = "muted" if muted and change.sort not in {FIRST_BAD, LAST_GOOD} else look
    text = one_line(change.text, 1000)
    copied = f"{when.strip()} {change.sort} {text}"
    parts = [line.copy for line in wrapped(text, max(20, width - indent))][:3] or [""]
    if indent == 2:
        head = Line(((when, "muted"), (sort, "key")), target, copied)
        return [head, *(Line(((f"  {part}", look),), target, copied) for part in parts)]
    first = Line(((when, "muted"), (sort, "key"), (parts[0], look)), target, copied)
    return [first, *(Line(((" " * indent + part, look),), target, copied) for part in parts[1:])]
