"""Removes traces of deleted rows: words in search indexes, free pages, the write-ahead log."""

from __future__ import annotations

import sqlite3
from functools import partial

from sqlalchemy import Connection

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseLocked

WORD_INDEXES = ("ticket_words", "ticket_message_words")
CALL_INDEX = "cdr_trigrams"
AGAIN = "Close other programs that use the database, make sure that the disk has room for a copy, and run this again."
MERGED_PAGES = 2_000
"""Pages of a search index that one transaction merges."""


def remove_leftovers(database: Database) -> None:
    """Merges search indexes, writes the SQLite file anew and empties its log; on PostgreSQL, VACUUM and backups follow.

    FTS5 keeps deleted words until the parts of an index are merged (SQLite FTS5, section 6.8). Raises DatabaseError.
    """
    if database.dialect != "sqlite":
        return
    for name in (*WORD_INDEXES, CALL_INDEX):
        pages = -MERGED_PAGES  # negative: begins to merge everything into one part
        while database.write(partial(_merge, name=name, pages=pages)):
            pages = MERGED_PAGES
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        try:  # on the driver's connection, as VACUUM can't be in a transaction
            driver.execute("PRAGMA temp_store = FILE")  # a copy of the database doesn't belong in memory
            driver.execute("VACUUM")
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            driver.execute("PRAGMA temp_store = MEMORY")
        except sqlite3.OperationalError as error:
            raise DatabaseLocked(f"The database file couldn't be rewritten: {error}.", AGAIN) from error
    if busy:
        raise DatabaseLocked("Another program is still reading the old data.", AGAIN)


def _merge(connection: Connection, name: str, pages: int) -> bool:
    """Whether there is more to merge."""
    before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    connection.exec_driver_sql(f"INSERT INTO {name}({name}, rank) VALUES ('merge', ?)", (pages,))
    # Less than 2 is FTS5's sign that there was nothing to merge.
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one()) - int(before) >= 2
