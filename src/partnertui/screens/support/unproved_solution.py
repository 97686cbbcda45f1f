"""Reminds whoever solves a ticket that its test hasn't been repeated yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.repeatable_test import find_before
from partnertui.domain.evidence import AOR, TARGET
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.tickets.repeatable_test import Before
    from partnertui.kit.views.records.record_view import RecordView
    from partnertui.screens.support.composer import Composer

PHONE_CELLS = 40


def read_unproved(view: RecordView, composer: Composer) -> None:
    """Reads it in a job, and shows it below the text."""
    operator, ticket = view.services.operator, view.location.record
    if operator is None or not isinstance(ticket, int):
        return

    def read(connection: Connection) -> str:
        return in_words(find_before(connection, operator, ticket))

    def show(found: str) -> None:
        if composer.answer.unproved != found:
            composer.answer.unproved = found
            composer.refresh_status()

    view.services.read(view, "unproved", read, show)


def in_words(before: Before | None) -> str:
    """A test that is attached and wasn't repeated since; "" if there is none."""
    if before is None or not before.attached or before.proved:
        return ""
    what = before.facts.get(AOR) or before.facts.get(TARGET) or ""
    return f"{before.kind} of {one_line(what, PHONE_CELLS)}"
