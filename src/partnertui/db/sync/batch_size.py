"""The number of rows per batch of the import."""

from __future__ import annotations

LEAST, MOST = 5_000, 20_000
"""The most keeps the lists of IDs below the 32,766 parameters that SQLite takes."""
HELD_SECONDS = 2.0
"""How long a batch may hold its customers, and on SQLite the database, where writers give up after five seconds."""


class BatchSize:
    """As many rows as are written in about two seconds, from 5,000 to 20,000.

    Once the tables are large, the rows of a batch change most pages of the 35 indexes, however few they are: the last
    of a million calls get into SQLite at 5,600 a second, and at 3,800 in batches of 5,000.
    """

    def __init__(self) -> None:
        self.rows = LEAST

    def took(self, rows: int, seconds: float) -> None:
        """A batch of so many rows was written in this time; one that isn't full says nothing of the next."""
        if rows >= self.rows:
            fitting = int(rows * HELD_SECONDS / max(seconds, 0.001))
            self.rows = max(LEAST, min(fitting, rows * 2, MOST))
