"""Trigram search of CDR numbers: an FTS5 table kept by triggers on SQLite, GIN with pg_trgm on PostgreSQL.

FTS5 without content, positions and sizes: it only says which rows have all trigrams; the row itself is asked then.
"""

from __future__ import annotations

from partnertui.db.models.cdr_indexes import TRIGRAMS

FTS = "cdr_trigrams"
_TEXT = " || '|' || ".join("coalesce({0}." + name + ", '')" for name in TRIGRAMS)


def _text(row: str) -> str:
    return _TEXT.replace("{0}", row)


SQLITE_TABLE = (
    f"CREATE VIRTUAL TABLE {FTS} USING fts5(numbers, tokenize='trigram', content='', detail=none, columnsize=0)"
)
_INSERT = f"INSERT INTO {FTS}(rowid, numbers) VALUES (new.id, {_text('new')})"
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
    """The FTS5 expression for rows that have all trigrams of a text of three characters or more."""
    quoted = (text[at : at + 3].replace('"', '""') for at in range(len(text) - 2))
    return " AND ".join(f'"{trigram}"' for trigram in dict.fromkeys(quoted))
