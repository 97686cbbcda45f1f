"""All actions on tickets, in the order of help and menu: reply, note, canned response, undo, state, snooze and more."""

from __future__ import annotations

from partnertui.domain.ticket_enums import TicketState
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.support.canned_reply import reply_with_canned
from partnertui.screens.support.composer_opening import reply, write_note
from partnertui.screens.support.explain_due import explain_due_time
from partnertui.screens.support.figures_action import FIGURES
from partnertui.screens.support.linked_call_trace import TRACE_LINKED
from partnertui.screens.support.shift_handover import HANDOVER
from partnertui.screens.support.snoozing import snooze
from partnertui.screens.support.state_and_assignment_actions import change_priority, change_state, refuse_done, take
from partnertui.screens.support.take_over_draft import TAKE_OVER
from partnertui.screens.support.troubleshooting_actions import SOLVING_ACTIONS


def _closed(context: ActionContext) -> str:
    row = context.row or {}
    return "this ticket is closed: reopen it first" if row.get("state") == TicketState.CLOSED else ""


def _taken(context: ActionContext) -> str:
    mine = context.operator is not None and all(row.get("agent_id") == context.operator.id for row in context.rows)
    return "it's already assigned to you" if context.rows and mine else ""


ACTIONS = (
    Action(
        "support.reply",
        "Reply",
        reply,
        ("upper_r", "R"),
        "reply",
        rows="one",
        refuse=_closed,
        group="Ticket",
        leads_to=("In a reply", "partnertui.screens.support.compose_actions:COMPOSE_ACTIONS"),
    ),
    Action(
        "support.internal-note",
        "Internal note",
        write_note,
        ("i",),
        "internal",
        rows="one",
        group="Ticket",
        leads_to=("In a ticket", "partnertui.screens.support.ticket_view_actions:TICKET_ACTIONS"),
    ),
    Action(
        "support.canned",
        "Reply with a canned response",
        reply_with_canned,
        ("ctrl+r",),
        "canned",
        rows="one",
        refuse=_closed,
        group="Ticket",
    ),
    Action(
        "support.undo",
        "Recall the reply just sent, or undo your last change",
        lazy("partnertui.screens.support.reply_sending:recall_reply"),
        ("ctrl+z",),
        reads_row=True,
        group="Ticket",
    ),
    TRACE_LINKED,
    Action("support.state", "Change the state", change_state, ("upper_s", "S"), "state", rows="many", group="Ticket"),
    Action(
        "support.snooze",
        "Snooze",
        snooze,
        ("ctrl+d",),
        "snooze",
        rows="many",
        refuse=refuse_done,
        group="Ticket",
        about="until a time, or until the next call, registration or payment",
    ),
    Action(
        "support.explain", "Explain the due time", explain_due_time, ("upper_e", "E"), "due", rows="one", group="Ticket"
    ),
    Action("support.priority", "Change the priority", change_priority, ("upper_p", "P"), rows="many", group="Ticket"),
    *SOLVING_ACTIONS,
    FIGURES,
    HANDOVER,
    TAKE_OVER,
    Action(
        "support.take", "Take the ticket", take, ("upper_k", "K"), "take", rows="many", refuse=_taken, group="Ticket"
    ),
)
