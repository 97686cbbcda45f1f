"""Adds, changes and removes folders with captures."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import CaptureFolder
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError


def add_folder(unit: UnitOfWork, values: Row) -> int:
    """Adds a folder; returns its ID. Raises DomainError if another folder has the name or path."""
    folder = CaptureFolder(**_checked(unit, values, 0))
    unit.add(folder)
    unit.session.flush()
    return folder.id


def edit_folder(unit: UnitOfWork, folder_id: int, values: Row, seen: Row) -> int:
    """Changes a folder; returns its ID.

    Raises DomainError if another folder has the name or path, ConcurrentChange if it was changed since.
    """
    folder = unit.get(CaptureFolder, folder_id, version=seen["version"])
    unit.change(folder, seen, _checked(unit, values, folder_id))
    return folder_id


def _checked(unit: UnitOfWork, values: Row, folder_id: int) -> RowDict:
    name, path = " ".join(str(values["name"]).split()), str(values["path"])
    others = select(CaptureFolder).where(CaptureFolder.id != folder_id).order_by(CaptureFolder.id)
    for other in unit.session.scalars(others):
        if other.path == path:
            raise DomainError(f"“{other.name}” already uses this folder.", field="path", advice="Edit that one.")
        if other.name == name:
            raise DomainError("Another folder has this name.", field="name", advice="Choose another name.")
    pattern, enabled = str(values.get("pattern") or "*"), bool(values.get("enabled"))
    return {"name": name, "path": path, "pattern": pattern, "enabled": enabled}


def remove_folder(unit: UnitOfWork, folder_id: int) -> None:
    """Removes a folder from the list; its captures are not deleted."""
    unit.delete(unit.get(CaptureFolder, folder_id))
