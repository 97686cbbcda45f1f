"""The view of a trace: reads it in the background, shows ladder, raw message and verdict, and keeps what is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from partnertui.calls.model import Message, Stream, Trace
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.services import Location, Services
from partnertui.ladder.grid import EDGE, MARGIN, NARROWEST
from partnertui.ladder.model import Options, RowKind
from partnertui.screens.shared.trace.dissecting import Dissecting
from partnertui.screens.shared.trace.find_line import FindLine
from partnertui.screens.shared.trace.following import Following
from partnertui.screens.shared.trace.ladder_widget import LadderWidget
from partnertui.screens.shared.trace.message_lines import (
    Piece,
    message_lines,
    message_title,
    stream_lines,
    stream_title,
    wrap_pieces,
)
from partnertui.screens.shared.trace.raw import RawPane
from partnertui.screens.shared.trace.reading import TraceReading
from partnertui.screens.shared.trace.telling import tell
from partnertui.screens.shared.trace.top import TraceTop
from partnertui.screens.shared.trace.tree_lines import tree_lines, tree_text

if TYPE_CHECKING:
    from partnertui.screens.shared.trace.opening import Load

WIDE = 96
"""Cells of the view from which the raw message may stand beside the ladder: a terminal of 120 columns with its menu."""
MOVES = (("↑ ↓ PgUp PgDn", "messages; in the raw message its lines"), ("← →", "columns; in the raw message, messages"))
"""What moves here, for the help."""
USUAL = 3
"""Columns for which panes are placed before the messages are there: then nothing moves when they come."""
BESIDE, WIDEST = 34, 96
"""Cells of the pane beside the ladder: least and most."""
BELOW_HEIGHT = 28
"""Lines of the view from which there is room for a pane below the ladder."""


class TraceView(TraceReading, Widget):
    """One trace on the stage."""

    DEFAULT_CSS = """
    TraceView { layout: vertical; width: 1fr; height: 1fr; }
    TraceView > Container { layout: horizontal; width: 1fr; height: 1fr; }
    TraceView > .below { layout: vertical; }
    TraceView .away { display: none; }
    """

    def __init__(
        self, services: Services, location: Location, title: str, load: Load, names: Mapping[str, str]
    ) -> None:
        super().__init__()
        self.services, self.location, self.title, self.load, self.names = services, location, title, load, names
        self.options = Options()
        self.full: bool = False
        """True while the raw message has all the room."""
        self.dissected = False
        """True while the tree of a message is shown in place of its text."""
        self.dissecting = Dissecting(self)
        self.following = Following(self)
        self.told = -1
        """Which piece of evidence was shown last."""
        self.top, self.ladder, self.raw = TraceTop(services), LadderWidget(services), RawPane(services)
        self.find: FindLine = FindLine(services, self)
        self.body = Container(self.ladder, self.raw)
        self.begin()

    def compose(self) -> ComposeResult:
        """Words, ladder and raw message, the line to search with."""
        yield self.top
        yield self.body
        yield self.find

    # showing

    @property
    def trace(self) -> Trace | None:
        """The trace; None before it is read, or where nothing was found."""
        return self.study.trace if self.study is not None and self.study.trace.messages else None

    @property
    def room(self) -> Size:
        """The cells there are: before the first frame those of the stage, so that the first is painted as the last."""
        parent = self.parent
        return parent.size if not self.size.width and isinstance(parent, Widget) else self.size

    def lay_out(self, options: Options | None = None) -> None:
        """Makes the ladder anew, with other options if wanted."""
        self.options = options or self.options
        if self.trace is None:
            self.ladder.say(
                ("No message of this call was captured.", "warn"),
                ("Look whether a capture ran at that time, and where: Settings, Capture folders.", "muted"),
            )
        else:
            self.ladder.show(self.trace, self.names, self.options)
            if not self.ladder.ladder.rows:
                self.ladder.say(("Nothing is left with what is hidden now.", "warn"), ("x shows all again.", "muted"))
        self.fit_panes()
        self.show_raw(keep=True)
        self.paint()

    def paint(self) -> None:
        """Says anew what stands above the ladder."""
        if self.is_attached and self.room.width:
            self.top.show(*tell(self))
            self.services.update_footer()

    def fit_panes(self) -> None:
        """Beside the ladder, below it, or away: where there is room for the raw message."""
        width, height = self.room
        columns = max(2, len(self.ladder.ladder.participants) or USUAL)
        least = MARGIN + 12 + 2 * EDGE + (columns - 1) * NARROWEST
        comfortable = least + (columns - 1) * 8
        beside = width >= WIDE and width - least >= BESIDE
        below = not beside and height >= BELOW_HEIGHT
        self.body.set_class(below, "below")
        self.ladder.set_class(self.full, "away")
        nothing = self.trace is None and self.job is None
        self.raw.set_class(nothing or not (self.full or beside or below), "away")
        if self.full:
            self.raw.styles.width = self.raw.styles.height = "1fr"
        elif beside:
            wide = max(BESIDE, min(WIDEST, width * 45 // 100, width - min(comfortable, width - BESIDE)))
            self.raw.styles.width, self.raw.styles.height = wide, "1fr"
        else:
            self.raw.styles.width, self.raw.styles.height = "1fr", max(8, height * 2 // 5)

    @property
    def place(self) -> int:
        """The place of the message under the cursor in the trace; -1 where there is none."""
        row = self.ladder.row
        return row.index if row is not None and row.kind == RowKind.MESSAGE else -1

    @property
    def current(self) -> Message | Stream | None:
        """What is under the cursor."""
        row = self.ladder.row
        if row is None or self.trace is None:
            return None
        return self.trace.messages[row.index] if row.kind == RowKind.MESSAGE else self.trace.streams[row.index]

    def show_raw(self, *, keep: bool = False) -> None:
        """Shows what is under the cursor in full."""
        current, signs = self.current, self.ladder.signs
        if isinstance(current, Message) and self.dissected:
            self.dissecting.want(self.place)
            self.raw.show(message_title(current, signs), self._tree, keep=keep)
        elif isinstance(current, Message):
            make = partial(message_lines, current, find=self.find.text)
            self.raw.show(message_title(current, signs), make, keep=keep)
        elif current is not None:
            self.raw.show(stream_title(current, signs), partial(stream_lines, current), keep=keep)
        else:
            self.raw.show(("", ""), lambda width: [])

    def _tree(self, width: int) -> list[list[Piece]]:
        """The tree of the message under the cursor, or why it is not there."""
        tree, trouble = self.dissecting.trees.get(self.place), self.dissecting.trouble
        if tree is not None:
            return tree_lines(tree, width, self.find.text)
        words, role = (trouble, "warn") if trouble else ("Dissecting …", "muted")
        return list(wrap_pieces([(words, role)], width, 0))

    def dissect(self, wanted: bool) -> None:
        """Shows the tree of the message in place of its text, or the text again."""
        self.dissected = wanted
        self.dissecting.again()
        self.show_raw()
        if wanted and self.raw.has_class("away"):
            self.enlarge(True)

    def text_of(self, place: int) -> str:
        """What is searched of a message: its text, and its tree while trees are shown."""
        assert self.trace is not None
        tree = self.dissecting.trees.get(place) if self.dissected else None
        more = tree_text(tree) if tree is not None else ""
        return self.trace.messages[place].data.decode("utf-8", "replace") + more

    def go_to(self, place: int) -> None:
        """Puts the cursor on a message, by its place in the trace; what hides it is taken away."""
        if place not in self.ladder.ladder.rows_of:
            self.services.notify("That message was hidden: now all are shown.", "")
            self.lay_out(Options(evidence=self.options.evidence))
        if place in self.ladder.ladder.rows_of:
            self.ladder.go(self.ladder.ladder.rows_of[place])

    def between(self, place: int) -> str:
        """Who sent a message to whom, by the names of the ladder."""
        ladder = self.ladder.ladder
        if place in ladder.rows_of:
            row = ladder.rows[ladder.rows_of[place]]
            return " to ".join(ladder.participants[column].title for column in (row.source, row.target))
        assert self.trace is not None
        message = self.trace.messages[place]
        return f"{message.source} to {message.destination}"

    def enlarge(self, full: bool) -> None:
        """Gives the raw message all the room, or the ladder its own back."""
        self.full = full
        self.fit_panes()
        (self.raw if full else self.ladder).focus()
        self.call_after_refresh(self.ladder.follow)
        self.paint()

    # what the stage wants

    def context(self) -> ActionContext:
        """Where the agent is, for actions."""
        return ActionContext(self.services, self, "trace", extra={"title": "In a trace", "moves": MOVES})

    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        from partnertui.screens.shared.trace.actions import TRACE_ACTIONS

        return TRACE_ACTIONS

    def refresh_rows(self) -> None:
        """Reads again what could not be read; a trace that is there does not change."""
        if self.study is None and self.job is None and not self.cancelled:
            self.restart()

    def shown_again(self) -> None:
        """Back in front."""
        self.refresh_rows()
        self.paint()

    def focus_main(self) -> None:
        """Puts the keyboard on the ladder."""
        (self.raw if self.full else self.ladder).focus()

    def on_resize(self) -> None:
        """Places the panes anew."""
        self.fit_panes()
        self.paint()

    def on_ladder_widget_moved(self, event: LadderWidget.Moved) -> None:
        """Shows the message under the cursor."""
        event.stop()
        self.show_raw()
        self.paint()

    def on_ladder_widget_opened(self, event: LadderWidget.Opened) -> None:
        """Shows the message full size."""
        event.stop()
        self.enlarge(True)

    def on_ladder_widget_menu(self, event: LadderWidget.Menu) -> None:
        """Opens the menu."""
        event.stop()
        self.services.run_action_by_id("trace.menu")

    def on_raw_pane_step(self, event: RawPane.Step) -> None:
        """Another message, the raw one still in front."""
        event.stop()
        self.ladder.move(event.by)

    def on_trace_top_clicked(self, event: TraceTop.Clicked) -> None:
        """All of the verdict."""
        event.stop()
        self.services.run_action_by_id("trace.verdict")

    def on_unmount(self) -> None:
        """Stops what is under way."""
        self.dissecting.stop()
        self.following.stop()
        if self.job is not None:
            self.job.cancel()
