"""Trigram search of CDR numbers: an FTS5 table with triggers on SQLite, GIN with pg_trgm on PostgreSQL.

The FTS5 table has no content, positions or sizes. It only finds rows that have all trigrams of a text; whether they
contain the text itself is checked on the row.
"""

from __future__ import annotations

from partnertui.db.models.cdr_indexes import TRIGRAMS

FTS = "cdr_trigrams"
# With a separator, so that the end of one number and the beginning of the other make no trigram.
_TEXT = " || '|' || ".join("coalesce({0}." + name + ", '')" for name in TRIGRAMS)


def _text(row: str) -> str:
    return _TEXT.replace("{0}", row)


SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5(numbers, tokenize='trigram', content='', detail=none, columnsize=0)"
)
_INSERT = f"INSERT INTO {FTS}(rowid, numbers) VALUES (new.id, {_text('new')})"
# A table without content has to be told what it had indexed.
_DELETE = f"INSERT INTO {FTS}({FTS}, rowid, numbers) VALUES ('delete', old.id, {_text('old')})"
SQLITE_TRIGGERS = (
    f"CREATE TRIGGER {FTS}_insert AFTER INSERT ON cdrs BEGIN {_INSERT}; END",
    f"CREATE TRIGGER {FTS}_delete AFTER DELETE ON cdrs BEGIN {_DELETE}; END",
    f"CREATE TRIGGER {FTS}_update AFTER UPDATE OF {', '.join(TRIGRAMS)} ON cdrs BEGIN {_DELETE}; {_INSERT}; END",
)
SQLITE_FILL = f"INSERT INTO {FTS}(rowid, numbers) SELECT id, {_text('cdrs')} FROM cdrs ORDER BY id"
POSTGRESQL_EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
POSTGRESQL_INDEXES = tuple(
    (f"ix_cdrs_{name}_trigrams", f"CREATE INDEX ix_cdrs_{name}_trigrams ON cdrs USING gin ({name} gin_trgm_ops)")
    for name in TRIGRAMS
)


def sqlite_match(text: str) -> str:
    """The FTS5 expression for rows that have all trigrams of a text, which needs at least three characters."""
    quoted = (text[start : start + 3].replace('"', '""') for start in range(len(text) - 2))
    return " AND ".join(f'"{trigram}"' for trigram in dict.fromkeys(quoted))
