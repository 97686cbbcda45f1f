"""Writes the guide, or checks whether the written one is stale."""

from __future__ import annotations

import asyncio
from pathlib import Path

from partnertui import screens as found
from partnertui.atomic_files import write_file
from partnertui.guide.chapters import screens, start
from partnertui.guide.pictures import take_all


def make() -> dict[str, str]:
    """All files of the guide by name."""
    catalog = found.find()
    return {"README.md": start(catalog), "screens.md": screens(catalog), **asyncio.run(take_all())}


def stale(folder: Path, files: dict[str, str]) -> list[str]:
    """Names of files that are missing, differ, or are no longer part of the guide."""
    known = {path.name for path in folder.glob("*")} if folder.is_dir() else set()
    differing = {
        name for name, text in files.items() if name not in known or (folder / name).read_text("utf-8") != text
    }
    return sorted(differing | (known - files.keys()))


def write(folder: Path, files: dict[str, str]) -> None:
    """Writes all files and deletes others in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, files):
        if name in files:
            write_file(folder / name, files[name])
        else:
            (folder / name).unlink()
