"""The commands privacy and maintain, as a shell runs them."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from partnertui.cli import main
from partnertui.db.database import Database, open_database

CLOSED = (
    "UPDATE customers SET status = 'cancelled', credit = 0 WHERE id = :id",
    "UPDATE ddis SET customer_id = NULL, user_id = NULL, state = 'free' WHERE customer_id = :id",
    "UPDATE users SET state = 'disabled' WHERE customer_id = :id",
    "UPDATE tickets SET state = 'closed' WHERE customer_id = :id",
    "UPDATE pending_ddis SET state = 'cancelled' WHERE customer_id = :id",
    "UPDATE payments SET state = 'failed' WHERE customer_id = :id AND state = 'pending'",
    "UPDATE refunds SET state = 'rejected' WHERE customer_id = :id AND state NOT IN ('completed', 'failed')",
    "UPDATE basket_items SET state = 'due' WHERE customer_id = :id AND state = 'attached'",
    "UPDATE switch_users SET written_revision = revision WHERE customer_id = :id",
)
"""What takes away from customer :id all that refuses an erasure."""


@pytest.fixture
def folder(demo_database: Database, tmp_path: Path) -> Path:
    """A copy of the demo, with a customer that can be erased."""
    (tmp_path / "data").mkdir()
    with demo_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(str(demo_database.url).removeprefix("sqlite:///"), tmp_path / "copy.db")
    return tmp_path


def command(folder: Path, *words: str) -> int:
    return main(["--dir", str(folder), "--database", f"sqlite:///{folder}/copy.db", *words])


def close_customer(file: Path, customer: int) -> str:
    """Ends all that refuses an erasure; returns the company."""
    database = open_database(f"sqlite:///{file}")
    database.write(lambda c: [c.execute(text(statement), {"id": customer}) for statement in CLOSED])
    name = database.read(lambda c: c.execute(text("SELECT company FROM customers WHERE id = 3")).scalar_one())
    database.close()
    return str(name)


def test_a_customer_is_exported_and_erased(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "privacy", "export", "3", "-o", str(folder / "three.zip")) in (0, 1)
    assert stat.S_IMODE((folder / "three.zip").stat().st_mode) == 0o600
    with zipfile.ZipFile(folder / "three.zip") as archive:
        assert json.loads(archive.read("tables/customers.json"))[0]["id"] == 3
    assert command(folder, "privacy", "export", "3", "-o", str(folder / "three.zip")) == 1
    assert "exists" in capsys.readouterr().err
    assert command(folder, "--operator", "admin", "privacy", "erase", "3") == 1
    assert "Refused. " in capsys.readouterr().out
    name = close_customer(folder / "copy.db", 3)
    assert command(folder, "--operator", "admin", "privacy", "erase", "3") == 0
    shown = capsys.readouterr().out
    assert "GDPR, article 17(3)(b)" in shown
    assert "Nothing has been erased" in shown
    assert command(folder, "--operator", "admin", "privacy", "erase", "3", "--apply") == 0
    assert "Backups still have the customer" in capsys.readouterr().out
    assert command(folder, "audit", "verify") == 0
    database = open_database(f"sqlite:///{folder}/copy.db")
    left = database.read(lambda c: c.execute(text("SELECT company FROM customers WHERE id = 3")).scalar_one())
    database.close()
    assert (name, left) == (name, "Erased customer")


def test_maintain_prints_a_line_for_each_kind(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "heads").mkdir()
    monkeypatch.setenv("PARTNERTUI_AUDIT_HEADS_FOLDER", str(folder / "heads"))
    assert command(folder, "maintain", "--dry-run") == 0
    assert "would be removed" in capsys.readouterr().out
    assert not list((folder / "heads").iterdir())
    assert command(folder, "maintain") == 0
    shown = capsys.readouterr().out
    assert "CDRs: kept indefinitely." in shown
    assert "Statistics: up to date." in shown
    heads = list((folder / "heads").iterdir())
    assert len(heads) == 1
    assert command(folder, "audit", "verify", "--heads", str(heads[0])) == 0
    monkeypatch.setenv("PARTNERTUI_AUDIT_HEADS_FOLDER", str(folder / "nowhere"))
    assert command(folder, "maintain") == 1
    assert "Audit: failed." in capsys.readouterr().out
