"""The capture index of this program: where it is, which captures go into it, and with which TLS keys."""

from __future__ import annotations

from pathlib import Path

from partnertui.config import hep_folder
from partnertui.db.models import CaptureFolder
from partnertui.kit.declare.actions import Services

FILE = "captures.db"


def index_path(services: Services) -> Path:
    """Path of the capture index; in the cache folder, as it can be rebuilt."""
    return services.folders.cache / FILE


def key_log(services: Services) -> Path | None:
    """The TLS key log file of the settings."""
    return Path(services.settings.captures.keys) if services.settings.captures.keys else None


def capture_paths(services: Services) -> list[Path]:
    """Captures in the enabled folders and those of `partnertui hep`, the newest last."""
    # SQLAlchemy and the models: screens import this module at start-up
    from sqlalchemy import select

    from partnertui.captures.call_id_lookup import find_captures

    wanted = select(CaptureFolder.path, CaptureFolder.pattern).where(CaptureFolder.enabled)
    folders = [tuple(row) for row in services.database.read(lambda connection: connection.execute(wanted).all())]
    received = hep_folder(services.settings.hep.folder, services.folders)
    if received is not None and received.is_dir():
        folders.append((str(received), "*.pcap"))
    found = {
        path for folder, pattern in folders for path in find_captures([Path(folder)], pattern or "*") if path.exists()
    }
    return sorted(found, key=lambda path: (path.stat().st_mtime, str(path)))
