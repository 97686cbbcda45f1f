"""A record: reads its row again, shows its facts, what belongs to it, its notes and history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widget import Widget

from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.desk import Desk, Pin, Spot
from partnertui.kit.jobs import Trouble
from partnertui.kit.kinds import Row
from partnertui.kit.lists.top import TopLine
from partnertui.kit.page import Page, Panel
from partnertui.kit.records.body import RecordBody
from partnertui.kit.records.lines import BLANK, Line, PanelRows, drawing_lines, groups, panel_lines
from partnertui.kit.records.reading import Reading, known_panels, read_record
from partnertui.kit.safe_text import one_line
from partnertui.kit.trail import trail_lines

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RecordView(Widget):
    """One record of a screen. The row that the list had is shown at once, the rest when it is read."""

    DEFAULT_CSS = "RecordView { layout: vertical; width: 1fr; height: 1fr; }"

    def __init__(self, desk: Desk, spot: Spot) -> None:
        super().__init__()
        self.desk, self.spot = desk, spot
        self.page: Page = desk.catalog.page(spot.screen)
        self.row: Row | None = spot.row
        self.reading: Reading | None = None
        self.trouble = ""
        self.entry = desk.catalog.screens[spot.screen].entry
        self.top = TopLine(desk.palette, desk.glyphs, self.entry.title)
        self.body = RecordBody(desk)

    def compose(self) -> ComposeResult:
        """Title and lines."""
        yield self.top
        yield self.body

    def on_mount(self) -> None:
        """Shows what is known and reads the rest."""
        self.refresh_rows()
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.row is not None and any(column.kind.live for column in self.page.columns) and self.display:
            self.paint()

    def refresh_rows(self) -> None:
        """Reads the record again."""
        page, spot, catalog, operator = self.page, self.spot, self.desk.catalog, self.desk.operator
        here = self.here()

        def source_of(other: Page) -> Any:
            return other.source(here) if other.source else None

        def work(connection: Connection) -> Reading | None:
            return read_record(connection, page, spot, catalog, source_of, operator)

        self.desk.jobs.query(self, "record", lambda: self.desk.database, work, self._arrived, self._failed)

    def restart(self) -> None:
        """Reads the record again."""
        self.refresh_rows()

    def shown_again(self) -> None:
        """Back in front."""
        self.refresh_rows()

    def _arrived(self, reading: Reading | None) -> None:
        if reading is None:
            self.trouble = (
                "This record is gone: somebody deleted it. What it was is still shown."
                if self.row
                else ("There is no such record: it was deleted, or it belongs to somebody else.")
            )
        else:
            self.row, self.reading, self.trouble = reading.row, reading, ""
        self.desk.recovered()
        self.paint()

    def _failed(self, trouble: Trouble) -> None:
        self.trouble = str(trouble)
        self.desk.failed(trouble)
        self.paint()

    def paint(self) -> None:
        """Makes the lines for the size of now."""
        if not self.body.size.width:
            return
        name = one_line(self.page.title(self.row)) if self.row is not None else str(self.spot.record)
        self.top.show(title=f"{self.entry.title} {self.desk.glyphs.more_right} {name}")
        self.top.say(self.trouble, "bad")
        left, right = self.body.widths()
        self.body.show(self.left_lines(left), self.right_lines(right))
        self.desk.hints()

    def left_lines(self, width: int) -> list[Line]:
        """The facts."""
        if self.row is None:
            return [Line(((self.trouble or "Loading …", "muted"),))]
        lines: list[Line] = []
        for group in groups(self.page, self.facts_row(self.row), width, self.desk.glyphs.line):
            lines += [*group, BLANK]
        if self.reading is not None:
            lines += drawing_lines(self.page, self.facts_row(self.row), width, self.desk.glyphs.line)
        return lines

    def facts_row(self, row: Row) -> Row:
        """The row with what the record's detail added."""
        return {**row, **(self.reading.detail if self.reading else {})}

    def right_lines(self, width: int) -> list[Line]:
        """What belongs to the record, then notes and history."""
        if self.reading is None:
            return []
        lines: list[Line] = []
        role = self.desk.operator.role if self.desk.operator else None
        for panel, found in zip(known_panels(self.page, self.desk.catalog, role), self.reading.panels, strict=True):
            lines += [*self._panel(panel, found, width), BLANK]
        if self.page.table:
            lines += trail_lines(self.reading, width, self.desk.glyphs.line)
        return lines

    def _panel(self, panel: Panel, found: tuple[Sequence[Row], bool, str], width: int) -> list[Line]:
        other = self.desk.catalog.page(panel.screen)
        rows = PanelRows(panel.title, other, panel.screen, *found, self.pin(panel), panel.columns)
        return panel_lines(rows, width, self.desk.glyphs.line)

    def pin(self, panel: Panel) -> Pin:
        """What narrows the other screen to this record."""
        name = one_line(self.page.title(self.row)) if self.row is not None else ""
        value = self.row.get(panel.key) if self.row is not None else self.spot.record
        return Pin(panel.field, value, f"{self.entry.title.rstrip('s')}: {name}")

    def here(self) -> Here:
        """Where the agent is, for actions."""
        rows = (self.row,) if self.row is not None else ()
        return Here(self.desk, self, self.spot.screen, self.row, rows, self.body.line.name)

    def actions(self) -> tuple[Action, ...]:
        """What can be done: the screen's own actions, then what all records share."""
        from partnertui.kit.records.actions import RECORD_ACTIONS

        return (*self.page.actions, *RECORD_ACTIONS)

    def focus_main(self) -> None:
        """Puts the keyboard on the lines."""
        self.body.focus()

    def on_record_body_resized(self, event: Any) -> None:
        """Makes the lines anew."""
        event.stop()
        self.paint()

    def on_record_body_followed(self, event: RecordBody.Followed) -> None:
        """Goes where a line leads."""
        event.stop()
        if event.line.target is not None:
            self.desk.open(event.line.target)

    def on_unmount(self) -> None:
        """Stops what is under way."""
        self.desk.jobs.drop(self)
