"""Shows, when typing pauses, what the variables of a reply stand for and which dates it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.reminders import site_today
from partnertui.db.tickets.reply_variables import resolve
from partnertui.domain.canned_response_variables import ResolvedText, variables_in
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.promised_dates import find_promises
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.domain.promised_dates import Promise
    from partnertui.screens.support.ticket_view_parts import TicketBase


def preview(view: TicketBase) -> None:
    """Reads values and promises in a job, and shows them below the text."""
    composer, operator = view.composer, view.services.operator
    text, ticket, language = composer.text, composer.row["id"], composer.language
    if operator is None or not isinstance(ticket, int):
        return

    def read(connection: Connection) -> tuple[ResolvedText, dict[str, str], tuple[Promise, ...]]:
        values = {}
        for name in variables_in(text):
            found = resolve(connection, f"{{{name}}}", ticket_id=ticket, agent_id=operator.id, language=language)
            if not found.missing:
                values[name] = found.text
        missing = tuple(name for name in variables_in(text) if name not in values)
        today = site_today(connection, ticket, utc_now())
        return ResolvedText(text, missing), values, find_promises(text, language or DEFAULT_LANGUAGE, today)

    def show(found: tuple[ResolvedText, dict[str, str], tuple[Promise, ...]]) -> None:
        answer = composer.answer
        before = (answer.resolved.missing, answer.values, answer.promises)
        answer.resolved, answer.values, answer.promises = found
        if (answer.resolved.missing, answer.values, answer.promises) != before:
            composer.refresh_status()

    view.services.read(view, "preview", read, show)
