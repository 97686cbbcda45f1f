"""Changes many tickets at once: asks first where a colleague's are among them; undone together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.domain.capital_letter import capital
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.last_changed_rows import remember_changed
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.unit_of_work import UnitOfWork

Act = Callable[["UnitOfWork", "Row"], None]
NAMES_SHOWN = 3
NOBODY = -1
"""Picked instead of an agent's ID."""


def theirs(context: ActionContext) -> str:
    """Whose the chosen tickets are, as in "3 of 12 belong to Bob."; "" where none, or just one is chosen."""
    own = context.operator.id if context.operator is not None else None
    foreign = [row for row in context.rows if row.get("agent_id") not in (None, own)]
    if not foreign or len(context.rows) < 2:
        return ""
    names = list(dict.fromkeys(one_line(str(row.get("agent") or "a colleague"), 40) for row in foreign))
    if len(names) > NAMES_SHOWN:
        names = [*names[: NAMES_SHOWN - 1], f"{len(names) - NAMES_SHOWN + 1} others"]
    who = " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
    return f"{len(foreign)} of {len(context.rows)} belong{'s' if len(foreign) == 1 else ''} to {who}."


def if_agreed(context: ActionContext, then: Callable[[], None]) -> None:
    """Goes on at once with tickets that are one's own or nobody's; asks before several of which some are others'."""
    whose = theirs(context)
    if not whose:
        then()
        return
    question = Confirm(context.services, "Change colleagues' tickets?", f"{whose} Change them anyway?", "change them")
    context.services.show_dialog(question, lambda yes: then())


def change_tickets(
    context: ActionContext,
    title: str,
    act: Act,
    done: str,
    many: str = "",
    *,
    then: Callable[[], None] | None = None,
) -> None:
    """Changes every chosen ticket in one unit of work, undone as one.

    `done` is what is said of one ticket, `many` of several: its {count} is their number. `then` is called when it is
    committed.
    """
    rows = context.rows

    def work(unit: UnitOfWork) -> int:
        with unit.session.no_autoflush:  # one entry in the history of each ticket: undo takes back the last one
            for row in rows:
                act(unit, row)
        return len(rows)

    def finished(count: int) -> str:
        remember_changed(context.view, rows)
        if then is not None:
            then()
        return done if count == 1 else (many or "{count} tickets updated.").format(count=count)

    if_agreed(context, lambda: run_unit_of_work(context, title, work, finished))


def assign(context: ActionContext) -> None:
    """Asks for an agent, or nobody, and assigns the chosen tickets."""
    services = context.services

    def read(connection: Connection) -> list[tuple[int, str, int]]:
        from partnertui.db.tickets.agent_options import agents

        return agents(connection, context.operator)

    def found(agents: list[tuple[int, str, int]]) -> None:
        items = [Item((number, name), name, f"{count:,} open") for number, name, count in agents]
        items.append(Item((NOBODY, "nobody"), "Nobody", "unassigned"))
        count = len(context.rows)
        heading = "Assign to" if count == 1 else f"Assign {count} tickets to"
        services.show_dialog(Picker(services, heading, items), assign_to)

    def assign_to(agent: tuple[int, str]) -> None:
        number, name = agent

        def act(unit: UnitOfWork, row: Row) -> None:
            from partnertui.db.tickets.states import assign

            assign(unit, row["id"], None if number == NOBODY else number, name, version=row["version"])

        # The sentence goes through str.format, to which a brace in a name is a field.
        shown = one_line(name, 40).replace("{", "(").replace("}", ")")
        done = "unassigned" if number == NOBODY else f"assigned to {shown}"
        change_tickets(context, "assign the ticket", act, f"{capital(done)}.", f"{{count}} {done}.")

    services.read(context.view, "agents", read, found, opens=True)
