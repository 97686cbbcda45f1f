"""Limits on what lists and records read of very long values and very many rows."""

from __future__ import annotations

from collections.abc import Iterable

from partnertui.db.rows.type_aliases import Row
from partnertui.domain.plurals import plural

VALUE_SHOWN = 10_000
"""Characters of one value of a list or record; the rest stays in the database, and in exports."""
IDS_PER_QUERY = 400
"""IDs in one IN list: databases limit the parameters of a statement."""
BODY_READ = 100_000
"""Characters of a text."""
NOTES_READ = 200
"""Notes of a record, the newest."""
MESSAGES_READ = 200
"""Messages of a ticket, the newest."""
CONVERSATION_READ = 400_000
"""Characters of a ticket's messages together; of those before that, the first SHORTENED are kept."""
SHORTENED = 500


def shortened(rows: Iterable[Row], key: str) -> list[Row]:
    """Rows whose very long values are cut, each saying how much is left out; forms and exports read them whole.

    key: the column that the rows are sorted by, which stays whole, because the next page is read from there on.
    """
    return [_shortened(row, key) if any(_is_long(value) for value in row.values()) else row for row in rows]


def _shortened(row: Row, key: str) -> Row:
    return {name: _cut(value) if name != key and _is_long(value) else value for name, value in row.items()}


def _is_long(value: object) -> bool:
    return isinstance(value, str) and len(value) > VALUE_SHOWN


def _cut(value: object) -> str:
    text = str(value)
    rest = plural(len(text) - VALUE_SHOWN, "more character isn't", "more characters aren't")
    return f"{text[:VALUE_SHOWN]} … {rest} shown"
