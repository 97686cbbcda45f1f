"""Checks folders, settings file and log file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.doctor.check_result import Finding, fail, look, ok

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings


OURS = frozenset({".db", ".db-wal", ".db-shm", ".json", ".log", ".key", ".draft"})
"""Endings of the files that hold customers' data or keys."""


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """Every folder can be written; the settings file is for its owner only; where the log is."""
    file = folders.settings_file
    if not file.exists():
        yield ok("settings", f"no {file}: using defaults")
    elif file.stat().st_mode & 0o077:
        yield look("settings", f"{file} can be read by others", f"It may contain passwords: chmod 600 {file}")
    else:
        yield ok("settings", str(file))
    yield from loose(folders)
    names: dict[Path, list[str]] = {}
    for name in ("config", "data", "cache", "state"):
        names.setdefault(getattr(folders, name), []).append(name)
    for folder, uses in names.items():
        yield writable(" and ".join(uses), folder)
    yield ok("log file", str(folders.log_file))


def loose(folders: Folders) -> Iterator[Finding]:
    """Names the files of ours that others can read, such as a database made by an older version."""
    ours = {path for folder in (folders.data, folders.state, folders.cache) for path in _files(folder)}
    for path in sorted(path for path in ours if path.stat().st_mode & 0o077):
        yield look("files", f"{path} can be read by others", f"It may contain personal data or keys: chmod 600 {path}")


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.glob("*") if path.is_file() and path.suffix in OURS)


def writable(name: str, folder: Path) -> Finding:
    """Writes a file into a folder and takes it away again."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor"):
            pass
    except OSError as error:
        advice = f"Give {os.environ.get('USER', 'yourself')} write permission there, or use partnertui --dir FOLDER."
        return fail(f"{name} folder", f"{folder} can't be written: {error.strerror}", advice)
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize // 1_000_000
    if free < 200:
        return look(
            f"{name} folder", f"{folder} has {free} MB left", "Free some space: the database and the log will grow."
        )
    return ok(f"{name} folder", f"{folder}, {free:,} MB free")
