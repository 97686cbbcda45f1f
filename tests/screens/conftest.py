"""Demo data for the tests of screens: small, seeded, at a fixed time."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from partnertui.config import Folders, Settings
from partnertui.config.settings import Archive, DatabaseSettings, Vies
from partnertui.db.archive.write_months import archive_months
from partnertui.db.database import open_database
from partnertui.demo import build
from partnertui.demo.hostile_text import write_hostile_text
from partnertui.kit import clock

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded database with demo data, read-only by convention."""
    path = tmp_path_factory.mktemp("demo") / "partnertui.db"
    build(f"sqlite:///{path}", customers=12, cdrs=2_000, seed=7, now=NOW)
    return path


@pytest.fixture(scope="session")
def archive(demo_file: Path) -> Path:
    """The archive of the months before; read-only by convention."""
    folder = demo_file.with_name("archive")
    with closing(open_database(f"sqlite:///{demo_file}")) as database:
        for _ in archive_months(database, folder, NOW):
            pass
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Folders of a run."""
    found = Folders.inside(tmp_path)
    found.make()
    return found


@pytest.fixture
def settings(demo_file: Path, archive: Path, tmp_path: Path) -> Settings:
    """Settings with a copy of the demo data; VIES is asked by the tests that start one."""
    shutil.copyfile(demo_file, tmp_path / "partnertui.db")
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    database, kept = DatabaseSettings(url=url), Archive(str(archive))
    return Settings(database=database, archive=kept, vies=Vies(url=""), theme="dark", operator="ann")


@pytest.fixture(scope="session")
def hostile_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with hostile text in every text column, to copy."""
    path = tmp_path_factory.mktemp("hostile") / "partnertui.db"
    shutil.copyfile(demo_file, path)
    database = open_database(f"sqlite:///{path}")
    write_hostile_text(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def hostile_folder(hostile_file: Path, settings: Settings, tmp_path: Path) -> Path:
    """The folder of the settings, whose database is a copy of that one."""
    shutil.copyfile(hostile_file, tmp_path / "partnertui.db")
    return tmp_path


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every picture is taken at the same minute, in UTC."""
    monkeypatch.setitem(os.environ, "TZ", "UTC")
    time.tzset()
    clock.stop_at(NOW)
    yield
    clock.stop_at(None)
