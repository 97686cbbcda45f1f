"""The view of a ticket: conversation with the reply editor below it, customer above and beside it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.notes_and_history import history_lines
from partnertui.kit.views.records.record_reader import known_panels
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.record_lines import title_line
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.support.compose_actions import COMPOSE_ACTIONS
from partnertui.screens.support.customer_card import card_lines, card_text
from partnertui.screens.support.links import link_lines
from partnertui.screens.support.mail_delivery_text import counts_down
from partnertui.screens.support.pane_lines import fact_lines, short_field
from partnertui.screens.support.thread_line_actions import open_line
from partnertui.screens.support.thread_lines import folds_of, message_lines, older_line
from partnertui.screens.support.ticket_view_actions import TICKET_ACTIONS
from partnertui.screens.support.ticket_view_parts import MORE_MESSAGES, PREVIEW_SECONDS, TicketBase
from partnertui.screens.support.variable_preview import preview

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Action
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Panel
    from partnertui.kit.declare.view_location import FixedFilter


class TicketView(TicketBase):
    """A ticket; the newest message is in view."""

    def pause_over(self) -> None:
        """Works out variables and promises if no key came meanwhile, else waits again."""
        left = self.typed_at + PREVIEW_SECONDS - time.monotonic()
        if left > 0.01:
            self.set_timer(left, self.pause_over)
            return
        self.is_timed = False
        if self.composer.is_open:
            preview(self)

    def _tick(self) -> None:
        now = utc_now()
        if any(counts_down(one["mail"], now) for one in self.messages) or (self.pane.display and not self.writes):
            super()._tick()

    def paint(self) -> None:
        """Makes the lines of all parts for the current size."""
        if not self.size.width:
            return
        name = one_line(self.page.title(self.row)) if self.row is not None else str(self.location.record)
        self.top.show(title=f"{self.entry.title} {self.services.symbols.more_right} {name}")
        self.top.show_status(self.error or self._status(), "bad" if self.error else "warn")
        card = self.beside.detail.get("card") if self.beside is not None else None
        self.card.show(
            card_text(card, self.size.width - 2, self.services.symbols.dot)
            if self.beside is not None
            else Line((("…", "muted"),))
        )
        if self.thread.size.width:
            self._paint_thread()
        if self.pane.size.width and self.pane.display:
            self.pane.show(self.right_lines(self.pane.full_width))
        self.services.update_footer()

    def _status(self) -> str:
        """What to know before anything is changed here."""
        if self.row is not None and self.row.get("merged_into_id") is not None:
            return f"merged into {one_line(self.row['merged_into'], 20)}"
        present = ", ".join(self.present())
        return f"also viewing: {present}" if present else ""

    def _paint_thread(self) -> None:
        viewport, height = self.thread.lines, self.thread.visible_lines
        before, at_end = viewport.count(), viewport.top >= viewport.last_top(self.painted_height)
        rewrapped, self.painted_width = self.thread.full_width != self.painted_width, self.thread.full_width
        follows = at_end and (self.is_new or rewrapped or height != self.painted_height)
        self.painted_height, self.is_new = height, False
        was_older = viewport.sides[0][0].key == "older" if before else False
        lines = self.left_lines(self.thread.full_width)
        if was_older and self.most and len(lines) > before and not at_end:
            viewport.top += len(lines) - before  # what is older came above it
            viewport.cursor += len(lines) - before
        self.thread.show(lines)
        if self.reading is not None and (follows or not self.placed):
            self.placed = True
            self._show_end()

    def _show_end(self) -> None:
        self.thread.last()
        self.thread.scroll_view(self.thread.lines.count())

    def left_lines(self, width: int) -> list[Line]:
        """The conversation, oldest first; events in one line."""
        if self.reading is None or self.row is None:
            return [Line(((self.error or "Loading …", "bad" if self.error else "muted"),))]
        older, now, symbols = self.reading.detail["older"], utc_now(), self.services.symbols
        lines = [older_line(older, MORE_MESSAGES, width)] if older else []
        lines.append(title_line(one_line(self.row["subject"]), width, symbols.line))
        for message in self.messages:
            opened = folds_of(tuple(self.opened), message["id"])
            lines += message_lines(message, width, symbols, opened, now)
        return lines

    def right_lines(self, width: int) -> list[Line]:
        """Customer card, calls, endpoints, payments, other tickets; the ticket's own facts, notes and history."""
        if self.reading is None or self.row is None:
            return []
        lines: list[Line] = []
        present = self.present()
        if present:
            lines += [*short_field("Also viewing", ", ".join(present), "warn", width), BLANK]
        card = self.beside.detail.get("card") if self.beside is not None else None
        if card is not None:
            lines += [*card_lines(card, self.row["customer_id"], width, self.services.symbols.line), BLANK]
        lines += link_lines(self.reading.detail["links"], width, self.services.symbols.line)
        lines += fact_lines(self.page, self.row, width, self.services.symbols.line)
        if self.beside is None:
            return [*lines, Line((("Loading …", "muted"),))]
        role = self.services.operator.role if self.services.operator else None
        for panel, found in zip(known_panels(self.lists, self.services.catalog, role), self.beside.panels, strict=True):
            lines += [*self._panel(panel, found, width), BLANK]
        return lines + history_lines(self.beside, width, self.services.symbols.line, self.page)

    def present(self) -> list[str]:
        """The colleagues who have the ticket open, too."""
        own = self.services.operator.name if self.services.operator is not None else ""
        found: list[Row] = self.reading.detail["viewers"] if self.reading is not None else []
        names = [(one_line(one["name"]), one["typing"]) for one in found if one["name"] != own]
        return [f"{name}{' (typing)' if typing else ''}" for name, typing in names]

    def fixed_filter(self, panel: Panel) -> FixedFilter:
        """The lists beside the thread are the customer's."""
        row = self.row or {}
        return customer_filter(row.get("customer_id") or 0, row.get("customer") or "")

    def actions(self) -> tuple[Action, ...]:
        """Those of the composer while it is open, then those of a ticket, then of every record."""
        if self.writes:
            return COMPOSE_ACTIONS  # the text takes all other keys, such as the arrows
        own = COMPOSE_ACTIONS if self.composer.is_open else ()
        return (*own, *TICKET_ACTIONS, *super().actions())

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """A click opens what Enter would; the base class goes where the line leads."""
        if event.line.target is None:
            open_line(self, event.line)
