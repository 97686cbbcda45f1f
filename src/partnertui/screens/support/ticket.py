"""One ticket: the thread with the reply docked below it, the customer above and beside it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical

from partnertui.kit.clock import utc_now
from partnertui.kit.declare.line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.notes_and_history import history_lines
from partnertui.kit.views.records.record_reader import known_panels, read_record
from partnertui.kit.views.records.record_view import RecordView
from partnertui.kit.views.row_source import source_of
from partnertui.kit.widgets.build_lines import title_line
from partnertui.kit.widgets.line_view import LineView
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.support.compose_actions import COMPOSE_ACTIONS
from partnertui.screens.support.composer import Composer
from partnertui.screens.support.customer_card import card_lines, card_text, read_card
from partnertui.screens.support.delivery import counts_down
from partnertui.screens.support.line_opening import open_line
from partnertui.screens.support.one_line_widget import OneLine
from partnertui.screens.support.pane_lines import fact_lines, short_field
from partnertui.screens.support.thread_lines import folds_of, message_lines, older_line
from partnertui.screens.support.ticket_actions import TICKET_ACTIONS
from partnertui.screens.support.ticket_detail import PANELS
from partnertui.screens.support.variable_preview import preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from textual.app import ComposeResult

    from partnertui.domain.recipients import Recipients
    from partnertui.kit.declare.actions import Action, Services
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.location import FixedFilter, Location
    from partnertui.kit.declare.page import Panel
    from partnertui.kit.views.records.record_reader import Reading

THREAD_CELLS = 78
"""Cells of the thread beside the pane: a ladder of a ticket has 74."""
PANE_CELLS = 36
WIDEST_PANE = 52
MORE_MESSAGES = 200
"""Messages that are loaded on request, each time."""
PREVIEW_SECONDS = 0.4


class TicketView(RecordView):
    """A ticket. The newest message is in view; at 80 columns the pane takes the place of the thread at a key."""

    DEFAULT_CSS = """
    TicketView { layout: vertical; width: 1fr; height: 1fr; }
    TicketView > Horizontal { height: 1fr; }
    TicketView .pane { display: none; width: 40; border-left: solid $role-border; }
    TicketView .pane.shown { display: block; }
    TicketView .hidden { display: none; }
    """

    def __init__(self, services: Services, location: Location, common_actions: tuple[Action, ...] = ()) -> None:
        super().__init__(services, location, tuple(one for one in common_actions if one.id != "record.open"))
        self.thread, self.pane = LineView(services, one_side=True), LineView(services, one_side=True)
        self.pane.add_class("pane")
        self.body = self.thread
        self.card = OneLine(services)
        self.composer: Composer = Composer(services, self._typed, self.thread.page)
        self.composer.sent = self.to_the_newest
        self.left_side = Vertical()
        self.lists = replace(self.page, panels=PANELS, detail=None)
        """The page with the lists of the pane."""
        self.beside: Reading | None = None
        """Customer, lists, notes and history; None until they are read."""
        self.opened: set[str] = set()
        """Keys of the folds that are open."""
        self.most = 0
        """Messages that are loaded; 0 for as many as at first."""
        self._wanted: tuple[str, Callable[[], object]] | None = None
        """What to write as soon as the ticket is there, and what comes then."""
        self._placed = self._is_new = False
        """Whether the newest message was shown once, and whether something was read since the last painting."""
        self._height = 1
        """Lines of the thread at the last painting."""
        self._typed_at, self._is_timed = 0.0, False

    # layout

    def compose(self) -> ComposeResult:
        """Title, customer, thread with the reply below it, pane."""
        yield self.top
        yield self.card
        with Horizontal():
            with self.left_side:
                yield self.thread
                yield self.composer
            yield self.pane

    @property
    def pane_cells(self) -> int:
        """Cells of the pane beside the thread; 0 where there is no room for it."""
        room = self.size.width - THREAD_CELLS - 1
        return min(room, WIDEST_PANE) if room >= PANE_CELLS else 0

    @property
    def pane_in_front(self) -> bool:
        """Whether the pane has taken the place of the thread."""
        return self.body is self.pane

    def next_pane(self) -> None:
        """To the pane and back."""
        self.body = self.thread if self.pane_in_front else self.pane
        self.lay_out()
        self.body.focus()
        self.paint()

    def lay_out(self) -> None:
        """Shows thread, pane, or both."""
        beside = self.pane_cells
        self.pane.set_class(bool(beside) or self.pane_in_front, "shown")
        self.left_side.set_class(not beside and self.pane_in_front, "hidden")
        self.pane.styles.width = beside or "1fr"
        self.composer.give_room(max(0, self.size.height - 2) // 2)

    def on_resize(self) -> None:
        """Another width has room for other parts."""
        self.lay_out()

    # reading

    def more_reader(self) -> Callable[[Connection, Row], dict[str, Any]]:
        """Older messages, where they were asked for."""
        from partnertui.db.tickets.ticket_reading import conversation

        most = self.most
        return lambda connection, row: conversation(connection, row["id"], most) if most else {}

    def _read_beside(self, row: Row) -> None:
        """Reads customer and lists in a job of their own: nobody waits for them to read the thread."""
        from partnertui.screens.shared.sip_test.registered_phones import registered

        services, location, context = self.services, self.location, self.context()

        def work(connection: Connection) -> Reading | None:
            sources = partial(source_of, context=context)
            found = read_record(connection, self.lists, location, services.catalog, sources, services.operator)
            if found is None or row["customer_id"] is None:
                return found
            card = read_card(connection, row["customer_id"], lambda: registered(services))
            return replace(found, detail={"card": card})

        def show(found: Reading | None) -> None:
            self.beside = found or self.beside
            self.paint()

        services.read(self, "beside", work, show)

    def load_older(self) -> None:
        """Reads older messages, too; the view stays at the message that it shows."""
        self.most = len(self.messages) + MORE_MESSAGES
        self.refresh_rows()

    @property
    def messages(self) -> list[Row]:
        """The messages that are loaded."""
        return self.reading.detail["messages"] if self.reading is not None else []

    @property
    def recipients(self) -> Recipients | None:
        """Whom a reply goes to; None until it is read."""
        return self.reading.detail["recipients"] if self.reading is not None else None

    def _arrived(self, reading: Reading | None) -> None:
        self._is_new = True
        super()._arrived(reading)
        if reading is not None:
            self._read_beside(reading.row)
        if self.composer.is_open:
            self.composer.propose(self.recipients)
        self._open_wanted()

    # writing

    def write(self, kind: str, then: Callable[[], object] = lambda: None) -> None:
        """Opens the composer for a reply or a note, then calls `then`."""
        self._wanted = (kind, then)
        self.call_after_refresh(self._open_wanted)

    def _open_wanted(self) -> None:
        if self._wanted is None or self.row is None or not self.size.width:
            return
        (kind, then), self._wanted = self._wanted, None
        if self.pane_in_front:
            self.next_pane()
        self.lay_out()
        self.composer.open(kind, self.row, self.recipients)
        self.services.update_footer()
        then()

    def close_composer(self) -> None:
        """Hides the composer; its text stays as a draft."""
        self.composer.close()
        self.thread.focus()
        self.services.update_footer()

    def _typed(self) -> None:
        """Works out variables and promises when typing pauses; one timer at a time, because a key is worth little."""
        self._typed_at = time.monotonic()
        if not self._is_timed:
            self._is_timed = True
            self.set_timer(PREVIEW_SECONDS, self._pause_over)

    def _pause_over(self) -> None:
        left = self._typed_at + PREVIEW_SECONDS - time.monotonic()
        if left > 0.01:
            self.set_timer(left, self._pause_over)
            return
        self._is_timed = False
        if self.composer.is_open:
            preview(self)

    @property
    def writes(self) -> bool:
        """Whether the keyboard is in the composer."""
        focused = self.app.focused
        return self.composer.is_open and focused is not None and self.composer in focused.ancestors

    def is_ready_for(self, key: str) -> bool:
        """Letters typed for the composer wait until it is there."""
        if self._wanted is not None or self.composer.reading:
            return False
        if self.writes:
            return not self.composer.saving or key == "escape"
        return super().is_ready_for(key)

    # painting

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
        present = ", ".join(self.present())
        self.top.show_status(
            self.error or (f"also open at {present}" if present else ""), "bad" if self.error else "warn"
        )
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

    def _paint_thread(self) -> None:
        viewport, height = self.thread.lines, self.thread.visible_lines
        before, at_end = viewport.count(), viewport.top >= viewport.last_top(self._height)
        follows = at_end and (self._is_new or height != self._height)
        self._height, self._is_new = height, False
        was_older = viewport.sides[0][0].key == "older" if before else False
        lines = self.left_lines(self.thread.full_width)
        if was_older and self.most and len(lines) > before and not at_end:
            viewport.top += len(lines) - before  # what is older came above it
            viewport.cursor += len(lines) - before
        self.thread.show(lines)
        if self.reading is not None and (follows or not self._placed):
            self._placed = True
            self._show_end()

    def toggle_fold(self, key: str) -> None:
        """Opens or closes a quote or signature; what it opens is scrolled into view."""
        before, viewport = self.thread.lines.count(), self.thread.lines
        self.opened ^= {key}
        self.paint()
        self.thread.scroll_view(max(0, min(viewport.count() - before, viewport.cursor - viewport.top)))

    def to_the_newest(self) -> None:
        """Shows the newest message as soon as it is read."""
        self._placed = False
        self.thread.focus()

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
            lines += [*short_field("Also open at", ", ".join(present), "warn", width), BLANK]
        card = self.beside.detail.get("card") if self.beside is not None else None
        if card is not None:
            lines += [*card_lines(card, self.row["customer_id"], width, self.services.symbols.line), BLANK]
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

    # keys

    def actions(self) -> tuple[Action, ...]:
        """Those of the composer while it is open, then those of a ticket, then of every record."""
        if self.writes:
            return COMPOSE_ACTIONS  # the text takes all other keys, such as the arrows
        own = COMPOSE_ACTIONS if self.composer.is_open else ()
        return (*own, *TICKET_ACTIONS, *super().actions())

    def on_descendant_focus(self) -> None:
        """The text has other keys than the thread."""
        self.services.update_footer()

    def focus_main(self) -> None:
        """Puts the keyboard on the text that is being written, else on the thread."""
        if self.composer.is_open:
            self.composer.area.focus()
        else:
            self.body.focus()

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """A click opens what Enter would; the base class goes where the line leads."""
        if event.line.target is None:
            open_line(self, event.line)
