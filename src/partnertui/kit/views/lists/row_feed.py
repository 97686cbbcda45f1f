"""Loads rows into a list's window: first page, last page, more at either end, the same position again, counts.

Every read is a job; a newer one in the same slot cancels the older one in the database.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from partnertui.db.errors import QueryTimeout

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
    from partnertui.db.rows.source import RowSource
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.lists.full_scan import Scan
    from partnertui.kit.widgets.table.row_window import Window

CHUNK = 120
"""Rows fetched at once: three screens."""
EXACT_EVERY = 60.0
"""Seconds that an exact count is good for."""
SOON = 2.0
"""Seconds that a filter may take before the table is scanned instead."""


class Feed:
    """Rows of one listing into one window.

    `painted` is called when rows came, `failed` when they did not, `counted` when they were counted.
    """

    def __init__(
        self,
        services: Services,
        window: Window,
        painted: Callable[[str], None],
        failed: Callable[[UserError], None],
        counted: Callable[[], None],
    ) -> None:
        self.services, self.window = services, window
        self.painted, self.failed, self.counted = painted, failed, counted
        self.listing: Listing | None = None
        self.source: RowSource | None = None
        self.scan: Scan | None = None
        """Looks through the table, where no index serves the filter."""
        self.total: Count | None = None
        """How many rows there are, once they are counted."""
        self.since = 0.0
        self._exact_at = 0.0

    def start(self, listing: Listing, source: RowSource) -> None:
        """Reads the first page of a listing and counts it."""
        self.listing, self.source = listing, source
        self._exact_at = 0.0
        self.scan = self.total = None
        self.home()
        self.count()

    def home(self) -> None:
        """Reads the first page; a filter that takes too long becomes a scan."""
        if self.listing is None or self.source is None or self.scan is not None:
            return
        can_scan = bool(self.listing.criteria) and self.source.is_own_database
        self._fetch("rows", self._first, patience=SOON if can_scan else 0.0)

    def end(self) -> None:
        """Reads the last page."""
        if self.scan is not None:
            return
        self._fetch("rows", self._last, last=True)

    def more(self, direction: int) -> None:
        """Reads on at one end of the window, unless that is under way."""
        if self.listing is None or not self.window.rows or self.scan is not None:
            return
        slot = "after" if direction > 0 else "before"
        if self.services.jobs.busy(self, slot) or self.services.jobs.busy(self, "rows"):
            return
        edge = self.window.rows[-1] if direction > 0 else self.window.rows[0]
        from partnertui.db.rows.listing import key_of  # criteria and listings, which the first frame doesn't need

        key = key_of(self.listing, edge)
        edge_id = edge["id"]

        def arrived(page: PageOfRows) -> None:
            rows = self.window.rows
            # The window was filled anew meanwhile: these rows no longer follow its edge.
            if not rows or rows[-1 if direction > 0 else 0]["id"] != edge_id:
                return
            (self.window.append if direction > 0 else self.window.prepend)(page.rows, page.more)
            self.painted(slot)

        if direction > 0:
            self._fetch(slot, arrived, after=key)
        else:
            self._fetch(slot, arrived, before=key)

    def refresh(self) -> None:
        """Reads the window's rows again; cursor and view keep their place."""
        listing, window = self.listing, self.window
        if listing is None or self.scan is not None:
            return
        # At the beginning the first page is asked for, not the rows from the first one on: new ones come before it.
        if not window.rows or (window.first == 0 and not window.more_before):
            self._fetch("rows", self._again, limit=max(CHUNK, len(window.rows)))
            return
        from partnertui.db.rows.listing import key_of  # as above

        self._fetch("rows", self._again, first=key_of(listing, window.rows[0]), limit=len(window.rows))

    def count(self) -> None:
        """Counts what is listed: capped at once, then exactly in the background."""
        if self.listing is None or self.scan is not None:
            return

        # Capped takes 0.4 to 1.5 ms; exact, over 10 million rows, 60 to 515 ms (docs/architecture.md).
        def capped(count: Count) -> None:
            self._take_count(count)
            if not count.exact and time.monotonic() - self._exact_at > EXACT_EVERY:
                self._exact_at = time.monotonic()
                self._count("exact", None, self._take_count, deadline=60)

        from partnertui.db.rows.source import COUNT_CAP  # as above

        self._count("count", COUNT_CAP, capped)

    def _take_count(self, count: Count) -> None:
        # A capped count that comes late must not replace an exact one.
        if self.total is None or count.exact or not self.total.exact:
            self.total = count
            self._number_from_end()
            self.counted()

    def _number_from_end(self) -> None:
        """Numbers the rows that were read from the end, once it is known how many there are."""
        window, total = self.window, self.total
        if total is not None and total.exact and not window.more_after:
            window.count_back(total.number)

    def count_others(self, listings: Sequence[Listing], done: Callable[[list[Count]], None]) -> None:
        """Counts other listings, such as those behind the tabs, capped."""
        source = self.source
        assert source is not None

        def work(connection: Connection) -> list[Count]:
            return [source.count(connection, listing) for listing in listings]

        self.run("tabs", work, done, lambda trouble: None)

    def stop(self) -> None:
        """Cancels everything under way."""
        self.services.jobs.drop(self)

    def _count(self, slot: str, cap: int | None, done: Callable[[Count], None], deadline: float = 10) -> None:
        listing, source = self.listing, self.source
        assert listing is not None
        assert source is not None

        def work(connection: Connection) -> Count:
            return source.count(connection, listing, cap=cap)

        self.run(slot, work, done, lambda trouble: None, deadline)

    def _fetch(
        self,
        slot: str,
        done: Callable[[PageOfRows], None],
        *,
        after: Key | None = None,
        before: Key | None = None,
        last: bool = False,
        first: Key | None = None,
        limit: int = CHUNK,
        patience: float = 0.0,
    ) -> None:
        """Reads a page; from the key `first` on for rows that are read again. `patience` limits the seconds."""
        listing, source = self.listing, self.source
        assert listing is not None
        assert source is not None

        def work(connection: Connection) -> PageOfRows:
            from partnertui.db.rows.read_limits import shortened  # as above

            if first is not None:
                from partnertui.db.rows.source import fetch_again  # as above

                page = fetch_again(source, connection, listing, first, limit)
            else:
                page = source.fetch_page(connection, listing, after=after, before=before, last=last, limit=limit)
            return replace(page, rows=shortened(page.rows, listing.sort.field))

        def arrived(page: PageOfRows) -> None:
            self.since = time.time()
            done(page)

        def late(trouble: UserError) -> None:
            if patience and isinstance(trouble, QueryTimeout) and self.listing is listing:
                self._look_through()
            else:
                self.failed(trouble)

        self.run(slot, work, arrived, late, patience or 10)

    def _look_through(self) -> None:
        from partnertui.kit.views.lists.full_scan import Scan

        assert self.listing is not None
        for slot in ("count", "exact", "tabs"):
            self.services.jobs.drop(self, slot)
        self.scan = Scan(self, self.listing)
        self.scan.start()

    def run(
        self,
        slot: str,
        work: Callable[[Connection], T],
        done: Callable[[T], None],
        failed: Callable[[UserError], None],
        deadline: float = 10,
    ) -> None:
        """Reads from the database in one of the feed's slots."""
        services = self.services
        # a source of its own may be away while our database isn't: then it isn't the replica's fault
        is_own = self.source is not None and self.source.is_own_database
        services.jobs.query(
            self, slot, lambda: services.database, work, done, failed, deadline=deadline, from_replica=is_own
        )

    def _first(self, page: PageOfRows) -> None:
        self.window.fill(page.rows, before=False, after=page.more, first=0)
        self.painted("rows")

    def _last(self, page: PageOfRows) -> None:
        self.window.fill(page.rows, before=page.more, after=False, first=None if page.more else 0)
        self._number_from_end()
        self.painted("end")

    def _again(self, page: PageOfRows) -> None:
        rows: Sequence[Row] = page.rows
        whole = self.window.first == 0 and not self.window.more_before
        self.window.refreshed(rows, before=not whole and bool(rows), after=page.more)
        self.painted("again")
