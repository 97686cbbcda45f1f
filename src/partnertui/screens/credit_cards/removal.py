"""*Delete* a card: asks first; the last four digits stay, for the payments made with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import CardState
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork


def remove(context: ActionContext) -> None:
    """Destroys the number and the gateway token of the card under the cursor."""
    row, services = context.row or {}, context.services
    name = f"{one_line(row['brand'], 30)} {row['number']}"

    def read(connection: Connection) -> bool:
        from partnertui.db.card_deletion import leaves_top_up_without_card  # the mapped models, in the job's thread

        return leaves_top_up_without_card(connection, row["id"])

    def ask(is_last: bool) -> None:
        of = one_line(str(row["customer"] or ""), 60)
        text = f"{name} ({of}): its number and gateway token will be destroyed, and it can't be charged again. "
        text += "Payments keep the last four digits. This can't be undone."
        text += "\nAuto top-up is on, and there is no other active card to charge." if is_last else ""
        services.show_dialog(Confirm(services, "Delete the card?", text, "delete it"), lambda yes: delete())

    def delete() -> None:
        def work(unit: UnitOfWork) -> None:
            from partnertui.db.card_deletion import delete_card

            delete_card(unit, row["id"], row["version"])

        run_unit_of_work(context, "delete the card", work, f"{name} was deleted, and its number destroyed.")

    services.read(context.view, "other cards", read, ask, opens=True)


def _refusal(context: ActionContext) -> str:
    row = context.row or {}
    return "it has already been deleted" if row.get("status") == CardState.DELETED else signed_in(context)


REMOVE_CARD = Action(
    "credit-cards.remove",
    "Delete the card",
    remove,
    ("delete",),
    "delete",
    rows="one",
    refuse=_refusal,
    group="Card",
    about="destroys its number; the last four digits are kept",
)
