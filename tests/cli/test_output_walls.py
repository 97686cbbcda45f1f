"""What data says never steers the terminal, and what is written is for its owner alone."""

from __future__ import annotations

import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.terminal import PtyRun

from partnertui.db.database import open_database
from partnertui.db.models import Customer
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
HOSTILE = "a\x1b]52;c;aGk=\x07b\x1b[2Jc\x00d\u202ee\x9bf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with demo data whose customers have hostile names, made under a loose umask."""
    before = os.umask(0)
    try:
        build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=3, cdrs=20, seed=7, now=NOW)
        database = open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")
        database.write(lambda connection: connection.execute(update(Customer).values(company=HOSTILE)))
        database.close()
    finally:
        os.umask(before)
    return tmp_path


@pytest.mark.parametrize("form", ["csv", "jsonl", "xml"])
def test_an_export_to_a_terminal_is_clean(folder: Path, form: str) -> None:
    words = ["--dir", str(folder), "export", "customers", "--format", form, "-o", "-"]
    run = PtyRun([sys.executable, "-m", "partnertui", *words], env={"PARTNERTUI_OPERATOR": "ann"})
    output = run.read(0, until=lambda seen: b"+44" in seen) + run.read(0.5)
    os.waitpid(run.pid, 0)
    assert b"+44" in output
    text = output.decode()
    assert not {"\x1b", "\x07", "\x00", "\x9b", "\u202e"} & set(text)


def test_files_are_for_their_owner_whatever_the_umask(folder: Path) -> None:
    program = [sys.executable, "-m", "partnertui", "--dir", str(folder), "--operator", "ann"]
    run = PtyRun(["sh", "-c", 'umask 0; exec "$@"', "sh", *program], size=(100, 30))
    run.read(0, until=lambda seen: b"help" in seen)
    run.read(1.0)
    os.write(run.fd, b"nx")
    run.read(1.5)
    os.write(run.fd, b"\x11y")
    run.read(0.5)
    os.waitpid(run.pid, 0)
    loose = [path for path in folder.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert loose == []
    assert (folder / "state" / "memory.json").exists()
