"""A record: its fields, the lists that belong to it, its notes and history."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.lists.title_line import TopLine
from partnertui.kit.views.notes_and_history import history_lines
from partnertui.kit.views.page_row_source import source_of
from partnertui.kit.views.records.record_reader import Reading, known_panels, read_record
from partnertui.kit.views.view_widget import ViewWidget
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.record_lines import PanelRows, drawing_lines, groups, longest_fact, panel_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection
    from textual.app import ComposeResult

    from partnertui.errors import UserError
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.declare.page import Page, Panel


class RecordView(ViewWidget):
    """One record of a screen. The row that the list had is shown at once, the rest when it is read."""

    DEFAULT_CSS = "RecordView { layout: vertical; width: 1fr; height: 1fr; }"

    def __init__(self, services: Services, location: Location, common_actions: tuple[Action, ...] = ()) -> None:
        super().__init__(services, location)
        self.common_actions = common_actions
        self.page: Page = services.catalog.page(location.screen)
        self.row: Row | None = location.row
        self.reading: Reading | None = None
        self.error = ""
        self._outdated = False
        """Whether the record was changed here since it was read: an action would work on an old version."""
        self._lists_end: int | None = None
        """Lines of the lists beside the facts; None while they are unknown or below them."""
        self.entry = services.catalog.screens[location.screen].entry
        self.top = TopLine(services.palette, services.symbols, self.entry.title)
        self.body = LineView(services)

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield self.top
        yield self.body

    def on_mount(self) -> None:
        """Shows what is known and reads the rest."""
        self.refresh_rows()
        self.set_interval(1.0, self._tick)
        if self.page.changes:
            self.services.changes.subscribe(self.page.changes, self, self._changed_elsewhere)

    def _changed_elsewhere(self, changed: frozenset[int]) -> None:
        if (not changed or self.location.record in changed) and self.display:
            self.refresh_rows()

    def _tick(self) -> None:
        if self.row is not None and any(column.kind.live for column in self.page.columns) and self.display:
            self.paint()

    def refresh_rows(self, *, changed: bool = False) -> None:
        """Reads the record again."""
        self._outdated |= changed
        page, location, catalog, operator = self.page, self.location, self.services.catalog, self.services.operator
        context = self.context()
        sources, more = partial(source_of, context=context), self.more_reader()

        def work(connection: Connection) -> Reading | None:
            found = read_record(connection, page, location, catalog, sources, operator)
            return found if found is None else replace(found, detail={**found.detail, **more(connection, found.row)})

        self.services.read(self, "record", work, self._arrived, self._failed, from_replica=True)

    def more_reader(self) -> Callable[[Connection, Row], dict[str, Any]]:
        """What reads more than the page's `detail`, which knows no settings; it runs in the same job."""
        return lambda connection, row: {}

    def _arrived(self, reading: Reading | None) -> None:
        self._outdated = False
        if reading is None:
            self.error = (
                "This record was deleted; its last state is still shown."
                if self.row
                else "There is no such record: it was deleted, or it belongs to another partner."
            )
        else:
            self.row, self.reading, self.error = reading.row, reading, ""
        self.services.database_recovered()
        self.paint()

    def _failed(self, error: UserError) -> None:
        self._outdated = False
        self.error = str(error)
        self.services.database_failed(error)
        self.paint()

    def paint(self) -> None:
        """Makes the lines for the current size."""
        if not self.body.size.width:
            return
        name = one_line(self.page.title(self.row)) if self.row is not None else str(self.location.record)
        self.top.show(title=f"{self.entry.title} {self.services.symbols.more_right} {name}")
        self.top.show_status(self.error, "bad")
        self.body.left_cells = longest_fact(self.page, self.row) if self.row is not None else 0
        left, right = self.body.widths()
        beside = self.right_lines(right)
        # the facts below the lists beside them have the whole width
        self._lists_end = len(beside) if self.body.wide and self.reading is not None else None
        self.body.show(self.left_lines(left), beside)
        self.services.update_footer()

    def left_lines(self, width: int) -> list[Line]:
        """The facts."""
        if self.row is None:
            return [Line(((self.error or "Loading …", "muted"),))]
        lines: list[Line] = []
        row, rule = self.facts_row(self.row), self.services.symbols.line
        beside = groups(self.page, row, width, rule)
        alone = beside if self._lists_end is None else groups(self.page, row, self.body.full_width, rule)
        for narrow, whole in zip(beside, alone, strict=True):
            lines += [*(narrow if self._lists_end is None or len(lines) < self._lists_end else whole), BLANK]
        if self.reading is not None:
            lines += drawing_lines(self.page, row, width, rule)
        return lines

    def facts_row(self, row: Row) -> Row:
        """The row with what the page's `detail` added."""
        return {**row, **(self.reading.detail if self.reading else {})}

    def right_lines(self, width: int) -> list[Line]:
        """The lists that belong to the record, then notes and history."""
        if self.reading is None:
            return []
        lines: list[Line] = []
        role = self.services.operator.role if self.services.operator else None
        for panel, found in zip(known_panels(self.page, self.services.catalog, role), self.reading.panels, strict=True):
            lines += [*self._panel(panel, found, width), BLANK]
        if self.page.table:
            lines += history_lines(self.reading, width, self.services.symbols.line, self.page)
        return lines

    def _panel(self, panel: Panel, found: tuple[Sequence[Row], bool, str], width: int) -> list[Line]:
        other = self.services.catalog.page(panel.screen)
        rows = PanelRows(panel.title, other, panel.screen, *found, self.fixed_filter(panel), panel.columns)
        return panel_lines(rows, width, self.services.symbols.line)

    def fixed_filter(self, panel: Panel) -> FixedFilter:
        """What narrows the other screen to this record."""
        name = one_line(self.page.title(self.row)) if self.row is not None else ""
        value = self.row.get(panel.key) if self.row is not None else self.location.record
        return FixedFilter(panel.field, value, f"{self.entry.title.rstrip('s')}: {name}")

    def context(self) -> ActionContext:
        """What an action run now would work on."""
        rows = (self.row,) if self.row is not None else ()
        return ActionContext(self.services, self, self.location.screen, self.row, rows, self.body.line.name)

    def actions(self) -> tuple[Action, ...]:
        """The screen's own actions first, then those of every record."""
        return (*self.page.actions, *self.common_actions)

    @property
    def has_rows(self) -> bool:
        """Whether the record was read since it was last changed here, and isn't being saved."""
        is_read = self.reading is not None or bool(self.error)
        return is_read and not self._outdated and not self.services.jobs.saving

    def focus_main(self) -> None:
        """Puts the keyboard on the lines."""
        self.body.focus()

    def on_line_view_resized(self, event: LineView.Resized) -> None:
        """Makes the lines for the new width."""
        event.stop()
        self.paint()

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """Goes where a line leads."""
        event.stop()
        if event.line.target is not None:
            self.services.open(event.line.target)

    def on_unmount(self) -> None:
        """Cancels what is still being read."""
        if self.page.changes:
            self.services.changes.unsubscribe(self)
        self.services.jobs.drop(self)
