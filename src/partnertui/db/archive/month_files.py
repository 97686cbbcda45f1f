"""The files of an archive: calls-2024-03.parquet holds the calls that began in March 2024, by UTC."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from partnertui.db.cdr_partitions import start_of_month

NAME = re.compile(r"calls-(\d{4})-(0[1-9]|1[0-2])\.parquet")


def path_of(folder: Path, month: datetime) -> Path:
    """The file of a month."""
    return folder / f"calls-{month:%Y-%m}.parquet"


def month_files(folder: Path) -> dict[datetime, Path]:
    """The files that are there, by the first moment of their month."""
    found = {}
    for path in sorted(folder.glob("calls-*.parquet")):
        if match := NAME.fullmatch(path.name):
            found[datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)] = path
    return found


def next_month(month: datetime) -> datetime:
    """The first moment of the month after."""
    return start_of_month(month, 1)


def month_of(moment: datetime) -> datetime:
    """The first moment of its month."""
    return start_of_month(moment.astimezone(UTC))


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file for its owner alone to write to, which gets the name once it is complete; else it is removed."""
    with temporary(path.parent, ".parquet") as written:
        yield written
        # On the disk before it gets its name: after a power cut the month is whole, or the old file is there.
        with written.open("rb") as file:
            os.fsync(file.fileno())
        written.replace(path)


@contextmanager
def temporary(folder: Path, suffix: str) -> Iterator[Path]:
    """A file for its owner alone, removed afterwards unless it was renamed."""
    handle, name = tempfile.mkstemp(suffix, ".archive-", folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
