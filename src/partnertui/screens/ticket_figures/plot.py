"""Plots the ticket statistics by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical

from partnertui.db.tickets.figures import ticket_figures
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.widgets.dialog import BOX_CSS, ActionDialog, close_action, help_action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from textual.app import ComposeResult
    from textual_plot import PlotWidget

    from partnertui.db.rows.type_aliases import RowDict

LINES = (("opened", "accent"), ("answered", "good"), ("solved", "warn"))
"""What is drawn, with its colour role."""
TICKS = 6


class PlotDialog(ActionDialog[None]):
    """Tickets opened, replies and tickets solved, day by day."""

    DEFAULT_CSS = BOX_CSS.format(name="PlotDialog") + "PlotDialog > Vertical { height: 90%; width: 90%; }"

    def __init__(self, services: Services, days: Sequence[RowDict]) -> None:
        super().__init__(services, "Tickets opened, replies and tickets solved by day")
        self.days = days
        self._plot: PlotWidget

    def compose(self) -> ComposeResult:
        """The plot in a box."""
        from textual_plot import PlotWidget  # numpy with it: 0.7 s that nobody else waits for

        with Vertical() as box:
            self.title_box(box)
            self._plot = PlotWidget(allow_pan_and_zoom=False)
            yield self._plot

    def on_mount(self) -> None:
        """Draws the lines."""
        from textual_plot import HiResMode

        places = list(range(len(self.days)))
        for name, role in LINES:
            values = [float(day[name]) for day in self.days]
            title = "replies" if name == "answered" else name
            colour = self.services.palette.colour(role)
            self._plot.plot(places, values, line_style=colour, hires_mode=HiResMode.BRAILLE, label=title)
        self._plot.set_xlabel(f"day, {self.days[0]['name']} to {self.days[-1]['name']}")
        self._plot.set_ylimits(ymin=0)
        self._plot.show_legend()

    def actions(self) -> tuple[Action, ...]:
        """Close."""
        return PLOT_ACTIONS


def show_plot(context: ActionContext) -> None:
    """Draws the figures by day, whatever tab is shown."""
    services, operator = context.services, context.operator
    if operator is None:
        return

    def read(connection: Connection) -> list[RowDict]:
        rows = ticket_figures(connection, operator, utc_now())
        return [row for row in rows if row["grouping"] == "day"]

    def show(days: list[RowDict]) -> None:
        if len(days) < 2:
            services.notify("A plot needs at least two days with tickets.", "warn")
        else:
            services.show_dialog(PlotDialog(services, days))

    services.read(context.view, "figures", read, show, opens=True)


PLOT_ACTIONS = (help_action("plot"), close_action("plot", "close", "q"))
ACTIONS = (
    Action(
        "figures.statistics",
        "Plot by day",
        show_plot,
        ("upper_i", "I"),
        "plot",
        group="Statistics",
        leads_to=("In the plot", "partnertui.screens.ticket_figures.plot:PLOT_ACTIONS"),
    ),
)
