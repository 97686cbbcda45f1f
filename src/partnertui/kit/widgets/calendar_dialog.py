"""A calendar: a month to choose a day from, by arrows or by a click."""

from __future__ import annotations

from calendar import Calendar, monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

CELL = 4
"""Cells of a day."""
LINES = 8
"""Month, weekdays, and at most six weeks."""


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one; the day itself where the calendar ends."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not date.min.year <= year <= date.max.year:
        return day
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class MonthView(Widget, can_focus=True):
    """The month of the chosen day; weeks begin on Monday (ISO 8601)."""

    DEFAULT_CSS = f"MonthView {{ height: {LINES}; width: {7 * CELL}; }}"

    class Chosen(Message):
        """A day was clicked."""

    def __init__(self, services: Services, day: date, today: date) -> None:
        super().__init__()
        self.services, self.day, self.today = services, day, today

    def move(self, day: date) -> None:
        """Goes to another day."""
        self.day = day
        self.refresh()

    def step(self, days: int) -> None:
        """Goes some days further; stays where the calendar ends."""
        if date.min.toordinal() <= self.day.toordinal() + days <= date.max.toordinal():
            self.move(self.day + timedelta(days=days))

    def weeks(self) -> list[list[date]]:
        """The days of the weeks that the month touches."""
        return Calendar().monthdatescalendar(self.day.year, self.day.month)

    def render_line(self, y: int) -> Strip:
        """Month, weekdays, or a week."""
        palette = self.services.palette
        if y == 0:
            return Strip([Segment(f"{self.day:%B %Y}".center(7 * CELL), palette.style("title"))])
        if y == 1:
            names = "".join(f"{name:>{CELL - 1}} " for name in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"))
            return Strip([Segment(names, palette.style("muted"))])
        weeks = self.weeks()
        if y - 2 >= len(weeks):
            return Strip.blank(7 * CELL, palette.style("text"))
        return Strip([Segment(f"{day.day:>{CELL - 1}} ", self._style(day)) for day in weeks[y - 2]])

    def _style(self, day: date) -> Style:
        palette = self.services.palette
        if day == self.day:
            return palette.style("", "cursor")
        return palette.style("accent" if day == self.today else "muted" if day.month != self.day.month else "")

    def on_click(self, event: events.Click) -> None:
        """A click chooses a day."""
        weeks = self.weeks()
        if 2 <= event.y < 2 + len(weeks) and event.x < 7 * CELL:
            self.move(weeks[event.y - 2][event.x // CELL])
            self.post_message(self.Chosen())


class CalendarDialog(ActionDialog[date]):
    """Answers with a day."""

    DEFAULT_CSS = """
    CalendarDialog { align: center middle; background: transparent; }
    CalendarDialog > Vertical { width: 44; height: auto; padding: 1 6; border: round $role-border-focus;
        border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    def __init__(self, services: Services, heading: str, day: date, today: date) -> None:
        super().__init__(services, heading)
        self.month = MonthView(services, day, today)

    def compose(self) -> ComposeResult:
        """The month in a box."""
        with Vertical() as box:
            self.title_box(box)
            yield self.month

    def actions(self) -> tuple[Action, ...]:
        """Choose, move, close."""
        return CALENDAR_ACTIONS

    def on_mount(self) -> None:
        """Takes the keyboard."""
        self.month.focus()

    def choose(self) -> None:
        """Answers with the day under the cursor."""
        self.dismiss(self.month.day)

    def on_month_view_chosen(self, event: MonthView.Chosen) -> None:
        """A click chooses."""
        event.stop()
        self.choose()


def _month(context: ActionContext) -> MonthView:
    return context.front(CalendarDialog).month


def _by_months(context: ActionContext, months: int) -> None:
    month = _month(context)
    month.move(months_later(month.day, months))


def _end(context: ActionContext) -> None:
    month = _month(context)
    month.move(month.day.replace(day=monthrange(month.day.year, month.day.month)[1]))


CALENDAR_ACTIONS = (
    Action("calendar.open", "Choose the day", lambda c: c.front(CalendarDialog).choose(), ("enter",), "choose"),
    Action("calendar.left", "Previous day", lambda c: _month(c).step(-1), ("left",)),
    Action("calendar.right", "Next day", lambda c: _month(c).step(1), ("right",)),
    Action("calendar.up", "A week earlier", lambda c: _month(c).step(-7), ("up", "k")),
    Action("calendar.down", "A week later", lambda c: _month(c).step(7), ("down", "j")),
    Action("calendar.page-up", "Previous month", lambda c: _by_months(c, -1), ("pageup",)),
    Action("calendar.page-down", "Next month", lambda c: _by_months(c, 1), ("pagedown",), "month"),
    Action("calendar.first", "First of the month", lambda c: _month(c).move(_month(c).day.replace(day=1)), ("home",)),
    Action("calendar.last", "Last of the month", _end, ("end",)),
    help_action("calendar"),
    close_action("calendar", "back"),
)
