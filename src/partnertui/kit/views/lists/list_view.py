"""A list screen: runs a declared page. Filter, sort, tabs, paging, marks, states."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.partner_row_filter import own_joins
from partnertui.kit.declare.view_location import Location
from partnertui.kit.jobs import HEAVY, in_thread
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.lists.filter_line import FilterLine
from partnertui.kit.views.lists.list_state import ListState, narrowed_fields
from partnertui.kit.views.lists.preload_imports import IDLE_SECONDS, preload
from partnertui.kit.views.lists.row_feed import Feed
from partnertui.kit.views.lists.status_text import empty_text, how_many, status_text
from partnertui.kit.views.lists.title_line import TopLine
from partnertui.kit.views.page_row_source import source_of
from partnertui.kit.views.view_widget import ViewWidget
from partnertui.kit.widgets.table.table_mouse import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from partnertui.db.rows.listing import Count, Listing
    from partnertui.errors import UserError
    from partnertui.kit.declare.page import Column, Page
    from partnertui.kit.widgets.table.row_table import RowTable

MEASURED_HITS = 40
"""Matches of a scan whose widths are measured; later ones only repaint."""
STALE_ROWS_SECONDS = 1.5
"""How long the previous rows stay while others are being read."""


class ListView(ViewWidget):
    """One list. It paints itself empty at once; page and rows come when they are read."""

    DEFAULT_CSS = "ListView { layout: vertical; width: 1fr; height: 1fr; }"

    def __init__(self, services: Services, location: Location, common_actions: tuple[Action, ...] = ()) -> None:
        super().__init__(services, location)
        self.common_actions = common_actions
        self.page: Page | None = None
        self.state = ListState("")
        self.entry = services.catalog.screens[location.screen].entry
        self.top = TopLine(services.palette, services.symbols, self.entry.title)
        self.bar = FilterLine(services, self)
        self.table = Table(services.palette, services.symbols)
        self.feed = Feed(services, self.table.window, self._painted, self._failed, self.update_status)
        self.error: UserError | None = None
        self._wanted_row = location.cursor
        self._columns: tuple[Column, ...] = ()
        self._asked = self._shown = 0
        """Numbers of the newest reading asked for, and of the one that is shown."""

    def compose(self) -> ComposeResult:
        """Title line, filter line, table."""
        yield self.top
        yield self.bar
        yield self.table

    def on_mount(self) -> None:
        """Says that it is loading; nothing heavy is imported before the first frame."""
        self.table.show_message(("Loading …", "muted"))
        if self.services.first_frame_painted:
            self.begin_loading()

    def begin_loading(self) -> None:
        """Loads the page and its rows."""
        self.call_next(self._load)

    async def _load(self) -> None:
        def import_page() -> Page:
            # see HEAVY: two threads importing at once cost 80 ms
            with HEAVY:
                return self.services.catalog.page(self.location.screen)

        page = self.page = await in_thread(import_page)
        kept = dict(self.services.saved_state.get("lists", self.location.screen, default={}))
        kept.pop("sort", None)  # earlier versions kept the order of the moment
        state = ListState.of(page, kept)
        if self.location.fixed_filters or self.location.tab:  # a jump shows what it meant, not what was left here
            titles = [tab.title for tab in page.tabs]
            state.tab = titles.index(self.location.tab) if self.location.tab in titles else 0
            state.query = ""
        if self.location.query is not None:
            state.query = self.location.query
        if self.location.order is not None:
            state.sort, state.descending = self.location.order
        self.show_state(state)
        self.services.when_signed_in(self.restart)
        if page.opened is not None:
            self.services.when_signed_in(partial(page.opened, self.context()))
        self.services.update_footer()
        self.set_interval(1.0, self.table.tick)
        if page.refresh:
            self.set_interval(page.refresh, self.refresh_rows)
        if page.changes:
            from partnertui.kit.views.lists.list_changes import ListChanges  # after the first frame

            self.services.changes.subscribe(page.changes, self, ListChanges(self).told)

    def set_columns(self) -> None:
        """Gives the table its columns."""
        assert self.page is not None
        columns = self._columns = shown_columns(self, self.page)
        self.table.set_columns(columns, self.page.row_role, by_priority=not self.state.columns)
        self.top.show(tabs=tuple(tab.title for tab in self.page.tabs), tab=self.state.tab)

    def listing(self, tab: int | None = None) -> Listing:
        """What is listed now, or would be under another tab."""
        from partnertui.db.rows.listing import Listing, Sort

        assert self.page is not None
        criteria = self.state.all_criteria(
            self.page, self.services.scope, self.location.fixed_filters, self.services.operator, tab
        )
        return Listing(
            own_joins(self.page, self.services.operator), Sort(self.state.sort, self.state.descending), criteria
        )

    def restart(self) -> None:
        """Reads the list from its beginning, after a change of filter, order, tab or scope."""
        if self.page is None or self.services.operator is None:
            return
        if refusal := self.services.refusal(self.location.screen):
            goes = self.services.keymap.fill("{key:app.goto} goes to another screen.")
            self.table.show_message((refusal, "warn"), (goes, "muted"))
            return
        self.bar.read_again()
        self.save_state()
        if shown_columns(self, self.page) != self._columns:
            self.set_columns()
        self.table.window.marks.clear()
        self.table.show_heading(
            sort=self.state.sort,
            descending=self.state.descending,
            filtered=self.state.filtered,
            current=self.context().column,
        )
        self.bar.refresh()
        self._asked += 1
        self.set_timer(STALE_ROWS_SECONDS, partial(self._still_asking, self._asked))
        self.feed.start(self.listing(), source_of(self.page, self.context()))
        self._count_tabs()
        self.update_status()

    def _still_asking(self, number: int) -> None:
        """Rows of another filter, tab or customer must not stay under the new heading for long."""
        if number == self._asked and self._shown != number:
            self.table.window.fill((), before=False, after=False, first=0)
            if self.error is None:
                self.table.show_message(("Still loading …", "muted"), ("A narrower filter is faster.", "muted"))
            self.table.repaint(measure=False)

    def refresh_rows(self, *, changed: bool = False) -> None:
        """Reads the rows again where they are, and counts them; nothing jumps."""
        if changed:
            self.services.jobs.drop(self.feed, "rows")  # begun before the change, so it may show the rows without it
        if self.page is None or not self.display or self.services.jobs.busy(self.feed, "rows"):
            return
        if self.feed.listing is None:  # the database was away when the list was opened
            self.restart()
        elif self.services.operator is not None:
            self.feed.refresh()
            self.feed.count()
            self._count_tabs()

    def show_state(self, state: ListState) -> None:
        """Takes another filter, order and columns, as a saved view has them."""
        self.state = state
        self.table.widths = state.widths
        self.bar.read(state.query)
        self.state.criteria = self.bar.criteria
        self.set_columns()

    def save_state(self) -> None:
        """Saves filter, tab and columns for the next start, not the order; a list narrowed by a jump is not saved."""
        if self.page is not None and not self.location.fixed_filters:
            self.services.saved_state.put(
                "lists", self.location.screen, value=self.state.kept(self.page, order=False) or None
            )

    def context(self) -> ActionContext:
        """What an action run now would work on."""
        window = self.table.window
        column = self.table.column
        return ActionContext(
            self.services, self, self.location.screen, window.row, window.chosen(), column.name if column else ""
        )

    def actions(self) -> tuple[Action, ...]:
        """The screen's own actions first, then those of every list."""
        return (*(self.page.actions if self.page else ()), *self.common_actions)

    @property
    def has_rows(self) -> bool | None:
        """Whether the rows of this filter are there, and nothing is being saved; the filter line needs none."""
        if self.page is None:
            return None
        jobs = self.services.jobs
        return self.bar.has_class("editing") or not (jobs.saving or jobs.busy(self.feed, "rows"))

    # results of reading

    def _painted(self, how: str) -> None:
        self.error = None
        self._shown = self._asked
        if how == "end":
            self.table.window.move(len(self.table.window.rows), self.table.visible_lines)
        if how == "again" and not self.table.window.more_after:  # rows that were added above come into view if they fit
            self.table.window.follow(self.table.visible_lines)
        if how == "scan":
            self.table.show_heading(
                sort="", descending=False, filtered=self.state.filtered, current=self.context().column
            )
            self.table.repaint(measure=self.feed.scan is not None and self.feed.scan.hits < MEASURED_HITS)
        elif how in {"rows", "end"}:
            if self._wanted_row is not None:
                from partnertui.kit.views.lists.list_changes import go_to_row  # only for views that were sent

                go_to_row(self.table, self._wanted_row)
                self._wanted_row = None
            self.table.repaint()
            self.set_timer(IDLE_SECONDS, partial(preload, self.services, self.page))
        else:  # a column that was empty a moment ago may hold long numbers now
            self.table.repaint(measure=False, grow=how == "again")
        self.table.show_message(*empty_text(self))
        self.update_status()
        if self.services.database_error:
            self.services.database_recovered()

    def _failed(self, error: UserError) -> None:
        from partnertui.domain.errors import DomainError  # after the first frame

        self.error = error
        if not isinstance(error, DomainError):  # one is about what was asked for: the database is there
            self.services.database_failed(error)
        self.show_error(error)
        self.update_status()

    def show_error(self, error: Exception) -> None:
        """Shows why there are no rows, in their place."""
        self.table.show_message(
            (str(error), "bad"),
            (getattr(error, "advice", "") or self.services.keymap.fill("{key:list.refresh} tries again."), "muted"),
        )

    def _count_tabs(self) -> None:
        def counted(counts: Sequence[Count]) -> None:
            self.top.show(counts=tuple(how_many(count) for count in counts))
            if not self.table.window.rows and self.error is None and self._shown == self._asked:
                self.table.show_message(*empty_text(self))  # it says which other tab holds rows

        assert self.page is not None
        if self.page.tabs:
            listings = [self.listing(tab) for tab in range(len(self.page.tabs))]
            self.feed.count_others(listings, counted)

    def update_status(self) -> None:
        """Shows the state of the list at the right of the title."""
        text, role = status_text(self)
        self.top.show_status(text, role)

    # messages of the table

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        """Shows where the cursor is."""
        event.stop()
        self.update_status()

    def on_row_table_short(self, event: RowTable.Short) -> None:
        """Reads more rows at one end."""
        event.stop()
        if self.feed.listing is not None:
            self.feed.more(event.direction)

    def on_table_opened(self, event: Table.Opened) -> None:
        """Opens the record."""
        event.stop()
        self.services.open(Location(self.location.screen, event.row["id"], row=event.row))

    def on_table_menu(self, event: Table.Menu) -> None:
        """Opens the context menu."""
        event.stop()
        self.services.run_by_id("app.actions")

    def on_table_heading(self, event: Table.Heading) -> None:
        """Sorts by a column, or filters it."""
        event.stop()
        names = [column.name for column in self.table.columns]
        self.table.current = names.index(event.column)
        self.services.run_by_id("list.filter-column" if event.arrow else "list.sort")

    def on_top_line_chosen(self, event: TopLine.Chosen) -> None:
        """A click on a tab."""
        event.stop()
        self.choose_tab(event.tab)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text narrows the list: it is a name or number that somebody copied, never a row of commands."""
        event.stop()
        if words := one_line(event.text).strip():
            self.bar.edit(words)

    def choose_tab(self, tab: int) -> None:
        """Shows another tab."""
        if self.page is not None and self.page.tabs:
            self.state.tab = tab % len(self.page.tabs)
            self.top.show(tab=self.state.tab)
            self.restart()

    def focus_main(self) -> None:
        """Puts the keyboard on the table."""
        self.table.focus()

    def on_unmount(self) -> None:
        """Cancels what is still being read."""
        if self.page is not None and self.page.changes:
            self.services.changes.unsubscribe(self)
        self.feed.stop()


def shown_columns(view: ListView, page: Page) -> tuple[Column, ...]:
    """The columns that a list shows now, by its state, the customer scope and what a jump fixed."""
    narrowed = narrowed_fields(page, view.services.scope, view.location.fixed_filters)
    return view.state.shown(page, narrowed)
