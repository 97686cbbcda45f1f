"""A customers' portal as far as log-in links go: the lines of docs/operating.md, on either database."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from partnertui.db.database import Database
from partnertui.db.models.base import now

DOCUMENT = Path(__file__).parents[3] / "docs/operating.md"


def documented_statements() -> list[str]:
    """The SQL that the document tells a portal to run, in order."""
    lines = DOCUMENT.read_text("utf-8").split("<!-- redeem -->")[1].split("```sql\n")[1].split("```")[0]
    return [statement.strip() for statement in lines.split(";\n") if statement.strip()]


def redeem(database: Database, token: str, *, session: bytes = b"new") -> int | None:
    """Logs somebody in; returns the user's ID, or None if the link isn't valid (any more)."""
    update, session_row, history = documented_statements()
    digest, moment = hashlib.sha256(token.encode()).digest(), _moment(database, now())

    def work(connection: Any) -> int | None:
        link = connection.execute(text(update), {"hash": digest, "now": moment}).mappings().first()
        if link is None:
            return None
        session_hash = hashlib.sha256(session).digest()
        names = connection.execute(text(session_row), {"link": link["id"], "session": session_hash}).scalar_one()
        changes = json.dumps({"log_in_as_user": [None, f"{names}, started"]})
        connection.execute(text(history), {"link": link["id"], "changes": changes})
        return int(link["user_id"])

    return database.write(work)


def _moment(database: Database, moment: datetime) -> int | datetime:
    """SQLite keeps microseconds since 1970."""
    return int(moment.timestamp() * 1_000_000) if database.dialect == "sqlite" else moment
