"""Incident actions: *Reply to all its tickets*, with each customer's own variables filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.domain.ticket_enums import TicketState
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_units_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import TextDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from partnertui.db.database import Database
    from partnertui.db.rows.type_aliases import Row
    from partnertui.domain.operators import Operator

AFTER = (
    (TicketState.PENDING, "Send to all and set to “pending”", "p"),
    (TicketState.SOLVED, "Send to all and solve", "s"),
    (TicketState.OPEN, "Send to all and keep them open", "o"),
)


def answer_tickets(context: ActionContext) -> None:
    """Asks for a canned response to begin with, then for the text and the state that follows."""
    services = context.services

    def read(connection: Connection) -> tuple[Sequence[Row], int]:
        from partnertui.db.incidents.answer_affected_customers import count_answered
        from partnertui.db.tickets.canned_options import canned_responses_for

        return canned_responses_for(connection, None), count_answered(connection, (context.row or {})["id"])

    def choose(answer: tuple[Sequence[Row], int]) -> None:
        found, answered = answer
        items = [Item("", "Empty text"), *(Item(one["body"], one_line(one["name"], 60)) for one in found)]
        services.show_dialog(Picker(services, "Start with", items), lambda body: _write(context, body, answered))

    services.read(context.view, "canned responses", read, choose, opens=True)


def _write(context: ActionContext, body: str, answered: int) -> None:
    row, services = context.row or {}, context.services
    count = row["tickets"]
    heading = f"Reply to {count} ticket{'s' if count != 1 else ''}: variables are filled in for each"
    if answered:
        heading += f"; {answered} had an answer to all before"

    def ask_state(dialog: TextDialog, text: str) -> None:
        items = [Item(state, words, "", key) for state, words, key in AFTER]
        picker = Picker(services, "Send the reply", items, by_key=True)
        services.show_dialog(picker, lambda state: send(dialog, text, state))

    def send(dialog: TextDialog, text: str, state: TicketState) -> None:
        def run(database: Database, operator: Operator, key: str) -> int:
            from partnertui.db.incidents.answer_affected_customers import answer_all

            return answer_all(database, operator, key, row["id"], text, state)

        def done(answered: int) -> str:
            return f"Sent to {answered} ticket{'s' if answered != 1 else ''}."

        run_units_of_work(context, "answer the tickets", run, done, dialog=dialog)

    draft = DraftOf("incidents", row["id"], "reply")
    services.show_dialog(TextDialog(services, heading, body, verb="send", send=ask_state, draft=draft))


def _no_tickets(context: ActionContext) -> str:
    return (
        ""
        if (context.row or {}).get("tickets")
        else "there are no open tickets from affected customers since the incident began"
    )


ACTIONS = (
    Action(
        "incidents.reply",
        "Reply to all its tickets",
        answer_tickets,
        ("upper_r", "R"),
        "reply to all",
        rows="one",
        refuse=_no_tickets,
        group="Incident",
    ),
)
