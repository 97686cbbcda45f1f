"""*Take over with the draft*: continues the reply that a colleague was writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork


def take_over_draft(context: ActionContext) -> None:
    """Assigns the ticket to the operator, with the colleague's draft."""
    row, services = context.row or {}, context.services
    settings, folders = services.settings, services.folders
    services.drafts.flush()  # what the operator typed a moment ago stays, too

    def work(unit: UnitOfWork) -> str:
        from partnertui.db.tickets.take_over import take_over
        from partnertui.db.vault_data_keys import open_vault

        vault = open_vault(unit.database, settings.vault, folders.data, create=False)
        return take_over(unit, vault, row["id"], version=row["version"])

    def done(name: str) -> str:
        return f"Taken over from {one_line(name, 40)}: {{key:support.reply}} continues the draft."

    run_unit_of_work(context, "take over", work, done)


TAKE_OVER = Action(
    "support.take-over", "Take over, with the colleague's draft", take_over_draft, (), rows="one", group="Ticket"
)
