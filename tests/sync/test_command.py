"""`partnertui sync` as an operator or a timer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.sync import switch

from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    database = open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")
    upgrade(database)
    switch.people(database)
    database.close()
    return tmp_path


def kamailio(folder: Path) -> str:
    """A switch's SQLite file with the lab's calls; returns its URL."""
    url = f"sqlite:///{folder / 'kamailio.sqlite'}"
    (folder / "kamailio.sqlite").touch()
    database = open_database(url)
    switch.create(database)
    switch.lab_calls(database)
    database.close()
    return url


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "sync", *words]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "TZ": "UTC"}
    )
    return done.returncode, done.stdout, done.stderr


def test_it_says_what_came_from_where(folder: Path) -> None:
    (folder / "settings.toml").write_text(f'[kamailio]\nurl = "{kamailio(folder)}"\n')
    code, shown, trouble = run(folder)
    assert (code, trouble) == (0, "")
    assert shown.splitlines() == [
        "7 CDRs imported; 13 rows belong to calls already imported.",
        "  Kamailio acc_cdrs: 7",
        "  Kamailio acc: 0",
        "  Kamailio missed_calls: 0",
    ]
    assert run(folder)[1].startswith("0 CDRs imported")


def test_without_a_source_it_says_what_to_set(folder: Path) -> None:
    code, _, trouble = run(folder)
    assert code == 1
    assert "No source of finished calls is configured.\nSet kamailio.url" in trouble


def test_bad_lines_are_listed_cleaned_and_fail_the_run(folder: Path) -> None:
    (folder / "Master.csv").write_bytes(b'"' + b'","'.join([b"\x1b]0;x\x07"] * 18) + b'"\n')
    code, shown, _ = run(folder, "--master-csv", str(folder / "Master.csv"))
    assert code == 1
    assert "1 row couldn't be imported" in shown
    assert "\x1b" not in shown


def test_what_is_missing_is_a_sentence(folder: Path) -> None:
    code, _, trouble = run(folder, "--master-csv", str(folder / "none.csv"))
    assert code == 1
    assert "none.csv can't be read: No such file or directory" in trouble
    code, _, trouble = run(folder, "--kamailio", f"sqlite:///{folder / 'none.sqlite'}")
    assert code == 1
    assert "There is no database file" in trouble
    code, _, trouble = run(folder, "--asterisk", f"sqlite:///{folder / 'partnertui.db'}")
    assert code == 1
    assert "Asterisk's database has no table “cdr”" in trouble
