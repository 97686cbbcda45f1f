"""Actions of an open ticket: open the line under the cursor, and switch between conversation and side pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase


def ticket_of(context: ActionContext) -> TicketBase:
    """The ticket in front."""
    from partnertui.screens.support.ticket_view_parts import TicketBase  # it imports these actions

    return context.front(TicketBase)


def _nothing_here(context: ActionContext) -> str:
    line = ticket_of(context).body.line
    return "" if line.target or line.key else "nothing to open here; {key:record.copy} copies"


TICKET_ACTIONS = (
    Action(
        "ticket.open",
        "Open a quote, a message's headers, an attachment or the line's link",
        lambda context: lazy("partnertui.screens.support.thread_line_actions:open_line")(
            ticket_of(context), ticket_of(context).body.line
        ),
        ("enter",),
        "open",
        refuse=_nothing_here,
        group="Ticket",
    ),
    Action(
        "ticket.next-pane",
        "Switch between the thread and the pane with calls, endpoints, payments and other tickets",
        lambda context: ticket_of(context).next_pane(),
        ("tab", "shift+tab"),
        "pane",
        group="Ticket",
    ),
)
