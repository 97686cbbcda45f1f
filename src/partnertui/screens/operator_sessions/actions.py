"""Operator session actions: *Log out*, which ends another operator's run of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.screens.shared.settings_list_actions import ADMIN

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork


def _sign_out(context: ActionContext) -> None:
    from partnertui.kit.widgets.text_dialogs import Confirm  # no other key of the list needs it

    row = context.row or {}
    name = one_line(row["operator"], 40)

    def work(unit: UnitOfWork) -> str:
        from partnertui.db.operator_access.sessions import sign_out  # the mapped models, at the first use

        return one_line(sign_out(unit, row["id"]))

    def confirmed(answer: object) -> None:
        run_unit_of_work(context, f"log {name} out", work, lambda who: f"{who} will be logged out within seconds.")

    words = (
        f"Their session from {one_line(row['origin'])} (since {Time(seconds=False).text(row['started_at'])}) will end, "
        "and they will be told that you logged them out. Unsaved text is kept as drafts if a key is set up where they "
        "work.\n\nThey can log in again: to prevent that, disable the operator."
    )
    context.services.show_dialog(Confirm(context.services, f"Log {name} out?", words, "log out"), confirmed)


def _is_over(context: ActionContext) -> str:
    return "" if (context.row or {})["ended_at"] is None else "this session has already ended"


ACTIONS = (
    Action(
        "operator-sessions.remove",
        "Log out",
        _sign_out,
        ("delete",),
        "log out",
        rows="one",
        roles=ADMIN,
        refuse=_is_over,
        group="Session",
        about="ends another operator's session; drafts are kept",
    ),
)
