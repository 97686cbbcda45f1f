"""Follows a ticket that a colleague merged into another while it is open here, taking the draft along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.tickets.draft_files import FILES
from partnertui.domain.drafts import DraftOf
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.support.composer import NOTE
from partnertui.screens.support.composer_opening import open_ticket
from partnertui.screens.support.reply_draft import answer_values, files_draft, keep_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.domain.drafts import StoredDraft
    from partnertui.kit.declare.kinds import Row
    from partnertui.screens.support.ticket_view_parts import TicketBase


def follow_merge(view: TicketBase, row: Row, kind: str = "") -> None:
    """Goes to the ticket that the view's ticket was merged into; what is being written here goes along.

    `kind` is what was to be written as soon as the ticket is there, if anything.
    """
    services, composer = view.services, view.composer
    target, number = Location("support", row["merged_into_id"]), one_line(row["number"], 20)
    into = one_line(row.get("merged_into") or "another ticket", 20)
    if not composer.is_open:
        if kind:
            open_ticket(services, target, kind)
        else:
            services.open(target)
        services.notify(f"{number} was merged into {into}, which is shown instead.", "")
        return
    kind, text, stored_before = composer.kind, composer.text, tuple(composer.kept)
    old, new = DraftOf("tickets", row["id"], kind), DraftOf("tickets", row["merged_into_id"], kind)
    values = {"text": text, **answer_values(composer.answer), **composer.typed, "moved_from": number}
    files, is_written = composer.answer.files, composer.is_written
    composer.remove_class("open")  # from here on nothing is stored for the merged ticket

    def go_on(there: StoredDraft | None) -> None:
        found = there.values if there is not None else {}
        written, names = str(found.get("text") or ""), list(found.get(FILES) or ())
        moved = all(file.name in names for file in files)
        if is_written:
            kept = names if moved else values[FILES]
            services.drafts.keep(new, values | {"text": in_place(written, stored_before, text), FILES: kept})
        services.drafts.forget(old)
        if files:
            if not moved:  # the merge moved those that were stored
                keep_files(services.drafts, new, files)
            services.drafts.forget(files_draft(old))
        open_ticket(services, target, kind)
        confirm = "" if kind == NOTE else " Check its recipients."
        there_now = f": your text is there now.{confirm}" if is_written else ", which is shown instead."
        services.notify(f"{number} was merged into {into}{there_now}", "warn")

    services.drafts.read(new, go_on)


def in_place(written: str, earlier: Iterable[str], text: str) -> str:
    """The other ticket's draft with the newest text in place of the earlier one that the merge moved there.

    `earlier` are the states of the text as they were stored, oldest first.
    """
    for state in reversed(tuple(earlier)):
        if state and (written == state or written.endswith(f"\n\n{state}")):
            return written[: len(written) - len(state)] + text
    return f"{written}\n\n{text}" if written.strip() else text
