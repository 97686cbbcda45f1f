"""The same shell with Textual's stock DataTable: the yardstick for wire, paging and memory.

usage: python bench/stock_table.py DATABASE [ROWS]
"""

from __future__ import annotations

import sqlite3
import sys

from textual.widgets import DataTable

from bare_shell import BareShell

COLUMNS = (
    "started_at",
    "disposition",
    "source_number",
    "destination_number",
    "duration",
    "customer_id",
    "user_id",
    "sip_code",
    "charge",
)


class StockTable(BareShell):
    """CDRs in Textual's DataTable, which needs all of them in memory."""

    def fill(self) -> None:
        """Loads the rows."""
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        limit = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
        query = f"SELECT {', '.join(COLUMNS)} FROM cdrs ORDER BY started_at DESC LIMIT {limit}"
        with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as database:
            table.add_rows([[str(cell) for cell in row] for row in database.execute(query)])
        table.focus()


if __name__ == "__main__":
    StockTable().run()
