"""`partnertui audit`: verified, with heads kept outside, exported, and a record as it was."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partnertui.cli import main
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=4, cdrs=50, seed=7, now=NOW)
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["--dir", str(folder), "--operator", "ann", "audit", *words])


def test_the_last_entries_of_a_customer_deleted_by_the_owner(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Case D4a: the exit code isn't 0, and the customer is named."""
    assert run(folder, "verify") == 0
    with sqlite3.connect(folder / "partnertui.db") as connection:
        query = "SELECT customer_id FROM history WHERE customer_id IS NOT NULL GROUP BY 1 HAVING count(*) > 3"
        (owner,) = connection.execute(query).fetchone()
        (name,) = connection.execute("SELECT company FROM customers WHERE id = ?", (owner,)).fetchone()
        connection.execute("DROP TRIGGER history_never_goes")
        last = "SELECT id FROM history WHERE customer_id = ? ORDER BY id DESC LIMIT 3"
        connection.execute(f"DELETE FROM history WHERE id IN ({last})", (owner,))
    capsys.readouterr()
    assert run(folder, "verify") == 1
    assert f"{name} (customer {owner}): " in capsys.readouterr().out


def test_heads_are_kept_outside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "heads.json"
    assert run(folder, "heads", "-o", str(file)) == 0
    assert run(folder, "verify", "--heads", str(file)) == 0
    assert "problems" in capsys.readouterr().out
    file.write_text("{}")
    assert run(folder, "verify", "--heads", str(file)) == 1
    assert "can't be read as audit chain heads" in capsys.readouterr().err


def test_history_is_exported(folder: Path) -> None:
    file = folder / "history.jsonl"
    assert run(folder, "export", "--customer", "1", "-o", str(file)) == 0
    entries = [json.loads(line) for line in file.read_text().splitlines()]
    assert entries
    assert {entry["customer_id"] for entry in entries} == {1}
    assert all(len(entry["salt"]) == 32 for entry in entries)


def test_a_record_as_it_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "show", "customers", "1", "--at", "2026-03-02T10:30") == 0
    assert "company" in capsys.readouterr().out
    assert run(folder, "show", "customers", "1", "--at", "2001-01-01") in (0, 1)
    assert run(folder, "show", "customer", "1", "--at", "2026-03-02") == 1
    assert "no table “customer”" in capsys.readouterr().err


def test_whose_a_number_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(folder / "partnertui.db") as connection:
        query = (
            "SELECT number, company FROM ddis JOIN customers ON customers.id = customer_id WHERE ddis.state = 'active'"
        )
        number, company = connection.execute(query).fetchone()
    assert run(folder, "number", f"+{number}", "--at", "2026-03-02T10:30") == 0
    assert company in capsys.readouterr().out
    assert run(folder, "number", "+442079460999", "--at", "2026-03-02") == 1
