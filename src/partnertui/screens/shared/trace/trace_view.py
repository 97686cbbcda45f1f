"""The view of a trace: ladder, message pane, header and search line, and what's currently shown of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.widget import Widget

from partnertui.calls.trace_model import Message, Stream, Trace
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.view_widget import ViewWidget
from partnertui.ladder.model import Options, RowKind
from partnertui.screens.shared.trace.field_tree_lines import tree_lines, tree_text
from partnertui.screens.shared.trace.field_trees import FieldTrees
from partnertui.screens.shared.trace.header_text import HeaderState, header_content
from partnertui.screens.shared.trace.header_widget import TraceHeader
from partnertui.screens.shared.trace.ladder_widget import LadderWidget
from partnertui.screens.shared.trace.live_update import UPDATE_SECONDS, LiveUpdate
from partnertui.screens.shared.trace.loader_protocol import HasCaptureIndex, TraceLoader
from partnertui.screens.shared.trace.message_lines import (
    Piece,
    message_lines,
    message_title,
    stream_lines,
    stream_title,
    wrap_pieces,
)
from partnertui.screens.shared.trace.message_pane import MessagePane
from partnertui.screens.shared.trace.message_search_line import FindLine
from partnertui.screens.shared.trace.pane_layout import Placement, pane_layout
from partnertui.screens.shared.trace.trace_analysis import Analysis
from partnertui.screens.shared.trace.trace_reader import PROGRESS_SECONDS, TraceReader


class TraceView(ViewWidget):
    """One trace in the view stack."""

    DEFAULT_CSS = """
    TraceView { layout: vertical; width: 1fr; height: 1fr; }
    TraceView > Container { layout: horizontal; width: 1fr; height: 1fr; }
    TraceView > .below { layout: vertical; }
    TraceView .away { display: none; }
    """

    def __init__(
        self,
        services: Services,
        location: Location,
        title: str,
        loader: TraceLoader,
        names: Mapping[str, str],
        actions: tuple[Action, ...],
        on_back: Callable[[], None],
    ) -> None:
        super().__init__(services, location)
        self.title, self.loader, self.names, self.went_back = title, loader, names, on_back
        self._actions = actions
        self.options = Options()
        self.maximized: bool = False
        """True while the message pane takes all the space."""
        self.showing_fields = False
        """True while the field tree of a message is shown instead of its text."""
        self.evidence_shown = -1
        """Which piece of evidence was shown last."""
        index = loader.index if isinstance(loader, HasCaptureIndex) else None
        self.field_trees = FieldTrees(services, title, index, lambda: self.trace, self._fields_changed)
        self.header, self.ladder, self.pane = TraceHeader(services), LadderWidget(services), MessagePane(services)
        self.find = FindLine(services, self)
        self.body = Container(self.ladder, self.pane)
        # reading starts before the view is mounted: mounting takes as long as reading a usual trace
        self.reader = TraceReader(services, title, loader, self, self.field_trees.preload)
        self.live_update = LiveUpdate(self.reader, lambda: services.context().view is self, self._show_update)

    def compose(self) -> ComposeResult:
        """Header, ladder and message pane, search line."""
        yield self.header
        yield self.body
        yield self.find

    def on_mount(self) -> None:
        """Lay out the panes and show what has been read so far."""
        self.fit_panes()
        self.reader.mounted()
        self.set_interval(PROGRESS_SECONDS, self.reader.show_progress)
        self.set_interval(UPDATE_SECONDS, self.live_update.poll)

    def on_unmount(self) -> None:
        """Cancel all jobs."""
        self.field_trees.stop()
        self.live_update.stop()
        self.reader.stop()

    # what is shown

    @property
    def analysis(self) -> Analysis | None:
        """The trace with verdict and statistics; None before it's read."""
        return self.reader.analysis

    @property
    def trace(self) -> Trace | None:
        """The trace; None before it's read, and when it has no messages."""
        return self.reader.trace

    @property
    def available_size(self) -> Size:
        """The size of the view; before the first frame the parent's, so that the panes don't move later."""
        parent = self.parent
        return parent.size if not self.size.width and isinstance(parent, Widget) else self.size

    def show_analysis(self) -> None:
        """Lay out the ladder of what the reader has read."""
        judgement = self.analysis.judgement if self.analysis is not None else None
        self.options = replace(self.options, evidence=judgement.verdict.evidence if judgement else ())
        self.lay_out()

    def _show_update(self, found: Analysis) -> None:
        """Show more messages of a call in progress; a cursor on the last message moves along."""
        at_end = self.ladder.at_end
        self.reader.messages_read(found)
        if at_end:
            self.ladder.go(len(self.ladder.ladder.rows) - 1)

    def restart(self) -> None:
        """Read the trace again."""
        self.live_update.stop()
        self.reader.restart()

    def lay_out(self, options: Options | None = None) -> None:
        """Lay out the ladder again, with other options if given."""
        self.options = options or self.options
        if self.trace is None:
            self.ladder.show_notice(
                ("No messages were captured for this call.", "warn"),
                ("Check whether a capture was running at that time, and where: Settings, Capture folders.", "muted"),
            )
        else:
            self.ladder.show(self.trace, self.names, self.options)
            if not self.ladder.ladder.rows:
                self.ladder.show_notice(
                    ("All messages are hidden.", "warn"),
                    (self.services.keymap.fill("{key:trace.show-all} shows all again."), "muted"),
                )
        self.fit_panes()
        self.show_message(keep=True)
        self.paint()

    def paint(self) -> None:
        """Update the header and the footer."""
        if not self.is_attached or not self.available_size.width:
            return
        reader, rows = self.reader, self.ladder.ladder.rows
        number = sum(row.stops for row in rows[: self.ladder.cursor + 1]) if self.ladder.row is not None else 0
        state = HeaderState(
            self.title,
            self.available_size.width,
            self.analysis,
            self.options,
            (number, sum(row.stops for row in rows)),
            live=self.live_update.active,
            progress=reader.job.far if reader.job is not None else None,
            failed=reader.error is not None,
            cancelled=reader.cancelled,
            verdict_key=self.services.keymap.label("trace.verdict"),
        )
        self.header.show(header_content(state, self.services.symbols))
        self.services.update_footer()

    def fit_panes(self) -> None:
        """Place the message pane beside the ladder, below it, or hide it when there's no room."""
        layout = pane_layout(self.available_size, len(self.ladder.ladder.participants), maximized=self.maximized)
        nothing = self.trace is None and self.reader.job is None
        self.body.set_class(layout.placement is Placement.BELOW, "below")
        self.ladder.set_class(self.maximized, "away")
        self.pane.set_class(nothing or layout.placement is Placement.HIDDEN, "away")
        self.pane.styles.width, self.pane.styles.height = layout.width, layout.height

    # the message under the cursor

    @property
    def message_index(self) -> int:
        """Index of the message under the cursor; -1 if there is none."""
        row = self.ladder.row
        return row.index if row is not None and row.kind == RowKind.MESSAGE else -1

    @property
    def current(self) -> Message | Stream | None:
        """The message or stream under the cursor."""
        row = self.ladder.row
        if row is None or self.trace is None:
            return None
        return self.trace.messages[row.index] if row.kind == RowKind.MESSAGE else self.trace.streams[row.index]

    def show_message(self, *, keep: bool = False) -> None:
        """Show what's under the cursor in the pane; `keep` the scroll position."""
        current, symbols = self.current, self.ladder.symbols
        if isinstance(current, Message) and self.showing_fields:
            self.field_trees.request(self.message_index)
            self.pane.show(message_title(current, symbols), self._field_lines, keep=keep)
        elif isinstance(current, Message):
            make = partial(message_lines, current, find=self.find.text)
            self.pane.show(message_title(current, symbols), make, keep=keep)
        elif current is not None:
            self.pane.show(stream_title(current, symbols), partial(stream_lines, current), keep=keep)
        else:
            self.pane.show(("", ""), lambda width: [])

    def _field_lines(self, width: int) -> list[list[Piece]]:
        """The field tree of the message under the cursor, or why it isn't available."""
        tree, error = self.field_trees.trees.get(self.message_index), self.field_trees.error
        if tree is not None:
            return tree_lines(tree, width, self.find.text)
        text, role = (error, "warn") if error else ("Dissecting …", "muted")
        return list(wrap_pieces([(text, role)], width, 0))

    def _fields_changed(self, index: int | None) -> None:
        """A tree has arrived, or all have (None)."""
        if self.showing_fields and self.is_attached and index in {None, self.message_index}:
            self.show_message(keep=True)

    def show_fields(self, wanted: bool) -> None:
        """Show the field tree of the message instead of its text, or the text again."""
        self.showing_fields = wanted
        self.field_trees.retry()
        self.show_message()
        if wanted and self.pane.has_class("away"):
            self.maximize(True)

    def maximize(self, maximized: bool) -> None:
        """Give the message pane all the space, or restore the ladder."""
        self.maximized = maximized
        self.fit_panes()
        (self.pane if maximized else self.ladder).focus()
        # The ladder has its height back only after the refresh.
        self.call_after_refresh(self.ladder.follow)
        self.paint()

    # searching and jumping

    def rows_with(self, text: str) -> list[int]:
        """Numbers of the ladder's rows whose message contains the text, ignoring case."""
        if self.trace is None or not text:
            return []
        rows = enumerate(self.ladder.ladder.rows)
        shown = [(number, row.index) for number, row in rows if row.kind == RowKind.MESSAGE]
        messages, trees = self.trace.messages, self.field_trees.trees if self.showing_fields else {}

        def searchable(index: int) -> str:
            fields = tree_text(trees[index]) if index in trees else ""
            return (messages[index].data.decode("utf-8", "replace") + fields).lower()

        return [number for number, index in shown if text.lower() in searchable(index)]

    def go_to(self, index: int) -> None:
        """Move the cursor to a message by its index, showing it again if it was hidden."""
        if index not in self.ladder.ladder.rows_of:
            self.services.notify("That message was hidden; showing all messages.", "")
            self.lay_out(Options(evidence=self.options.evidence))
        if index in self.ladder.ladder.rows_of:
            self.ladder.go(self.ladder.ladder.rows_of[index])

    # the View protocol

    def context(self) -> ActionContext:
        """Where the agent is, for actions."""
        return ActionContext(self.services, self, "trace")

    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return self._actions

    def refresh_rows(self, *, changed: bool = False) -> None:
        """Retry a failed reading; a trace that was read doesn't change."""
        if self.analysis is None and self.reader.job is None and not self.reader.cancelled:
            self.restart()

    def shown_again(self) -> None:
        """The view is in front again."""
        self.refresh_rows()
        self.paint()

    def focus_main(self) -> None:
        """Focus the ladder, or the message pane while it's maximized."""
        (self.pane if self.maximized else self.ladder).focus()

    # events

    def on_resize(self) -> None:
        """Place the panes again."""
        self.fit_panes()
        self.paint()

    def on_ladder_widget_moved(self, event: LadderWidget.Moved) -> None:
        """Show the message under the cursor."""
        event.stop()
        self.show_message()
        self.paint()

    def on_message_pane_step(self, event: MessagePane.Step) -> None:
        """Show another message; the pane stays in front."""
        event.stop()
        self.ladder.move(event.by)
