"""*Remove* a sound: asks first; refused while something plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.sounds import remove_sound, uses_of
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import Confirm, LinesDialog

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import ActionContext


def remove(context: ActionContext) -> None:
    """Removes the sound under the cursor, if nothing plays it."""
    row, services = context.row or {}, context.services
    name = one_line(row["name"], 60)

    def ask(uses: list[str]) -> None:
        if uses:
            services.show_dialog(LinesDialog(services, f"{name} is in use", lambda width: _lines(uses, width)))
            return
        text = f"{name} ({one_line(str(row['customer'] or ''), 60)}) and its audio will be removed. Nothing plays it."
        services.show_dialog(Confirm(services, "Remove the sound?", text, "remove it"), lambda yes: confirmed())

    def confirmed() -> None:
        run_unit_of_work(
            context, "remove the sound", lambda unit: remove_sound(unit, row["id"], row["version"]), f"Removed {name}."
        )

    services.read(
        services, "sound-uses", lambda connection: uses_of(connection, row["customer_id"], row["id"]), ask, opens=True
    )


def _lines(uses: list[str], width: int) -> list[Line]:
    intro = wrapped("It can't be removed while these play it. Choose another sound there first.", width, "muted")
    return [*intro, *(Line(((one_line(use, 500), "text"),), copy=use) for use in uses)]
