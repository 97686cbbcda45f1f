"""Demo data are the same in every process: Python's order of sets differs from one to the next."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

BUILD = """
import sys
from datetime import UTC, datetime
from partnertui.demo import build
build(f"sqlite:///{sys.argv[1]}", customers=12, cdrs=300, seed=7, now=datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
"""
TABLES = (
    "customers",
    "users",
    "notes",
    "ddis",
    "cdrs",
    "tickets",
    "location",
    "dialog",
    "ivr_entries",
    "sounds",
    "pending_ddis",
    "statement_entries",
    "payments",
    "registrations",
    "chats",
    "web_sessions",
    "blocked_ips",
)


def rows(path: Path, hash_seed: str) -> list[list[tuple[object, ...]]]:
    """All rows that a process with this order of sets makes."""
    env = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run([sys.executable, "-c", BUILD, str(path)], env=env, check=True, timeout=60)
    with sqlite3.connect(path) as database:
        return [database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in TABLES]


def test_same_rows_in_another_process(tmp_path: Path) -> None:
    for table, first, again in zip(TABLES, rows(tmp_path / "a.db", "1"), rows(tmp_path / "b.db", "2"), strict=True):
        assert first == again, table
