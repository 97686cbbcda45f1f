"""Filters without an index: scans the table from the newest row, and shows matches as they are found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from partnertui.db.rows.id_range_scan import id_bounds, scan_range

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.listing import Listing
    from partnertui.errors import UserError
    from partnertui.kit.declare.kinds import Row
    from partnertui.kit.views.lists.row_feed import Feed

# 10 million rows are looked through at 200,000 to 300,000 a second, so the first hits show after a quarter of a second.
FIRST_STRETCH = 50_000
"""IDs of the first stretch; later ones are as long as fits into STRETCH_SECONDS."""
STRETCH_SECONDS = 0.4
"""How long a stretch should take."""
MAX_HITS = 1_000
"""Matches after which the scan stops by itself: nobody reads more."""


class Scan:
    """One stretch of IDs after another, in the feed's slot for rows: another filter cancels it in the database."""

    def __init__(self, feed: Feed, listing: Listing) -> None:
        self.feed, self.listing = feed, listing
        self.low = self.high = self.position = 0
        self.stretch = FIRST_STRETCH
        self.hits = 0
        self.state = "scanning"
        """scanning, done, stopped or full."""
        self._since = 0.0

    @property
    def share(self) -> float:
        """The part scanned so far, 0 to 1."""
        whole = self.high - self.low
        return 1.0 if whole <= 0 else (self.high - self.position) / whole

    @property
    def status(self) -> str:
        """The progress as text."""
        found = f"{self.hits:,} found"
        match self.state:
            case "scanning":
                return f"searching all rows, newest first: {self.share:.0%}, {found}"
            case "stopped":
                return f"stopped at {self.share:.0%}: {found}"
            case "full":
                return f"the newest {found}; narrow the filter to see others"
        return f"{found}, newest first"

    def start(self) -> None:
        """Starts at the newest row."""
        listing = self.listing

        def arrived(found: tuple[int, int]) -> None:
            # A stretch leaves out its lower end, so the lowest ID needs one below it.
            self.low, self.high = found[0] - 1, found[1]
            self.position = self.high
            self.feed.window.fill((), before=False, after=False, first=0)
            self.feed.painted("scan")
            self._step()

        self.feed.run("rows", lambda connection: id_bounds(connection, listing), arrived, self._failed)

    def stop(self) -> None:
        """Stops; the matches found so far stay."""
        if self.state == "scanning":
            self.state = "stopped"
            self.feed.services.jobs.drop(self.feed, "rows")
            self.feed.painted("scan")

    def _step(self) -> None:
        listing, upto = self.listing, self.position
        above, room = max(self.low, upto - self.stretch), MAX_HITS - self.hits
        self._since = time.monotonic()

        def work(connection: Connection) -> list[Row]:
            return scan_range(connection, listing, above, upto, room)

        self.feed.run("rows", work, lambda rows: self._arrived(rows, above), self._failed)

    def _arrived(self, rows: list[Row], above: int) -> None:
        took = max(time.monotonic() - self._since, 0.001)
        # at most four times up or down: one slow stretch says little of the next
        self.stretch = max(1_000, min(5_000_000, int(self.stretch * max(0.25, min(4.0, STRETCH_SECONDS / took)))))
        self.position, self.hits = above, self.hits + len(rows)
        self.feed.window.append(rows, more=False)
        if self.hits >= MAX_HITS:
            self.state = "full"
        elif self.position <= self.low:
            self.state = "done"
        self.feed.painted("scan")
        if self.state == "scanning":
            self._step()

    def _failed(self, error: UserError) -> None:
        self.state = "stopped"
        self.feed.failed(error)
