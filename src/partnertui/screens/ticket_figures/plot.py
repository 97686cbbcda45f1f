"""Plots the ticket statistics of the tab shown: lines by day, bars by agent, customer and verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from partnertui.db.tickets.figures import ticket_figures
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.widgets.dialog import BOX_CSS, ActionDialog, close_action, help_action
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.ticket_figures.bars import bar_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from textual.app import ComposeResult
    from textual_plot import PlotWidget

    from partnertui.db.rows.type_aliases import RowDict

LINES = (("opened", "accent"), ("answered", "good"), ("solved", "warn"))
TIMES = (("first_answer", "first response", "accent"), ("solution", "resolution", "warn"))
"""What is drawn, with its colour role."""
HOUR = 3600.0


class PlotDialog(ActionDialog[None]):
    """Tickets opened, replies and tickets solved, day by day; below, the median times."""

    DEFAULT_CSS = BOX_CSS.format(name="PlotDialog") + (
        "PlotDialog > Vertical { height: 96%; width: 90%; } PlotDialog PlotWidget { height: 1fr; }"
    )

    def __init__(self, services: Services, days: Sequence[RowDict]) -> None:
        super().__init__(services, "Tickets opened, replies and tickets solved by day")
        self.days = days
        self._counts: PlotWidget
        self._times: PlotWidget

    def compose(self) -> ComposeResult:
        """The plots in a box."""
        from textual_plot import PlotWidget  # numpy with it: 0.7 s that nobody else waits for

        with Vertical() as box:
            self.title_box(box)
            self._counts, self._times = PlotWidget(allow_pan_and_zoom=False), PlotWidget(allow_pan_and_zoom=False)
            yield self._legend([("replies" if name == "answered" else name, role) for name, role in LINES])
            yield self._counts
            yield self._legend([(f"{title}, hours", role) for _, title, role in TIMES])
            yield self._times

    def _legend(self, lines: Sequence[tuple[str, str]]) -> Static:
        """What is drawn in which colour, above its plot: the plot's own legend would hide lines on a small screen."""
        mark = self.services.symbols.line * 2
        pieces = [(f"  {mark} {name}", self.services.palette.colour(role)) for name, role in lines]
        return Static(Text.assemble(*pieces))

    def on_mount(self) -> None:
        """Draws the lines."""
        for name, role in LINES:
            values = [(at, float(day[name])) for at, day in enumerate(self.days)]
            self._draw(self._counts, values, role)
        for name, _, role in TIMES:
            values = [(at, day[name] / HOUR) for at, day in enumerate(self.days) if day[name] is not None]
            self._draw(self._times, values, role)
        self._times.set_xlabel(f"day, {self.days[0]['name']} to {self.days[-1]['name']}")
        for plot in (self._counts, self._times):
            plot.set_xlimits(xmin=0, xmax=len(self.days) - 1)
            plot.set_ylimits(ymin=0)
            plot.margin_top = 0
        self._counts.margin_bottom = 1  # its axis, without a label: the days are named below

    def _draw(self, plot: PlotWidget, values: Sequence[tuple[int, float]], role: str) -> None:
        from textual_plot import HiResMode  # see compose

        if values:
            days, figures = zip(*values, strict=True)
            colour = self.services.palette.colour(role)
            plot.plot(days, figures, line_style=colour, hires_mode=HiResMode.BRAILLE)

    def actions(self) -> tuple[Action, ...]:
        """Close."""
        return PLOT_ACTIONS


def show_plot(context: ActionContext) -> None:
    """Draws the figures of the tab shown, which is that of its rows."""
    services, operator = context.services, context.operator
    grouping = str((context.row or {}).get("grouping", "day"))
    if operator is None:
        return

    def read(connection: Connection) -> list[RowDict]:
        return [row for row in ticket_figures(connection, operator, utc_now()) if row["grouping"] == grouping]

    def show(rows: list[RowDict]) -> None:
        if grouping != "day":
            rule = services.symbols.line
            lines = LinesDialog(services, f"Tickets by {grouping}", lambda width: bar_lines(rows, width, rule))
            services.show_dialog(lines, lambda target: None)
        elif len(rows) < 2:
            services.notify("A plot needs at least two days with tickets.", "warn")
        else:
            services.show_dialog(PlotDialog(services, rows))

    services.read(context.view, "figures", read, show, opens=True)


PLOT_ACTIONS = (help_action("plot"), close_action("plot", "close", "q"))
ACTIONS = (
    Action(
        "figures.statistics",
        "Plot",
        show_plot,
        ("upper_i", "I"),
        "plot",
        rows="one",
        group="Statistics",
        about="lines by day; bars by agent, customer and verdict",
        leads_to=("In the plot", "partnertui.screens.ticket_figures.plot:PLOT_ACTIONS"),
    ),
)
