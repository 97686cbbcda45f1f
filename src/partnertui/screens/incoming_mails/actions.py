"""Actions on a mail received: show its raw text, open its ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from partnertui.db.models import Mail
from partnertui.domain.operators import STAFF
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import block, one_line

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_BYTES = 200_000
"""Of the raw text that is shown."""


def show_raw(context: ActionContext) -> None:
    """Shows the mail as it came in: headers, parts and all."""
    services, row = context.services, context.row or {}

    def read(connection: Connection) -> bytes:
        found = connection.scalar(select(func.substr(Mail.raw, 1, MOST_BYTES)).where(Mail.id == row["id"]))
        return bytes(found or b"")

    def shown(raw: bytes) -> None:
        from partnertui.kit.widgets.record_lines import wrapped
        from partnertui.kit.widgets.text_dialogs import LinesDialog

        text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
        if row["size"] > MOST_BYTES:
            text += f"\n[{MOST_BYTES:,} of {row['size']:,} bytes]"
        title = f"Raw text: {one_line(row['subject'] or 'mail', 60)}"
        services.show_dialog(LinesDialog(services, title, lambda width: wrapped(block(text, 2 * MOST_BYTES), width)))

    services.read(context.view, "raw e-mail", read, shown, opens=True)


def open_ticket(context: ActionContext) -> None:
    """Opens the ticket that the mail belongs to."""
    context.services.open(Location("support", (context.row or {})["ticket_id"]))


def _has_ticket(context: ActionContext) -> str:
    return "" if (context.row or {}).get("ticket_id") else "this e-mail doesn't belong to a ticket"


ACTIONS = (
    Action(
        "mails.dissect",
        "Raw text",
        show_raw,
        ("upper_d", "D"),
        "raw text",
        rows="one",
        roles=STAFF,
        group="Mail",
        about="the e-mail as received, with all headers",
    ),
    Action(
        "mails.tickets",
        "Open its ticket",
        open_ticket,
        ("number_sign",),
        "ticket",
        rows="one",
        refuse=_has_ticket,
        roles=STAFF,
        group="Mail",
    ),
)
