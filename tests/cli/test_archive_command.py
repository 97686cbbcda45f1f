"""The archive from the commands that write, delete, export and erase."""

from __future__ import annotations

import json
import shutil
import zipfile
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text
from tests.cli.test_privacy_commands import close_customer

from partnertui.cli import main
from partnertui.db.database import Database, open_database
from partnertui.db.models import Cdr

CUSTOMER = 3


@pytest.fixture
def folder(demo_database: Database, tmp_path: Path) -> Path:
    """A copy of the demo whose calls are half a year old, with an archive that is empty."""
    with demo_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(str(demo_database.url).removeprefix("sqlite:///"), tmp_path / "partnertui.db")
    database = open_database(f"sqlite:///{tmp_path}/partnertui.db")
    older = text("UPDATE cdrs SET started_at = started_at - 15552000000000")
    database.write(lambda connection: connection.execute(older))
    database.close()
    settings = f'operator = "admin"\ndevelopment = true\n[archive]\nfolder = "{tmp_path}/archive"\n'
    (tmp_path / "settings.toml").write_text(settings)
    return tmp_path


def calls(folder: Path) -> int:
    """How many calls the database has."""
    database = open_database(f"sqlite:///{folder}/partnertui.db")
    found = database.read(lambda connection: connection.scalar(select(func.count()).select_from(Cdr)))
    database.close()
    return int(found or 0)


def test_it_writes_past_months(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "archive"]) == 0
    written = capsys.readouterr().out
    assert " written." in written
    assert main(["--dir", str(folder), "archive"]) == 0
    assert "0 months written." in capsys.readouterr().out
    assert main(["--dir", str(folder), "archive", "--before", "soon"]) == 1
    assert "isn't a month" in capsys.readouterr().err


def test_maintenance_archives_what_it_deletes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = calls(folder)
    database = open_database(f"sqlite:///{folder}/partnertui.db")
    rule = text("UPDATE retention_rules SET keep_days = :days WHERE kind = 'CDRs'")
    for days, code in ((30, 1), (60, 0)):
        database.write(partial(Connection.execute, statement=rule, parameters={"days": days}))
        assert main(["--dir", str(folder), "maintain"]) == code
        if code:
            assert "kept for at least 31 days" in capsys.readouterr().out
            assert calls(folder) == before
    database.close()
    assert calls(folder) == 0
    capsys.readouterr()
    assert main(["--dir", str(folder), "export", "archived-calls", "-o", str(folder / "all.csv")]) == 0
    assert len((folder / "all.csv").read_text().splitlines()) >= before


def test_an_export_has_them_and_an_erasure_takes_names_and_numbers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--dir", str(folder), "archive"]) == 0
    main(["--dir", str(folder), "privacy", "export", str(CUSTOMER), "-o", str(folder / "three.zip")])
    with zipfile.ZipFile(folder / "three.zip") as found:
        lines = found.read("tables/archived_calls.jsonl").decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows
    assert {row["customer_id"] for row in rows} == {CUSTOMER}
    close_customer(folder / "partnertui.db", CUSTOMER)
    assert main(["--dir", str(folder), "privacy", "erase", str(CUSTOMER), "--apply"]) == 0
    assert f"{len(rows):,} archived call" in capsys.readouterr().out
