"""What can be done with tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from partnertui.domain.support import Priority, TicketState
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import TextDialog

T = TypeVar("T")

if TYPE_CHECKING:
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


def reply(context: ActionContext, text: str = "") -> None:
    """Writes a reply, then asks what state comes after it; a refused one is kept to be sent again."""
    row, services = context.row or {}, context.services

    def written(body: str) -> None:
        items = [Item(state, words, "", key) for state, words, key in AFTER_REPLY]
        services.show_dialog(
            Picker(services, "Send the reply", items, by_key=True),
            lambda state: send(body, state),
            on_cancel=lambda: reply(context, body),
        )

    def send(body: str, state: TicketState) -> None:
        from partnertui.db import tickets

        def work(unit: UnitOfWork) -> None:
            tickets.reply(unit, row["id"], body, state, version=row["version"])

        run_unit_of_work(context, "send the reply", work, "Sent.", retry=lambda: reply(context, body))

    heading = f"Reply to {row.get('requester_name') or 'the customer'}"
    services.show_dialog(TextDialog(services, heading, text, verb="send"), written)


def write_note(context: ActionContext, text: str = "") -> None:
    """Writes an internal note into the conversation."""
    row = context.row or {}

    def written(body: str) -> None:
        from partnertui.db.tickets import note

        run_unit_of_work(
            context,
            "add the note",
            lambda unit: note(unit, row["id"], body),
            "Note added.",
            retry=lambda: write_note(context, body),
        )

    context.services.show_dialog(
        TextDialog(context.services, "Internal note: not visible to the customer", text), written
    )


def each(
    context: ActionContext, title: str, items: Sequence[Item[T]], act: Callable[[UnitOfWork, int, T], None]
) -> None:
    """Asks for a value and gives it to every chosen ticket, in one unit of work."""

    def picked(value: T) -> None:
        def work(unit: UnitOfWork) -> None:
            for row in context.rows:
                act(unit, row["id"], value)

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
    each(context, "State", items, lambda unit, ticket, value: set_state(unit, ticket, value[0], hours=value[1]))


def change_priority(context: ActionContext) -> None:
    """Another priority."""
    from partnertui.db.tickets import set_priority

    now = (context.row or {}).get("priority")
    items = [Item(one, one.value.capitalize(), "current" if one == now else "") for one in Priority]
    each(context, "Priority", items, set_priority)


def take(context: ActionContext) -> None:
    """Gives the chosen tickets to whoever asks."""
    from partnertui.db.tickets import assign

    operator = context.operator
    if operator is None:
        return

    def work(unit: UnitOfWork) -> None:
        for row in context.rows:
            assign(unit, row["id"], operator.id, operator.name)

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
