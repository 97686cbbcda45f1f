"""A disk of 4 MB that fills up under the database, the log, a draft and an export; it goes on when there is room."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.db.makers import ANN, customer, staff

from partnertui.atomic_files import write_file
from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError, OutcomeUnknown
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import CommittedWrite, History, Note
from partnertui.db.models.base import table_of
from partnertui.db.notes import add_note
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.kit.views.output_file import whole_file
from partnertui.log import JsonFile

MEGABYTES = 4
pytestmark = pytest.mark.root


def on_disk_of(folder: Path, megabytes: int, stack: ExitStack) -> Path:
    """Mounts it, and takes it off at the end."""
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m,mode=700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "partnertui-tests", str(folder)], check=True)
    stack.callback(subprocess.run, ["umount", "-l", str(folder)], check=True)
    return folder


def resize(folder: Path, megabytes: int) -> None:
    """Somebody frees some space."""
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def disk(tmp_path: Path, stack: ExitStack) -> Path:
    return on_disk_of(tmp_path / "disk", MEGABYTES, stack)


def fill(disk: Path) -> None:
    """Takes every byte."""
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError:
            return


def save(database: Database, text: str) -> None:
    def work(unit: UnitOfWork) -> None:
        add_note(unit, "customers", 1, text)

    commit_once(database, ANN, new_key(), work, text)


def rows(database: Database, model: type) -> int:
    query = select(func.count()).select_from(table_of(model))
    return database.read(lambda connection: connection.execute(query).scalar_one())


def test_a_database_whose_disk_fills_up(sqlite_template: Path, tmp_path: Path, stack: ExitStack) -> None:
    start = 1 + sqlite_template.stat().st_size // 1_000_000
    disk = on_disk_of(tmp_path / "disk", start + MEGABYTES, stack)
    shutil.copyfile(sqlite_template, disk / "partnertui.db")
    database = stack.enter_context(closing(open_database(f"sqlite:///{disk / 'partnertui.db'}")))
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        unit.add(customer())
        unit.commit()
    saved = 0
    failure: DatabaseError | None = None
    while failure is None:
        try:
            save(database, secrets.token_hex(4_000))
            saved += 1
        except DatabaseError as error:
            failure = error
    assert str(failure) == "The disk is full; nothing was saved."
    assert not isinstance(failure, OutcomeUnknown)
    assert failure.advice == "Free some space and try again."
    for _ in range(3):
        with pytest.raises(DatabaseError, match="The disk is full; nothing was saved"):
            save(database, secrets.token_hex(4_000))
    assert rows(database, Note) == rows(database, CommittedWrite) == saved > 10, "reading goes on"
    resize(disk, start + 2 * MEGABYTES)
    save(database, "there is room again")
    assert rows(database, Note) == saved + 1
    assert rows(database, History) >= saved + 1
    assert not check_ledgers(database).problems
    check = database.read(lambda connection: connection.exec_driver_sql("PRAGMA integrity_check").scalar())
    assert check == "ok"


def test_a_log_whose_disk_is_full_goes_on_when_there_is_room(disk: Path) -> None:
    handler = JsonFile(disk / "partnertui.log")
    log = logging.Logger("full disk")
    log.addHandler(handler)
    log.info("before")
    fill(disk)
    for number in range(40):
        log.info("lost %d %s", number, "y" * 1000)
    (disk / "filler").unlink()
    log.info("after")
    handler.close()
    lines = (disk / "partnertui.log").read_text().splitlines()
    messages = [json.loads(line)["message"] for line in lines]
    assert (messages[0], messages[-1]) == ("before", "after")


def test_a_file_is_replaced_whole_or_stays(disk: Path) -> None:
    """Drafts, saved states, the settings."""
    write_file(disk / "draft", "typed before")
    fill(disk)
    with pytest.raises(OSError, match="No space left"):
        write_file(disk / "draft", "x" * 100_000)
    assert (disk / "draft").read_text() == "typed before"
    assert sorted(path.name for path in disk.iterdir()) == ["draft", "filler"]
    (disk / "filler").unlink()
    write_file(disk / "draft", "typed after")
    assert (disk / "draft").read_text() == "typed after"


def test_an_export_says_so_and_leaves_nothing(disk: Path) -> None:
    (disk / "cdrs.csv").write_text("earlier")
    fill(disk)
    with pytest.raises(DomainError, match="The disk is full"), whole_file(disk / "cdrs.csv", replace=True) as out:
        out.write("a,b\n" * 1_000_000)
    assert (disk / "cdrs.csv").read_text() == "earlier"
    assert sorted(path.name for path in disk.iterdir()) == ["cdrs.csv", "filler"]
    (disk / "filler").unlink()
    with whole_file(disk / "cdrs.csv", replace=True) as out:
        out.write("a,b\n")
    assert (disk / "cdrs.csv").read_text() == "a,b\n"
