"""Exports history as JSON lines, with the hashes by which an outside auditor can verify it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import History
from partnertui.db.models.base import table_of

CHUNK = 2_000


def history_lines(
    connection: Connection, customer_id: int | None, since: datetime | None, until: datetime | None
) -> Iterator[str]:
    """One JSON object an entry, oldest first; hashes and salts in hexadecimal, times in UTC."""
    table = table_of(History)
    statement = select(*table.c).order_by(table.c.id)
    if customer_id is not None:
        statement = statement.where(table.c.customer_id == customer_id)
    if since is not None:
        statement = statement.where(table.c.at >= since)
    if until is not None:
        statement = statement.where(table.c.at < until)
    for row in connection.execute(statement, execution_options={"yield_per": CHUNK}).mappings():
        values = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        yield json.dumps({**values, "at": row["at"].isoformat()}, ensure_ascii=False)
