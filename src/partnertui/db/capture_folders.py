"""Folders in which captures are looked for: adding, changing, forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from partnertui.db.models import CaptureFolder
from partnertui.db.work import UnitOfWork
from partnertui.domain.errors import DomainError


def save_folder(unit: UnitOfWork, folder_id: int | None, values: Mapping[str, Any]) -> CaptureFolder:
    """Adds a folder, or changes one.

    Raises DomainError for a name or path that another one has, StaleEdit where somebody changed it since.
    """
    name, path = " ".join(str(values["name"]).split()), str(values["path"])
    others = select(CaptureFolder).where(CaptureFolder.id != (folder_id or 0)).order_by(CaptureFolder.id)
    for other in unit.session.scalars(others):
        if other.path == path:
            raise DomainError(f"{other.name} is this folder already.", field="path", advice="Change that one.")
        if other.name == name:
            raise DomainError("Another folder has this name.", field="name", advice="Give it one of its own.")
    if folder_id is None:
        folder = CaptureFolder(name=name, path=path)
        unit.add(folder)
    else:
        folder = unit.get(CaptureFolder, folder_id, version=values.get("version"))
    folder.name, folder.path = name, path
    folder.pattern, folder.enabled = str(values.get("pattern") or "*"), bool(values.get("enabled"))
    return folder


def forget_folder(unit: UnitOfWork, folder_id: int) -> None:
    """Takes a folder from the list; the captures in it stay."""
    unit.delete(unit.get(CaptureFolder, folder_id))


def folder_of(typed: str) -> Path:
    """The folder that is meant, on the host where this runs; raises DomainError where there is none."""
    if "\0" in typed:
        raise DomainError("A path cannot have this character.", field="path", advice="Write it anew.")
    try:
        path = Path(typed.strip()).expanduser().absolute()
        if not path.is_dir():
            words = "That is a file, no folder." if path.exists() else "There is no such folder on this host."
            raise DomainError(words, field="path", advice="Look at its name.")
        next(path.iterdir(), None)
    except (OSError, RuntimeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise DomainError(f"It cannot be read: {words}.", field="path", advice="Ask who owns it.") from None
    return path
