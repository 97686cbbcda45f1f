"""Changes the state, priority or agent of the marked tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from partnertui.db.models import Ticket
from partnertui.domain.ticket_enums import DONE, Priority, TicketState, WatchKind
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.support.bulk_changes import change_tickets
from partnertui.screens.support.snoozing import snooze

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.unit_of_work import UnitOfWork

T = TypeVar("T")


def each(
    context: ActionContext, title: str, items: Sequence[Item[T]], act: Callable[[UnitOfWork, Row, T], None]
) -> None:
    """Asks for a value and gives it to every chosen ticket, in one unit of work."""
    picker = Picker(context.services, title, items)
    context.services.show_dialog(picker, lambda value: change_all(context, title, value, act))


def change_all(
    context: ActionContext,
    title: str,
    value: T,
    act: Callable[[UnitOfWork, Row, T], None],
    then: Callable[[], None] | None = None,
) -> None:
    """Gives a value to every chosen ticket, in one unit of work; `then` is called when it is committed."""
    change_tickets(context, f"change the {title.lower()}", lambda unit, row: act(unit, row, value), "Done.", then=then)


def refuse_done(context: ActionContext) -> str:
    """Why a ticket that is solved or closed isn't snoozed; "" if it can be."""
    done = any(row.get("state") in DONE for row in context.rows)
    return "a solved or closed ticket can't be snoozed: reopen it first" if done else ""


def change_state(context: ActionContext) -> None:
    """Another state; a solved ticket may come back at the customer's next failed call.

    Snoozing asks until when in a form of its own.
    """

    def picked(chosen: tuple[TicketState, bool]) -> None:
        if chosen[0] == TicketState.SNOOZED:
            snooze(context)
        else:
            change_all(context, "State", chosen, act, solved if chosen[0] == TicketState.SOLVED else None)

    def solved() -> None:
        if len(context.rows) == 1:
            lazy("partnertui.screens.support.repeat_test:offer_proof")(replace(context, row=context.rows[0]))

    def act(unit: UnitOfWork, row: Row, chosen: tuple[TicketState, bool]) -> None:
        from partnertui.db.tickets.states import set_state
        from partnertui.db.tickets.wake_conditions import watch_for

        state, watches = chosen
        set_state(unit, row["id"], state, version=row["version"])
        if watches:
            watch_for(unit, unit.get(Ticket, row["id"]), WatchKind.FAILURE, "")

    states = [state for state in TicketState if state not in {TicketState.SNOOZED, TicketState.NEW}]
    now = (context.row or {}).get("state")
    items: list[Item[tuple[TicketState, bool]]] = [
        Item((state, False), state.value.capitalize(), "current" if state == now else "") for state in states
    ]
    watched = Item((TicketState.SOLVED, True), "Solved; reopen on the next failed call")
    items.insert(states.index(TicketState.SOLVED) + 1, watched)
    if not refuse_done(context):
        items.append(Item((TicketState.SNOOZED, False), "Snooze until a time or an event"))
    context.services.show_dialog(Picker(context.services, "State", items), picked)


def change_priority(context: ActionContext) -> None:
    """Another priority."""
    from partnertui.db.tickets.states import set_priority

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
    from partnertui.db.tickets.states import assign

    operator = context.operator
    if operator is None:
        return

    def act(unit: UnitOfWork, row: Row) -> None:
        assign(unit, row["id"], operator.id, operator.name, version=row["version"])

    change_tickets(context, "take the ticket", act, "Assigned to you.", "{count} assigned to you.")
