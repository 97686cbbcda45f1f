"""*What helped last time*: solved tickets of the same cause, with replies and actions to read, copy and insert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.similar import similar_tickets
from partnertui.domain.duration_text import span_words
from partnertui.domain.ticket_enums import STAYS_SOLVED
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.views.notes_and_history import ago
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.tickets.similar import Similar

FOUND = (
    f"These tickets had the same problem and weren't reopened within {span_words(STAYS_SOLVED)}. "
    "Their replies name other customers and numbers."
)
NONE = (
    "No solved ticket with the same verdict or SIP code was found. A ticket's verdict and code are known once a trace"
    " is attached or a failed call is linked to it."
)
REPLY = "reply"
"""Begins the key of lines that belong to a reply: `reply:<ticket>:<reply>`."""


class SimilarDialog(LinesDialog):
    """Tickets with what was done; Enter goes to one, or puts a reply into the one that is being written."""

    def __init__(self, services: Services, found: list[Similar]) -> None:
        super().__init__(services, "What helped last time", self.lines)
        self.found = found

    def actions(self) -> tuple[Action, ...]:
        """Open or insert, copy, move, close."""
        return SIMILAR_ACTIONS

    def lines(self, width: int) -> list[Line]:
        """Each ticket: number and subject, what is the same, replies, actions."""
        if not self.found:
            return wrapped(NONE, width, "muted")
        lines = wrapped(FOUND, width, "muted")
        for index, one in enumerate(self.found):
            lines += [BLANK, *self._ticket(index, one, width)]
        return lines

    def _ticket(self, index: int, one: Similar, width: int) -> list[Line]:
        target, rule = Location("support", one.id), self.services.symbols.line
        head = title_line(f"{one.number} {one.subject}", width, rule)
        lines = [Line(head.pieces, target, f"{one.number} {one_line(one.subject)}")]
        solved = f"solved {ago(one.solved_at)}; " if one.solved_at is not None else ""
        lines += wrapped(f"{solved}same: {', '.join(one.shared)}", width, "good")
        for number, reply in enumerate(one.replies):
            lines.append(Line((("Reply", "key"),), copy=block(reply), key=f"{REPLY}:{index}:{number}"))
            lines += [
                Line(line.pieces, copy=line.copy, key=f"{REPLY}:{index}:{number}")
                for line in wrapped(reply, width, "link", indent="  ")
            ]
        if one.actions:
            lines.append(Line((("Notes and changes", "key"),)))
        for action in one.actions:
            lines += wrapped(one_line(action, 500), width, "value", indent="  ")
        return lines or [BLANK]

    @property
    def reply(self) -> str:
        """The reply that the line under the cursor belongs to; "" for none."""
        what, _, place = self.body.line.key.partition(":")
        if what != REPLY:
            return ""
        index, number = (int(part) for part in place.split(":"))
        return self.found[index].replies[number]

    def follow(self) -> None:
        """Goes to the ticket, or inserts the reply."""
        if not self.reply:
            super().follow()
            return
        reply = self.reply
        self.dismiss(None)
        insert_reply(self.services, reply)

    def copy_reply(self) -> None:
        """Copies the reply under the cursor as a whole."""
        self.services.copy(self.reply or self.body.line.copy, "the reply" if self.reply else "the line")


def insert_reply(services: Services, text: str) -> None:
    """Puts it at the cursor of the answer that is being written; where none is, copies it."""
    from partnertui.screens.support.ticket_view_parts import (
        TicketBase,  # it imports the actions of this module's screen
    )

    view = services.context().view
    if isinstance(view, TicketBase) and view.composer.is_open:
        view.composer.insert(text)
    else:
        services.copy(text, "the earlier reply")


def show_similar(context: ActionContext) -> None:
    """The tickets that are like the one under the cursor."""
    services, operator, row = context.services, context.operator, context.row or {}
    if operator is None:
        return

    def read(connection: Connection) -> list[Similar]:
        return similar_tickets(connection, operator, row["id"])

    def show(found: list[Similar]) -> None:
        services.show_dialog(SimilarDialog(services, found), services.open)

    services.read(context.view, "similar tickets", read, show, opens=True)


def _dialog(context: ActionContext) -> SimilarDialog:
    return context.front(SimilarDialog)


SIMILAR_ACTIONS = (
    Action(
        "similar.open",
        "Insert the reply into yours, or go to the ticket",
        lambda c: _dialog(c).follow(),
        ("enter",),
        "insert, open",
        palette=False,
    ),
    Action("similar.copy-all", "Copy the full reply", lambda c: _dialog(c).copy_reply(), ("upper_y", "Y"), "copy"),
    Action("similar.copy", "Copy the line", lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"), ("y",)),
    *move_actions("similar", lambda c: _dialog(c).body),
    help_action("similar"),
    close_action("similar", "close", "q"),
)
