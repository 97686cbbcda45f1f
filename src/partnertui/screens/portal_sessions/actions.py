"""Portal session actions: *End the session*, which logs a user out of the customer or partner portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Row, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork

LONGEST = 55
"""Characters of a line of the question."""


def end(context: ActionContext) -> None:
    """Says whose session it is, asks, and ends it."""
    from partnertui.kit.widgets.text_dialogs import Confirm  # no other key of the list needs it

    row = context.row or {}

    def confirmed(answer: object) -> None:
        run_unit_of_work(
            context, "end the session", lambda unit: _end(unit, row["id"]), lambda name: f"{name}'s session has ended."
        )

    context.services.show_dialog(Confirm(context.services, "End this session?", explanation(row), "end it"), confirmed)


def _end(unit: UnitOfWork, session_id: int) -> str:
    from partnertui.db.end_portal_session import end_session  # the mapped models, at the first use

    return one_line(end_session(unit, session_id))


def explanation(row: Row) -> str:
    """Whose session it is, and what ending it does."""
    seen = short_duration((utc_now() - row["last_seen_at"]).total_seconds())
    told = (
        ("Logged in as", row["user_name"]),
        ("User", ", ".join(str(row[name]) for name in ("user", "customer", "partner") if row.get(name))),
        ("From", ", ".join(str(row[name]) for name in ("ip", "country") if row.get(name))),
        ("Browser", row["user_agent"]),
        ("Since", f"{Time(seconds=False).text(row['started_at'])}, last seen {seen} ago"),
        ("Page", row["page"]),
    )
    return "\n".join(
        [
            *(f"{label:<11}{one_line(text, LONGEST)}" for label, text in told if text),
            "",
            "Their next click takes them to the login page; unsaved changes are lost. Calls continue.",
            "",
            "They can log in again: to prevent that, disable the user or block the address.",
        ]
    )


ACTIONS = (
    Action(
        "sessions.remove",
        "End the session",
        end,
        ("delete",),
        "end",
        rows="one",
        refuse=signed_in,
        group="Session",
        about="the user has to log in again",
    ),
)
