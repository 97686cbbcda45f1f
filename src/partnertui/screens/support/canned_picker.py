"""Picks a canned response: searched by name, folder and text, previewed with its variables filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Static

from partnertui.db.tickets.canned_options import canned_responses_for
from partnertui.db.tickets.reply_variables import resolve
from partnertui.domain.canned_response_variables import ResolvedText
from partnertui.domain.plurals import plural
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.widgets.picker import Choices, Item, Picker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sqlalchemy import Connection
    from textual.app import ComposeResult

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.kinds import Row
    from partnertui.screens.support.ticket_view_parts import TicketBase

PREVIEW_LINES = 8
NO_FOLDER = "No folder"
SEARCHED = 300
"""Characters of a text that are searched."""


class PreviewedChoices(Choices):
    """Says which item is chosen."""

    DEFAULT_CSS = "PreviewedChoices { max-height: 8; }"

    def __init__(self, services: Services, chosen: Callable[[], None]) -> None:
        super().__init__(services)
        self._chosen = chosen

    def show(self, items: Sequence[Item[Any]], note: str = "") -> None:
        """Takes other items."""
        super().show(items, note)
        self._chosen()

    def cursor_moved(self, before: int, scrolled: bool) -> None:
        """Another item."""
        super().cursor_moved(before, scrolled)
        self._chosen()


class CannedPicker(Picker):
    """A picker with the chosen text below it."""

    DEFAULT_CSS = f"""
    CannedPicker .preview {{ height: {PREVIEW_LINES}; border-top: solid $role-border; padding: 0 1;
        color: $role-muted; }}
    """

    def __init__(self, services: Services, items: Sequence[Item[Row]], ticket_id: int, language: str) -> None:
        super().__init__(services, "Insert a canned response", items)
        self.ticket_id, self.language = ticket_id, language
        # Brackets in a text or in a customer's data would be read as Textual's markup.
        self.preview = Static("", classes="preview", markup=False)
        self.choices = PreviewedChoices(services, self._show_preview)

    def compose(self) -> ComposeResult:
        """Input, items, preview."""
        with Vertical() as box:
            self.title_box(box)
            yield self.input
            yield self.choices
            yield self.preview

    def _show_preview(self) -> None:
        item, operator = self.choices.current, self.services.operator
        if item is None or operator is None:
            self.preview.update("")
            return
        body, ticket, language = item.value["body"], self.ticket_id, self.language

        def read(connection: Connection) -> ResolvedText:
            return resolve(connection, body, ticket_id=ticket, agent_id=operator.id, language=language)

        def show(found: ResolvedText) -> None:
            missing = ", ".join(f"{{{name}}}" for name in found.missing)
            self.preview.update(block(f"No value for {missing}\n{found.text}" if missing else found.text))

        self.services.read(self, "preview", read, show)


def pick_canned(view: TicketBase) -> None:
    """Asks for a canned response and puts it at the cursor."""
    composer, ticket = view.composer, view.location.record
    language = composer.language

    def read(connection: Connection) -> list[Row]:
        return list(canned_responses_for(connection, language or None))

    def ask(rows: list[Row]) -> None:
        if not rows:
            view.services.notify("No canned responses are enabled: see Settings, Canned responses.", "warn")
            return
        view.services.show_dialog(CannedPicker(view.services, [_item(row) for row in rows], ticket, language), insert)

    def insert(row: Row) -> None:
        composer.answer.canned.append(row["id"])
        composer.answer.subject = composer.answer.subject or row["subject"] or ""
        composer.insert(row["body"])

    view.services.read(view, "canned responses", read, ask, opens=True)


def _item(row: Row) -> Item[Row]:
    languages = " ".join(row["languages"])
    used = f"used {plural(row['used'], 'time')}" if row["used"] else "not used yet"
    searched = one_line(row["body"], SEARCHED)
    return Item(row, one_line(row["name"], 60), f"{languages}, {used}", group=row["folder"] or NO_FOLDER, name=searched)
