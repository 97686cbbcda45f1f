"""Reminds whoever solves a ticket that its test or call hasn't been repeated yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.repeatable_test import find_before
from partnertui.domain.evidence import AOR, TARGET, EvidenceKind
from partnertui.domain.phone_numbers import format_number
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.support.reply_options import Unproved

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

    def read(connection: Connection) -> Unproved | None:
        return unproved(find_before(connection, operator, ticket))

    def show(found: Unproved | None) -> None:
        if composer.answer.unproved != found:
            composer.answer.unproved = found
            composer.refresh_status()

    view.services.read(view, "unproved", read, show)


def unproved(before: Before | None) -> Unproved | None:
    """A test or call that is attached and wasn't repeated since, or a later call to attach; None if there is none."""
    if before is None or before.proved or not (before.attached or before.later):
        return None
    if before.kind is not EvidenceKind.CALL:
        what = before.facts.get(AOR) or before.facts.get(TARGET) or ""
        return Unproved(f"{before.kind} of {one_line(what, PHONE_CELLS)}", "hasn't been repeated yet", "repeats it")
    if not before.number:
        return None
    number = one_line(format_number(before.number), PHONE_CELLS)
    if before.later is None:
        return Unproved(f"number {number}", "has had no later call yet")
    return Unproved(f"later call with {number} ({before.later.words})", "isn't attached yet", "attaches it")
