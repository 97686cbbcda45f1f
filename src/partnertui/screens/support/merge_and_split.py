"""Merging tickets into one, and splitting messages off into a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from partnertui.db.tickets.linkable_rows import tickets_like
from partnertui.db.tickets.merge import merge as merge_ticket
from partnertui.db.tickets.message_options import messages_of
from partnertui.db.tickets.split import split as split_ticket
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.ticket_enums import MessageKind
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.last_changed_rows import remember_changed
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import Confirm, TextDialog
from partnertui.screens.support.bulk_changes import theirs
from partnertui.vault.errors import VaultError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.tickets.linkable_rows import Linkable
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.vault.sealed_values import Vault

Target = tuple[int, str]
"""ID and number of a ticket."""
SPLIT = 0
"""Picked instead of a message: go on with those that are chosen."""
DIFFERENT_CUSTOMERS = (
    "The marked tickets belong to different customers, who would see each other's messages: link them instead."
)
NAMED = 6
"""Tickets that are named before they are merged."""


def merge(context: ActionContext) -> None:
    """Merges one ticket into another that is picked; of several that are marked, asks which one stays."""
    rows, services = context.rows, context.services
    if len({row["customer_id"] for row in rows} - {None}) > 1:
        services.notify(DIFFERENT_CUSTOMERS, "warn")
    elif len(rows) > 1:
        items = [
            Item((row["id"], row["number"]), row["number"], one_line(f"{row['state']}  {row['subject']}"))
            for row in sorted(rows, key=lambda row: str(row["created_at"]))
        ]
        picker = Picker(services, f"Merge {len(rows)} tickets: keep which one?", items)
        services.show_dialog(picker, lambda target: _ask(context, target))
    else:
        heading = f"Merge {rows[0]['number']} into"
        pick_ticket(context, heading, rows[0], lambda found: _ask(context, (found.id, found.value)))


def pick_ticket(context: ActionContext, heading: str, row: Row, then: Callable[[Linkable], None]) -> None:
    """Offers other tickets of the customer, and those with the words that are typed."""
    services = context.services

    def search(typed: str, show: Callable[[Sequence[Item[Linkable]]], None]) -> None:
        def work(connection: Connection) -> list[Item[Linkable]]:
            found = tickets_like(connection, typed, context.operator, customer=row["customer_id"])
            return [Item(one, one.value, one_line(one.detail)) for one in found if one.id != row["id"]]

        services.read(picker, "search", work, show)

    picker = Picker(services, heading, search=search, hint="number, or words from the subject or messages")
    services.show_dialog(picker, then)


def _ask(context: ActionContext, target: Target) -> None:
    rows = tuple(row for row in context.rows if row["id"] != target[0])
    names = [f"{row['number']} {one_line(row['subject'], 50)}" for row in rows[:NAMED]]
    names += [f"and {len(rows) - NAMED} more"] if len(rows) > NAMED else []
    closed = "the ticket above will be closed" if len(rows) == 1 else "the tickets above will be closed"
    lines = [*names, "", f"Messages, participants, links and drafts will move to {target[1]}; {closed}."]
    if whose := theirs(context):
        lines += ["", f"{whose} Merge them anyway?"]
    question = Confirm(context.services, f"Merge into {target[1]}?", "\n".join(lines), "merge")
    context.services.show_dialog(question, lambda yes: _merge(context, rows, target))


def _merge(context: ActionContext, rows: tuple[Row, ...], target: Target) -> None:
    services = context.services
    services.drafts.flush()  # what was typed a moment ago moves along, too
    settings, folders = services.settings, services.folders
    versions = {row["id"]: row["version"] for row in context.rows}

    def work(unit: UnitOfWork) -> int:
        vault: Vault | None = None
        try:
            vault = open_vault(unit.database, settings.vault, folders.data, create=False)
        except VaultError:
            vault = None  # drafts can't be read here, nor moved; they stay where they are
        into_version = versions.get(target[0])
        for row in rows:
            merge_ticket(unit, row["id"], target[0], version=row["version"], into_version=into_version, vault=vault)
            into_version = None  # this unit of work has raised it
        return len(rows)

    from partnertui.screens.support.ticket_view_parts import TicketBase  # it leads here

    def finished(count: int) -> str:
        remember_changed(context.view, rows)
        if isinstance(context.view, TicketBase):
            context.view.composer.remove_class("open")  # what was written there moved along
        location = services.location()
        if location is not None and location.record is not None:
            services.open(Location("support", target[0]))
        return f"{rows[0]['number']} merged into {target[1]}." if count == 1 else f"{count} merged into {target[1]}."

    run_unit_of_work(context, "merge the tickets", work, finished)


def split(context: ActionContext) -> None:
    """Asks which messages are about something else, then for the subject of the new ticket."""
    row, services = context.row or {}, context.services

    def read(connection: Connection) -> Sequence[Row]:
        return messages_of(connection, row["id"])

    def found(messages: Sequence[Row]) -> None:
        _choose(context, messages, frozenset(), SPLIT)

    services.read(context.view, "messages", read, found, opens=True)


def _choose(context: ActionContext, messages: Sequence[Row], chosen: frozenset[int], at: int) -> None:
    """One list in which picking a message marks it, until its first line is picked."""
    services = context.services
    count = len(chosen)
    words = "Mark the messages first" if not count else f"Split off {count} message{'s' if count > 1 else ''} …"
    items = [Item(SPLIT, words, refusal="" if chosen else "mark a message first: press {key:picker.open} on it")]
    for message in messages:
        mark = services.symbols.mark if message["id"] in chosen else " "
        label = f"{mark} {one_line(message['author'], 20)}  {message['at'].astimezone():%d %b %H:%M}"
        note = "internal note: " if message["kind"] == MessageKind.NOTE else ""
        items.append(Item(message["id"], label, one_line(f"{note}{message['body']}", 120)))

    def picked(message: int) -> None:
        if message == SPLIT:
            _ask_subject(context, chosen)
        else:
            _choose(context, messages, chosen ^ {message}, message)

    services.show_dialog(Picker(services, "Split off which messages?", items, at=at), picked)


def _ask_subject(context: ActionContext, chosen: frozenset[int]) -> None:
    row, services = context.row or {}, context.services

    def write(subject: str) -> None:
        def work(unit: UnitOfWork) -> int:
            return split_ticket(unit, row["id"], chosen, subject, version=row["version"])

        def finished(new: int) -> str:
            services.open(Location("support", new))
            return "Split off into this new ticket."

        run_unit_of_work(context, "split the ticket", work, finished)

    services.show_dialog(TextDialog(services, "Subject of the new ticket", str(row.get("subject") or "")), write)
