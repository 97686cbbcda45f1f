"""*Why is it due then?*: explains a ticket's SLA, day by day, and its impact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from partnertui.domain.duration_text import short_duration
from partnertui.domain.plurals import plural
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.support.harm_text import harm_text

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.tickets.due_explanation import DueExplanation

MOST_DAYS = 60


def explain_due_time(context: ActionContext) -> None:
    """Shows which hours and days the due time counts, which it skips, and how the impact is made up."""
    row, services = context.row or {}, context.services

    def read(connection: Connection) -> DueExplanation:
        from partnertui.db.tickets.due_explanation import explain_due

        return explain_due(connection, row["id"])

    def show(found: DueExplanation) -> None:
        impact = harm_text(row)
        words = [*due_words(found), *((("", ""), (f"Impact: {one_line(impact)}.", "value")) if impact else ())]

        def lines(width: int) -> list[Line]:
            return [line for text, role in words for line in (wrapped(text, width, role) if text else [BLANK])]

        services.show_dialog(LinesDialog(services, f"When {row['number']} is due", lines), services.open)

    services.read(context.view, "due", read, show, opens=True)


def due_words(found: DueExplanation) -> Iterator[tuple[str, str]]:
    """The explanation, sentence by sentence with its colour role; "" is a blank line."""
    zone, terms = found.terms.hours.zone, found.terms

    def local(at: datetime) -> str:
        return f"{at.astimezone(zone):%a %d %b %Y %H:%M}"

    what, span = ("first response", terms.first_answer) if found.answered is None else ("resolution", terms.solution)
    if found.due is None:
        yield "This ticket has no due time: its business calendar has no open hours.", "warn"
        return
    yield f"The {what} is due on {local(found.due)} ({zone.key}).", "value"
    yield f"Promised within {_hours(span)} of {local(found.created)}, when the ticket was opened.", "value"
    if found.answered is not None:
        yield f"The first response was sent on {local(found.answered)}.", "value"
    yield "", ""
    for day in found.days[:MOST_DAYS]:
        paused = f", {_hours(day.paused)} paused" if day.paused else ""
        reason = f" · {day.reason}" if day.reason else ""
        yield f"{day.day:%a %d %b}  {_hours(day.counted)}{paused}{reason}", "value" if day.counted else "muted"
    if len(found.days) > MOST_DAYS:
        yield f"and {plural(len(found.days) - MOST_DAYS, 'more day')}", "muted"
    yield "", ""
    counted = sum((day.counted for day in found.days), timedelta())
    was_paused = any(day.paused for day in found.days)
    waited = "; the clock was paused while the ticket waited for someone else" if was_paused else ""
    yield f"In total, {_hours(counted)} counted{waited}.", "value"
    if found.paused_since is not None:
        yield (
            f"It has been paused since {local(found.paused_since)}; the due time is extended by the pause.",
            "warn",
        )
    elif found.expected != found.due:
        yield (
            "The priority, the calendar or the targets have changed since and would now give a different time.",
            "warn",
        )


def _hours(span: timedelta) -> str:
    return short_duration(span.total_seconds()) if span else "0 h"
