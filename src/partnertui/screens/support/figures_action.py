"""The action that opens the Ticket statistics screen from the ticket list."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.view_location import Location


def open_figures(context: ActionContext) -> None:
    """Opens the list of figures."""
    context.services.open(Location("ticket-figures"))


FIGURES = Action(
    "support.statistics", "Ticket statistics", open_figures, ("upper_i", "I"), "statistics", group="Ticket"
)
"""Opens the figures from the queue."""
