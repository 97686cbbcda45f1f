"""Folders in which captures are looked for: adding, changing, forgetting."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import CaptureFolder
from partnertui.db.rows.types import Row
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError


def save_folder(unit: UnitOfWork, folder_id: int | None, values: Row) -> CaptureFolder:
    """Adds a folder, or changes one.

    Raises DomainError for a name or path that another one has, ConcurrentChange where somebody changed it since.
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
