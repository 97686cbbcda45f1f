"""*Handover*: shows the summary of this agent's tickets for a colleague, at the end of a shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Remaining
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from partnertui.db.tickets.shift_handover import HandedTicket

QUOTED = 160
DUE = Remaining(past="overdue")


def show_handover(context: ActionContext) -> None:
    """Shows the digest; its lines lead to the tickets and can be copied."""
    services, operator = context.services, context.operator
    if operator is None:
        return

    def read(connection: Connection) -> Sequence[HandedTicket]:
        from partnertui.db.tickets.shift_handover import handed_tickets

        return handed_tickets(connection, operator, utc_now())

    def show(found: Sequence[HandedTicket]) -> None:
        heading = f"Handover from {one_line(operator.name, 40)}: {plural(len(found), 'ticket')}"
        rule = services.symbols.line
        services.show_dialog(
            LinesDialog(services, heading, lambda width: handover_lines(found, width, rule)), services.open
        )

    services.read(context.view, "handover", read, show, opens=True)


def handover_lines(found: Sequence[HandedTicket], width: int, rule: str) -> list[Line]:
    """A heading for each ticket, then its state, due time, promises and the last thing that was said."""
    if not found:
        return [Line((("You have no open tickets.", "muted"),))]
    lines: list[Line] = []
    for ticket in found:
        place = Location("support", ticket.id)
        lines.append(title_line(f"{ticket.number} {one_line(ticket.subject, 60)}", width, rule))
        due = f", due in {DUE.text(ticket.due_at)}" if ticket.due_at is not None and not ticket.is_paused else ""
        if ticket.due_at is not None and ticket.due_at <= utc_now() and not ticket.is_paused:
            due = f", {DUE.text(ticket.due_at)}"
        head = f"{ticket.company or 'no customer'}: {ticket.state}, {ticket.priority}{due}"
        lines += [Line(line.pieces, place, head) for line in wrapped(one_line(head), width, "link")]
        lines += [line for promise in ticket.promises for line in wrapped(f"promised: {promise}", width, "warn")]
        if ticket.last_said:
            said = f"{ticket.last_author}: {ticket.last_said}"
            lines += wrapped(one_line(said, QUOTED), width, "value", indent="  ")
        lines.append(BLANK)
    return lines[:-1]


HANDOVER = Action(
    "support.handover", "Handover: my tickets for a colleague", show_handover, (), "handover", group="Ticket"
)
