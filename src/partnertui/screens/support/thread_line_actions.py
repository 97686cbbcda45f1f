"""What Enter or a click does on a line of a conversation: unfold it, open an attachment, load older messages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from partnertui.db.tickets.ticket_conversation import raw_mail, whole_text
from partnertui.kit.declare.lazy import lazy
from partnertui.screens.support.message_facts import headers_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.styled_line import Line
    from partnertui.screens.support.ticket_view_parts import TicketBase


def open_line(view: TicketBase, line: Line) -> None:
    """Goes where a line leads, or opens what it stands for."""
    if line.target is not None:
        view.services.open(line.target)
        return
    what, _, key = line.key.partition(":")
    if what == "quote":
        view.toggle_fold(line.key)
    elif what == "older":
        view.load_older()
    elif what == "attachment":
        _open_attachment(view, int(key))
    elif what == "message":
        _open_headers(view, int(key))
    elif what in {"whole", "drawing"}:
        _open_text(view, int(key), save=what == "whole")


def _open_attachment(view: TicketBase, key: int) -> None:
    def read(connection: Connection) -> Row | None:
        found: Row | None = lazy("partnertui.screens.support.received_attachments:read_attachment")(connection, key)
        return found

    def show(attachment: Row | None) -> None:
        if attachment is None:
            view.services.notify("This attachment was removed.", "warn")
        else:
            lazy("partnertui.screens.support.received_attachments:offer")(view.services, attachment, os.environ)

    view.services.read(view, "attachment", read, show, opens=True)


def _open_headers(view: TicketBase, key: int) -> None:
    message = next(one for one in view.messages if one["id"] == key)

    def read(connection: Connection) -> str:
        raw = raw_mail(connection, message["mail_id"]) if message["mail_id"] is not None else None
        return headers_of(raw) if raw is not None else ""

    def show(headers: str) -> None:
        view.services.show_dialog(
            lazy("partnertui.screens.support.received_attachments:headers_dialog")(view.services, message, headers)
        )

    view.services.read(view, "headers", read, show, opens=True)


def _open_text(view: TicketBase, key: int, *, save: bool) -> None:
    def read(connection: Connection) -> str:
        return whole_text(connection, key)

    def show(text: str) -> None:
        if save:
            lazy("partnertui.screens.shared.save_file:save")(
                view.services, f"message-{key}.txt", text.encode("utf-8", "replace")
            )
        else:
            dialog = lazy("partnertui.screens.support.unwrapped_text_dialog:WideTextDialog")
            view.services.show_dialog(dialog(view.services, "Raw text", text))

    view.services.read(view, "text", read, show, opens=True)
