"""Asks when a reply goes out, and whether a day that it promises comes back as a reminder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.form import Field, Form, MutableValues
from partnertui.kit.declare.kinds import Flag, Time
from partnertui.kit.views.form import ask_form

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase

FIELDS = (
    Field(
        "send_at",
        Time(seconds=False, ahead=True),
        title="Send at",
        help="Empty sends it without delay; or enter tomorrow 9:00, Monday, 3d, 2026-12-03T09:00.",
    ),
    Field("remind", Flag(), title="Remind me", help="The ticket comes back on the days promised in your text."),
)


def ask_when(view: TicketBase) -> None:
    """Opens the form."""
    composer = view.composer
    answer = composer.answer

    def save(values: MutableValues) -> bool:
        send_at = values.get("send_at")
        if send_at is not None and send_at <= utc_now():
            raise DomainError("This time has passed.", "Enter a later time, or leave it empty.", field="send_at")
        answer.send_at, answer.remind = send_at, bool(values.get("remind"))
        return True

    def saved(done: bool) -> None:
        composer.refresh_status()
        composer.area.focus()

    values = {"send_at": answer.send_at, "remind": answer.remind}
    ask_form(view.services, Form("When to send the reply", FIELDS, save, values=values, verb="set"), saved)
