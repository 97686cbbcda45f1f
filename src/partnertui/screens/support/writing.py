"""Replies and internal notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.domain.support import TicketState
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.views.unit_of_work import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import TextDialog

if TYPE_CHECKING:
    from partnertui.db.session import UnitOfWork

AFTER_REPLY = (
    (TicketState.PENDING, "Send, wait for the customer", "p"),
    (TicketState.SOLVED, "Send and solve", "s"),
    (TicketState.OPEN, "Send, keep it open", "o"),
)


def reply(context: ActionContext) -> None:
    """Writes a reply, then asks what state comes after it, with the text still behind the question."""
    row, services = context.row or {}, context.services

    def ask_state(dialog: TextDialog, body: str) -> None:
        items = [Item(state, words, "", key) for state, words, key in AFTER_REPLY]
        services.show_dialog(
            Picker(services, "Send the reply", items, by_key=True), lambda state: send(dialog, body, state)
        )

    def send(dialog: TextDialog, body: str, state: TicketState) -> None:
        from partnertui.db.tickets import replies

        def work(unit: UnitOfWork) -> None:
            replies.reply(unit, row["id"], body, state, read_until=dialog.seen["last_update_at"])

        run_unit_of_work(context, "send the reply", work, "Sent.", dialog=dialog)

    draft = DraftOf("tickets", row["id"], "reply")
    heading = f"Reply to {row.get('requester_name') or 'the customer'}"
    services.show_dialog(TextDialog(services, heading, verb="send", send=ask_state, seen=row, draft=draft))


def write_note(context: ActionContext) -> None:
    """Writes an internal note into the conversation."""
    row, services = context.row or {}, context.services

    def send(dialog: TextDialog, body: str) -> None:
        from partnertui.db.tickets.replies import note

        run_unit_of_work(
            context, "add the note", lambda unit: note(unit, row["id"], body), "Note added.", dialog=dialog
        )

    draft = DraftOf("tickets", row["id"], "internal note")
    services.show_dialog(TextDialog(services, "Internal note: not visible to the customer", send=send, draft=draft))
