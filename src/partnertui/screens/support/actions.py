"""What can be done with tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from partnertui.domain.drafts import DraftOf
from partnertui.domain.support import Priority, TicketState
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import TextDialog

T = TypeVar("T")

if TYPE_CHECKING:
    from partnertui.db.rows.types import Row
    from partnertui.db.session import UnitOfWork

SNOOZES = ((4, "4 hours"), (24, "a day"), (168, "a week"))
AFTER_REPLY = (
    (TicketState.PENDING, "Send, wait for the customer", "p"),
    (TicketState.SOLVED, "Send and solve", "s"),
    (TicketState.OPEN, "Send, keep it open", "o"),
)


def _closed(context: ActionContext) -> str:
    row = context.row or {}
    return "this ticket is closed: reopen it first" if row.get("state") == TicketState.CLOSED else ""


def _taken(context: ActionContext) -> str:
    mine = context.operator is not None and all(row.get("agent_id") == context.operator.id for row in context.rows)
    return "it's already assigned to you" if context.rows and mine else ""


def reply(context: ActionContext) -> None:
    """Writes a reply, then asks what state comes after it, with the text still behind the question."""
    row, services = context.row or {}, context.services

    def ask_state(dialog: TextDialog, body: str) -> None:
        items = [Item(state, words, "", key) for state, words, key in AFTER_REPLY]
        services.show_dialog(
            Picker(services, "Send the reply", items, by_key=True), lambda state: send(dialog, body, state)
        )

    def send(dialog: TextDialog, body: str, state: TicketState) -> None:
        from partnertui.db import tickets

        def work(unit: UnitOfWork) -> None:
            tickets.reply(unit, row["id"], body, state, read_until=dialog.seen["last_update_at"])

        run_unit_of_work(context, "send the reply", work, "Sent.", dialog=dialog)

    draft = DraftOf("tickets", row["id"], "reply")
    heading = f"Reply to {row.get('requester_name') or 'the customer'}"
    services.show_dialog(TextDialog(services, heading, verb="send", send=ask_state, seen=row, draft=draft))


def write_note(context: ActionContext) -> None:
    """Writes an internal note into the conversation."""
    row, services = context.row or {}, context.services

    def send(dialog: TextDialog, body: str) -> None:
        from partnertui.db.tickets import note

        run_unit_of_work(
            context, "add the note", lambda unit: note(unit, row["id"], body), "Note added.", dialog=dialog
        )

    draft = DraftOf("tickets", row["id"], "internal note")
    services.show_dialog(TextDialog(services, "Internal note: not visible to the customer", send=send, draft=draft))


def each(
    context: ActionContext, title: str, items: Sequence[Item[T]], act: Callable[[UnitOfWork, Row, T], None]
) -> None:
    """Asks for a value and gives it to every chosen ticket, in one unit of work."""

    def picked(value: T) -> None:
        def work(unit: UnitOfWork) -> None:
            for row in context.rows:
                act(unit, row, value)

        count = len(context.rows)
        run_unit_of_work(context, title.lower(), work, f"Done for {count} tickets." if count > 1 else "Done.")

    context.services.show_dialog(Picker(context.services, title, items), picked)


def change_state(context: ActionContext) -> None:
    """Another state; snoozing asks for how long."""
    from partnertui.db.tickets import set_state

    states = [state for state in TicketState if state not in {TicketState.SNOOZED, TicketState.NEW}]
    now = (context.row or {}).get("state")
    items: list[Item[tuple[TicketState, int]]] = [
        Item((state, 0), state.value.capitalize(), "current" if state == now else "") for state in states
    ]
    items += [Item((TicketState.SNOOZED, hours), f"Snooze for {words}") for hours, words in SNOOZES]
    each(
        context,
        "State",
        items,
        lambda unit, row, value: set_state(unit, row["id"], value[0], hours=value[1], version=row["version"]),
    )


def change_priority(context: ActionContext) -> None:
    """Another priority."""
    from partnertui.db.tickets import set_priority

    now = (context.row or {}).get("priority")
    items = [Item(one, one.value.capitalize(), "current" if one == now else "") for one in Priority]
    each(
        context,
        "Priority",
        items,
        lambda unit, row, value: set_priority(unit, row["id"], value, version=row["version"]),
    )


def take(context: ActionContext) -> None:
    """Gives the chosen tickets to whoever asks."""
    from partnertui.db.tickets import assign

    operator = context.operator
    if operator is None:
        return

    def work(unit: UnitOfWork) -> None:
        for row in context.rows:
            assign(unit, row["id"], operator.id, operator.name, version=row["version"])

    count = len(context.rows)
    run_unit_of_work(
        context, "take the ticket", work, "Assigned to you." if count == 1 else f"{count} assigned to you."
    )


ACTIONS = (
    Action("support.reply", "Reply", reply, ("upper_r", "R"), "reply", rows="one", refuse=_closed, group="Ticket"),
    Action("support.internal-note", "Internal note", write_note, ("i",), "internal", rows="one", group="Ticket"),
    Action("support.state", "Change the state", change_state, ("upper_s", "S"), "state", rows="many", group="Ticket"),
    Action("support.priority", "Change the priority", change_priority, ("upper_p", "P"), rows="many", group="Ticket"),
    Action("support.take", "Take it", take, ("upper_k", "K"), "take", rows="many", refuse=_taken, group="Ticket"),
)
