"""*Read the gateway's response*: asks for a reason, which is recorded, then shows the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.operators import STAFF
from partnertui.errors import UserError
from partnertui.kit.declare.actions import NO_OPERATOR, Action, ActionContext
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork

FIELDS = (
    Field("reason", required=True, help="Why you need to read it; recorded with your name in the record's history."),
)


def _refusal(context: ActionContext) -> str:
    if context.operator is None:
        return NO_OPERATOR
    return "" if (context.row or {}).get("has_answer") else "no gateway response is stored for it"


def _ask(context: ActionContext, table: str) -> None:
    key = (context.row or {})["id"]

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.gateway_answer_access import request_answer  # the mapped models, at the first use

        return request_answer(unit, table, key, values["reason"])

    form = Form("Read the gateway's response", FIELDS, write=write, verb="record")
    ask_form(context.services, form, lambda request: _offer(context, request))


def _offer(context: ActionContext, request: int) -> None:
    """The second step: the request is committed by now."""
    from partnertui.kit.widgets.text_dialogs import Confirm  # no other key of the list needs it

    text = "Your request to read the gateway's response has been recorded.\n\nShowing it will be recorded, too."
    question = Confirm(context.services, "Show the response?", text, "show it")
    context.services.show_dialog(question, lambda yes: _read(context, request), context.refresh_rows)


def _read(context: ActionContext, request: int) -> None:
    services, operator = context.services, context.operator

    def work() -> str:
        from partnertui.db.gateway_answer_access import read_answer  # as above
        from partnertui.db.vault_data_keys import open_vault
        from partnertui.vault.errors import VaultError

        if operator is None:
            raise UserError(NOT_SIGNED_IN)
        vault = open_vault(services.database, services.settings.vault, services.folders.data, create=False)
        if vault is None:
            raise VaultError("There is no key on this host to decrypt it with.", "Run “partnertui keys status”.")
        return read_answer(services.database, operator, request, vault)

    def shown(text: str) -> None:
        from partnertui.kit.widgets.record_lines import wrapped
        from partnertui.kit.widgets.text_dialogs import LinesDialog

        title = "Gateway response: viewing it is recorded"
        services.show_dialog(LinesDialog(services, title, lambda width: wrapped(block(text), width)))
        context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Not shown: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()

    services.jobs.write("read a gateway's response", work, shown, failed)


def reveal_action(table: str, group: str) -> Action:
    """The action for a screen whose rows have `has_answer`."""
    return Action(
        f"{table}.reveal",
        "Read the gateway's response",
        lambda context: _ask(context, table),
        ("quotation_mark",),
        "",
        rows="one",
        refuse=_refusal,
        roles=STAFF,
        group=group,
        about="in two steps: a reason, then the response; both are recorded",
    )
