"""Adds, changes and removes folders with captures."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import CaptureFolder
from partnertui.db.rows.types import Row
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError


def save_folder(unit: UnitOfWork, folder_id: int | None, values: Row) -> CaptureFolder:
    """Adds a folder, or changes one.

    Raises DomainError if another folder has the name or path, ConcurrentChange if it was changed since.
    """
    name, path = " ".join(str(values["name"]).split()), str(values["path"])
    others = select(CaptureFolder).where(CaptureFolder.id != (folder_id or 0)).order_by(CaptureFolder.id)
    for other in unit.session.scalars(others):
        if other.path == path:
            raise DomainError(f"“{other.name}” is already this folder.", field="path", advice="Edit that one.")
        if other.name == name:
            raise DomainError("Another folder has this name.", field="name", advice="Choose another name.")
    if folder_id is None:
        folder = CaptureFolder(name=name, path=path)
        unit.add(folder)
    else:
        folder = unit.get(CaptureFolder, folder_id, version=values.get("version"))
    folder.name, folder.path = name, path
    folder.pattern, folder.enabled = str(values.get("pattern") or "*"), bool(values.get("enabled"))
    return folder


def remove_folder(unit: UnitOfWork, folder_id: int) -> None:
    """Removes a folder from the list; its captures are not deleted."""
    unit.delete(unit.get(CaptureFolder, folder_id))
