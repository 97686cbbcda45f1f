"""Opens the editor for a reply or note, from the ticket list or from the ticket."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import ActionContext, Services
from partnertui.kit.declare.view_location import Location
from partnertui.screens.support.composer import NOTE, REPLY

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase

Then = Callable[["TicketBase"], object]


def nothing(view: TicketBase) -> None:
    """No-op."""


def open_ticket(services: Services, location: Location, kind: str, then: Then = nothing) -> None:
    """Goes to a ticket and opens its composer, then calls `then` with its view."""
    from partnertui.screens.support.ticket_view_parts import TicketBase

    if services.location() != location:
        services.open(location)
    view = services.context().view
    if isinstance(view, TicketBase):
        view.write(kind, partial(then, view))


def write_to(context: ActionContext, kind: str, then: Then = nothing) -> None:
    """Opens the composer of the ticket that is open, or of the row under the cursor, then calls `then`."""
    from partnertui.screens.support.ticket_view_parts import TicketBase

    view, row = context.view, context.row or {}
    if isinstance(view, TicketBase):
        view.write(kind, partial(then, view))
    else:
        open_ticket(context.services, Location("support", row["id"], row=row), kind, then)


def reply(context: ActionContext) -> None:
    """Writes a reply below the thread."""
    write_to(context, REPLY)


def write_note(context: ActionContext) -> None:
    """Writes an internal note into the conversation."""
    write_to(context, NOTE)
