"""The action *Registration time line*: reads captures, `sip_trace` and history in a job, then shows the result."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.query_cancellation import Cancel
    from partnertui.screens.shared.registration_timeline.sources import FoundTimelines


def user_of(row: Row) -> str:
    """The user part of the address of record; empty if the row has none."""
    return str(row.get("aor") or row.get("to_user") or "").removeprefix("sip:").partition("@")[0]


def _no_phone(context: ActionContext) -> str:
    row = context.row or {}
    if row.get("method", "REGISTER") != "REGISTER":
        return "this request isn't a registration"
    return "" if user_of(row) else "no user is recorded, so its registrations can't be found"


def show_timeline(context: ActionContext) -> None:
    """Read what is known of the phones of this address of record; then show it."""
    from partnertui.screens.shared.registration_timeline.sources import TimelineReader

    reader = TimelineReader(context.services, user_of(context.row or {}), context.row or {})

    def work(cancel: Cancel, progress: Callable[[int, int], None]) -> FoundTimelines:
        found = reader.read(cancel)
        if not found.timelines:
            raise DomainError(f"No REGISTER from {reader.user} was found. {' '.join(found.looked)}")
        return found

    def done(found: FoundTimelines) -> None:
        from partnertui.kit.widgets.text_dialogs import LinesDialog
        from partnertui.screens.shared.registration_timeline.lines import timeline_lines

        services, title = context.services, f"Registrations for {reader.user}"
        services.show_dialog(LinesDialog(services, title, lambda width: timeline_lines(found, width, services.symbols)))

    context.services.jobs.long(
        "Registration timeline", work, done, lambda error: context.services.notify(str(error), "warn")
    )


TIMELINE = Action(
    "registration.timeline",
    "Registration timeline",
    show_timeline,
    ("upper_l", "L"),
    "",
    rows="one",
    refuse=_no_phone,
    group="Phone",
    about="when the phone registered, refreshed, dropped out and came back",
)
CAPTURED_TIMELINE = replace(TIMELINE, id="captured.timeline")
"""The same action on a REGISTER of a capture."""
