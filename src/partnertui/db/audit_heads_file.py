"""Writes the last hash of every audit chain to a file, to be kept where nobody can write who writes the database."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from partnertui.atomic_files import write_file
from partnertui.db.audit_verification import heads
from partnertui.db.database import Database


def write_heads(database: Database, path: Path, at: datetime) -> int:
    """Writes the file, as JSON; returns how many chains there are. Raises OSError, DatabaseError."""
    found = database.read(heads, deadline=600, steady=True)
    data = {"at": at.isoformat(), "heads": {str(owner): asdict(head) for owner, head in sorted(found.items())}}
    write_file(path, json.dumps(data, indent=1) + "\n")
    return len(found)
