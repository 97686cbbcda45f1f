"""State, priority and agent of the chosen tickets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from partnertui.domain.support import Priority, TicketState
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.db.rows.types import Row
    from partnertui.db.session import UnitOfWork

T = TypeVar("T")
SNOOZES = ((4, "4 hours"), (24, "a day"), (168, "a week"))


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
    from partnertui.db.tickets.states import set_state

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

    def work(unit: UnitOfWork) -> None:
        for row in context.rows:
            assign(unit, row["id"], operator.id, operator.name, version=row["version"])

    count = len(context.rows)
    run_unit_of_work(
        context, "take the ticket", work, "Assigned to you." if count == 1 else f"{count} assigned to you."
    )
