"""A list screen: runs a declared page. Filter, sort, tabs, paging, marks, states."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widget import Widget

from partnertui.errors import UserError
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.jobs import HEAVY, in_thread
from partnertui.kit.shell.services import Location, Services
from partnertui.kit.views.lists.feed import Feed
from partnertui.kit.views.lists.filter_bar import FilterBar
from partnertui.kit.views.lists.preload import IDLE, warm
from partnertui.kit.views.lists.state import ListState
from partnertui.kit.views.lists.status_text import empty_words, how_many, standing
from partnertui.kit.views.lists.top import TopLine
from partnertui.kit.widgets.table.mouse import TableMouse
from partnertui.kit.widgets.table.widget import Table

if TYPE_CHECKING:
    from partnertui.db.rows.listing import Count, Listing
    from partnertui.kit.declare.page import Page

PATIENT_ROWS = 40
"""Rows of which the widths of columns are measured while hits come in."""
PATIENCE = 1.5
"""Seconds that rows of before may stand while others are looked for."""


class ListView(Widget):
    """One list of the stage. It paints itself empty at once; page and rows come when they are there."""

    DEFAULT_CSS = "ListView { layout: vertical; width: 1fr; height: 1fr; }"

    def __init__(self, services: Services, location: Location) -> None:
        super().__init__()
        self.services, self.location = services, location
        self.page: Page | None = None
        self.state = ListState("")
        self.entry = services.catalog.screens[location.screen].entry
        self.top = TopLine(services.palette, services.symbols, self.entry.title)
        self.bar = FilterBar(services, self)
        self.table = Table(services.palette, services.symbols)
        self.feed = Feed(services, self.table.window, self._painted, self._failed, self._counted)
        self.count: Count | None = None
        self.trouble: UserError | None = None
        self._asked = self._shown = 0
        """Numbers of the newest reading asked for, and of the one that is shown."""

    def compose(self) -> ComposeResult:
        """Title line, filter line, table."""
        yield self.top
        yield self.bar
        yield self.table

    def on_mount(self) -> None:
        """Says that it loads; what it shows comes behind the first paint."""
        self.table.say(("Loading …", "muted"))
        if self.services.first_frame_painted:
            self.wake()

    def wake(self) -> None:
        """Loads the page and its rows."""
        self.call_next(self._load)

    async def _load(self) -> None:
        page = self.page = await in_thread(self._import)
        self.state = ListState.of(page, self.services.saved_state.get("lists", self.location.screen, default={}))
        if self.location.query is not None:
            self.state.query = self.location.query
        self.table.widths = self.state.widths
        self.bar.read(self.state.query)
        self.state.criteria = self.bar.criteria
        self.declare()
        self.services.when_signed_in(self.restart)
        self.services.update_footer()
        self.set_interval(1.0, self.table.tick)
        if page.refresh:
            self.set_interval(page.refresh, self.refresh_rows)

    def _import(self) -> Page:
        with HEAVY:
            return self.services.catalog.page(self.location.screen)

    def declare(self) -> None:
        """Gives the table its columns."""
        assert self.page is not None
        self.table.declare(self.state.shown(self.page), self.page.row_role)
        self.top.show(tabs=tuple(tab.title for tab in self.page.tabs), tab=self.state.tab)

    def listing(self, tab: int | None = None) -> Listing:
        """What is listed now, or would be under another tab."""
        from partnertui.db.rows.listing import Listing, Sort

        assert self.page is not None
        criteria = self.state.all_criteria(
            self.page, self.services.scope, self.location.fixed_filters, self.services.operator, tab
        )
        return Listing(self.page.rows, Sort(self.state.sort, self.state.descending), criteria)

    def restart(self) -> None:
        """Reads the list anew from its beginning, after a change of filter, order, tab or scope."""
        if self.page is None or self.services.operator is None:
            return
        if refusal := self.services.refusal(self.location.screen):
            self.table.say((refusal, "warn"), (": goes to another screen.", "muted"))
            return
        self.remember()
        self.count = None
        self.table.window.marks.clear()
        self.table.head(
            sort=self.state.sort,
            descending=self.state.descending,
            filtered=self.state.filtered,
            current=self.context().column,
        )
        self.bar.refresh()
        self._asked += 1
        self.set_timer(PATIENCE, partial(self._still_asking, self._asked))
        self.feed.start(self.listing(), self.page.source(self.context()) if self.page.source else None)
        self._count_tabs()
        self.tell()

    def _still_asking(self, number: int) -> None:
        """Rows of another filter, tab or customer do not stay under the new heading for long."""
        if number == self._asked and self._shown != number:
            self.table.window.fill((), before=False, after=False, first=0)
            if self.trouble is None:
                self.table.say(("Still looking …", "muted"), ("A narrower filter is faster.", "muted"))
            self.table.repaint(measure=False)

    def refresh_rows(self) -> None:
        """Reads the rows again where they are, and counts them; nothing jumps."""
        if self.page is not None and self.display and not self.services.jobs.busy(self.feed, "rows"):
            self.feed.refresh()
            if self.feed.listing is not None and self.services.operator is not None:
                self.feed.count()
                self._count_tabs()

    def shown_again(self) -> None:
        """Back in front: rows and counts may have changed meanwhile."""
        self.refresh_rows()

    def remember(self) -> None:
        """Keeps the state for the next start; a list narrowed by a jump is not kept."""
        if self.page is not None and not self.location.fixed_filters:
            self.services.saved_state.put("lists", self.location.screen, value=self.state.kept(self.page) or None)

    def context(self) -> ActionContext:
        """Where the agent is, for actions."""
        window = self.table.window
        column = self.table.column
        return ActionContext(
            self.services, self, self.location.screen, window.row, window.chosen(), column.name if column else ""
        )

    def actions(self) -> tuple[Action, ...]:
        """What can be done here: the screen's own actions first, then what all lists share."""
        from partnertui.kit.views.lists.actions import LIST_ACTIONS

        return (*(self.page.actions if self.page else ()), *LIST_ACTIONS)

    # rows came, or did not

    def _painted(self, how: str) -> None:
        self.trouble = None
        self._shown = self._asked
        if how == "end":
            self.table.window.move(len(self.table.window.rows), self.table.height)
        if how == "scan":
            self.table.head(sort="", descending=False, filtered=self.state.filtered, current=self.context().column)
            self.table.repaint(measure=self.feed.scan is not None and self.feed.scan.hits < PATIENT_ROWS)
        elif how in {"rows", "end"}:
            self.table.repaint()
            self.set_timer(IDLE, partial(warm, self.services, self.page))
        else:  # what was empty, or short, a moment ago may hold long numbers now
            self.table.repaint(measure=False, grow=how == "again")
        self.table.say(*empty_words(self))
        self.tell()
        if self.services.database_error:
            self.services.database_recovered()

    def _failed(self, trouble: UserError) -> None:
        self.trouble = trouble
        self.services.database_failed(trouble)
        self.explain(trouble)
        self.tell()

    def explain(self, trouble: UserError) -> None:
        """Says why there are no rows, where the rows would be."""
        self.table.say((str(trouble), "bad"), (getattr(trouble, "advice", "") or "F5 tries again.", "muted"))

    def _counted(self, count: Count) -> None:
        if self.count is None or count.exact or not self.count.exact:
            self.count = count
            self.tell()

    def _count_tabs(self) -> None:
        assert self.page is not None
        if self.page.tabs:
            listings = [self.listing(tab) for tab in range(len(self.page.tabs))]
            self.feed.count_others(
                listings, lambda counts: self.top.show(counts=tuple(how_many(count) for count in counts))
            )

    def tell(self) -> None:
        """Says at the right of the title where the list stands."""
        text, role = standing(self)
        self.top.say(text, role)

    # what the table tells

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows where the cursor is."""
        event.stop()
        self.tell()

    def on_table_short(self, event: Table.Short) -> None:
        """Reads on at one end."""
        event.stop()
        if self.feed.listing is not None:
            self.feed.more(event.direction)

    def on_table_mouse_opened(self, event: TableMouse.Opened) -> None:
        """Opens the record."""
        event.stop()
        self.services.open(Location(self.location.screen, event.row["id"], row=event.row))

    def on_table_mouse_menu(self, event: TableMouse.Menu) -> None:
        """Opens the context menu."""
        event.stop()
        self.services.run_action_by_id("list.menu")

    def on_table_mouse_heading(self, event: TableMouse.Heading) -> None:
        """Sorts by a column, or filters it."""
        event.stop()
        names = [column.name for column in self.table.columns]
        self.table.current = names.index(event.column)
        self.services.run_action_by_id("list.filter-column" if event.arrow else "list.sort")

    def on_top_line_chosen(self, event: TopLine.Chosen) -> None:
        """Changes the tab."""
        event.stop()
        self.choose_tab(event.tab)

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
        """Stops what is under way."""
        self.feed.stop()
