"""*Read the text* of a chat: asks for a reason, which is recorded, then shows the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.errors import UserError
from partnertui.kit.declare.actions import NO_OPERATOR, Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork

FIELDS = (
    Field("reason", required=True, help="Why you need to read it; recorded with your name in the chat's history."),
)


def _refusal(context: ActionContext) -> str:
    if context.operator is None:
        return NO_OPERATOR
    row = context.row or {}
    if row.get("has_text", True):
        return ""
    destroyed = row["text_destroyed_at"]
    return f"its text was destroyed on {destroyed:%Y-%m-%d}" if destroyed is not None else "no text is stored for it"


def ask(context: ActionContext) -> None:
    """Asks for the reason and records the request; then offers to show the text."""
    row = context.row or {}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.chat_texts import request_reading  # the mapped models, at the first use

        return request_reading(unit, row["id"], values["reason"])

    form = Form(f"Read the chat with {_who(row)}", FIELDS, write=write, verb="record")
    ask_form(context.services, form, lambda request: _offer(context, row, request))


def _who(row: Row) -> str:
    return one_line(row["visitor_name"] or row["email"] or f"visitor of chat {row['id']}", 40)


def _offer(context: ActionContext, row: Row, request: int) -> None:
    """The second step: the request is committed by now."""
    from partnertui.kit.widgets.text_dialogs import Confirm  # no other key of the list needs it

    text = (
        f"Your request to read the chat with {_who(row)} has been recorded.\n\nShowing the text will be recorded, too."
    )
    question = Confirm(context.services, "Show the text?", text, "show it")
    context.services.show_dialog(question, lambda yes: _read(context, row, request), context.refresh_rows)


def _read(context: ActionContext, row: Row, request: int) -> None:
    services, operator = context.services, context.operator

    def work() -> str:
        from partnertui.db.chat_texts import read_text  # as above
        from partnertui.db.vault_data_keys import open_vault
        from partnertui.vault.errors import VaultError

        if operator is None:
            raise UserError(NOT_SIGNED_IN)
        vault = open_vault(services.database, services.settings.vault, services.folders.data, create=False)
        if vault is None:
            raise VaultError("There is no key on this host to decrypt chats with.", "Run “partnertui keys status”.")
        return read_text(services.database, operator, request, vault)

    def shown(text: str) -> None:
        from partnertui.kit.widgets.record_lines import wrapped
        from partnertui.kit.widgets.text_dialogs import LinesDialog

        title = f"Chat with {_who(row)}: viewing it is recorded"
        services.show_dialog(LinesDialog(services, title, lambda width: wrapped(block(text), width)))
        context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Not shown: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()

    services.jobs.write("read a chat", work, shown, failed)


READ = Action(
    "chats.reveal",
    "Read the text",
    ask,
    ("quotation_mark",),
    "read the text",
    rows="one",
    refuse=_refusal,
    roles=frozenset({"support", "development", "admin"}),
    group="Chat",
    about="in two steps: a reason, then the text; both are recorded",
)
