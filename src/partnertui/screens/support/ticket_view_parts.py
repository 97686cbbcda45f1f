"""The widgets of a ticket's view (conversation, editor, customer, pane), and their layout."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.containers import Horizontal, Vertical

from partnertui.db.tickets.ticket_conversation import conversation
from partnertui.kit.views.page_row_source import source_of
from partnertui.kit.views.records.record_reader import read_record
from partnertui.kit.views.records.record_view import RecordView
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.text_dialogs import Confirm
from partnertui.screens.shared.sip_test.registered_phones import registered
from partnertui.screens.support.announce_presence import Presence
from partnertui.screens.support.composer import Composer
from partnertui.screens.support.customer_card import read_card
from partnertui.screens.support.merged_away import follow_merge
from partnertui.screens.support.one_line_widget import OneLine
from partnertui.screens.support.reply_options import Answer
from partnertui.screens.support.ticket_view_reads import PANELS
from partnertui.screens.support.unproved_solution import read_unproved

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from textual.app import ComposeResult

    from partnertui.domain.mail_recipients import Recipients
    from partnertui.kit.declare.actions import Action, Services
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.view_location import Location
    from partnertui.kit.views.records.record_reader import Reading

THREAD_CELLS = 78
"""Cells of the thread beside the pane: a ladder of a ticket has 74."""
PANE_CELLS = 36
WIDEST_PANE = 52
MORE_MESSAGES = 200
"""Messages that are loaded on request, each time."""
PREVIEW_SECONDS = 0.4


class TicketBase(RecordView):
    """A ticket's parts and what it reads; `TicketView` paints them.

    At 80 columns the pane takes the place of the thread at a key.
    """

    DEFAULT_CSS = """
    TicketBase { layout: vertical; width: 1fr; height: 1fr; }
    TicketBase > Horizontal { height: 1fr; }
    TicketBase .pane { display: none; width: 40; border-left: solid $role-border; }
    TicketBase .pane.shown { display: block; }
    TicketBase .hidden { display: none; }
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
        self.presence = Presence(services, location.record)
        self.opened: set[str] = set()
        """Keys of the folds that are open."""
        self.most = 0
        """Messages that are loaded; 0 for as many as at first."""
        self._wanted: tuple[str, Callable[[], object]] | None = None
        """What to write as soon as the ticket is there, and what comes then."""
        self.placed = self.is_new = False
        """Whether the newest message was shown once, and whether something was read since the last painting."""
        self.painted_height = 1
        self.painted_width = 0
        """Lines of the thread at the last painting."""
        self.typed_at, self.is_timed = 0.0, False

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

    def on_mount(self) -> None:
        """Colleagues see that the ticket is open here; the base class reads it."""
        self.services.when_signed_in(self.presence.start)

    def on_unmount(self) -> None:
        """Nobody is here any more; the base class cancels what is still being read."""
        self.presence.stop()

    def on_resize(self) -> None:
        """Another width has room for other parts."""
        self.lay_out()

    def more_reader(self) -> Callable[[Connection, Row], dict[str, Any]]:
        """Older messages, where they were asked for."""
        most = self.most
        return lambda connection, row: conversation(connection, row["id"], most) if most else {}

    def _read_beside(self, row: Row) -> None:
        """Reads customer and lists in a job of their own: nobody waits for them to read the thread."""
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
        is_first = self.reading is None
        self.is_new = is_first or _newest(reading) != _newest(self.reading)  # any change of the database reads it anew
        super()._arrived(reading)
        merged = reading is not None and reading.row["merged_into_id"] is not None
        if reading is not None and merged and (is_first or self.composer.is_open):
            wanted, self._wanted = self._wanted, None
            follow_merge(self, reading.row, wanted[0] if wanted is not None else "")
            return
        if reading is not None:
            self._read_beside(reading.row)
        if self.composer.is_open:
            self.composer.propose(self.recipients)
            self._note_read()
            if self.composer.answer.unproved:  # it may have been repeated
                read_unproved(self, self.composer)
        self._open_wanted()

    def write(self, kind: str, then: Callable[[], object] = lambda: None) -> None:
        """Opens the composer for a reply or a note, then calls `then`."""
        self._wanted = (kind, then)
        # The ticket may have been opened by the same key: before the refresh there is no width to lay the text out in.
        self.call_after_refresh(self._open_wanted)

    def _open_wanted(self) -> None:
        if self._wanted is None or self.row is None or not self.size.width:
            return
        (kind, then), self._wanted = self._wanted, None
        if self.pane_in_front:
            self.next_pane()
        self.lay_out()
        self.composer.open(kind, self.row, self.recipients)
        self._note_read()
        read_unproved(self, self.composer)
        self.services.update_footer()
        then()

    def _note_read(self) -> None:
        """A reply answers the messages that were there when it was begun: what comes later stops the sending once."""
        if self.composer.read_to is None and self.reading is not None:
            self.composer.read_to = max((message["id"] for message in self.messages), default=0)

    def close_composer(self) -> None:
        """Hides the composer; its text stays as a draft, or is discarded after a question where none can be kept."""
        refusal = self.services.drafts.refusal
        if not refusal or not self.composer.is_written:
            self._hide_composer()
            return
        words = f"Your text can't be kept as a draft: {refusal}"
        ask = Confirm(self.services, "Discard your text?", words, "discard", "keep editing")
        self.services.show_dialog(ask, lambda answer: self._discard())

    def _discard(self) -> None:
        self.composer.answer = Answer()
        self.composer.area.put("")
        self.services.drafts.forget(self.composer.draft)
        self._hide_composer()

    def _hide_composer(self) -> None:
        self.composer.close()
        self.thread.focus()
        self.services.update_footer()

    def _typed(self) -> None:
        """Works out variables and promises when typing pauses; one timer at a time, because a key is worth little."""
        if time.monotonic() - self.typed_at > 1:
            self.presence.key_typed()
        self.typed_at = time.monotonic()
        if not self.is_timed:
            self.is_timed = True
            self.set_timer(PREVIEW_SECONDS, self.pause_over)

    @property
    def writes(self) -> bool:
        """Whether the keyboard is in the composer, or comes back to it when the dialog in front is closed."""
        focused = self.screen.focused
        return self.composer.is_open and focused is not None and self.composer in focused.ancestors

    def is_ready_for(self, key: str) -> bool:
        """Letters typed for the composer wait until it is there."""
        if self._wanted is not None or self.composer.reading:
            return False
        if self.writes:
            return not self.composer.saving or key == "escape"
        return super().is_ready_for(key)

    def toggle_fold(self, key: str) -> None:
        """Opens or closes a quote or signature; what it opens is scrolled into view."""
        before, viewport = self.thread.lines.count(), self.thread.lines
        self.opened ^= {key}
        self.paint()
        self.thread.scroll_view(max(0, min(viewport.count() - before, viewport.cursor - viewport.top)))

    def to_the_newest(self) -> None:
        """Shows the newest message as soon as it is read."""
        self.placed = False
        self.thread.focus()

    def focus_main(self) -> None:
        """Puts the keyboard on the text that is being written, else on the thread."""
        if self.composer.is_open:
            self.composer.area.focus()
        else:
            self.body.focus()

    def pause_over(self) -> None:
        """Typing may have paused."""


def _newest(reading: Reading | None) -> int | None:
    """The ID of the newest message."""
    messages = reading.detail["messages"] if reading is not None else ()
    return messages[-1]["id"] if messages else None
