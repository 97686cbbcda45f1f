"""The files of an archive: calls-2024-03.parquet holds the calls that began in March 2024, by UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

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
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def month_of(moment: datetime) -> datetime:
    """The first moment of its month."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
