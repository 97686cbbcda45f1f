"""Checks paths an agent types: of captures, and of folders with captures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from partnertui.domain.errors import DomainError


def resolve_path(typed: str, look: Callable[[Path], None]) -> Path:
    """The absolute path on the host this runs on; `look` raises DomainError or OSError if it can't be used.

    Raises DomainError with the field `path`. Run it in a thread.
    """
    if "\0" in typed:
        raise DomainError("A path can't contain a null character.", field="path", advice="Enter another path.")
    try:
        path = Path(typed.strip()).expanduser().absolute()
        look(path)
    except DomainError as error:
        raise DomainError(str(error), field="path", advice=error.advice) from None
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        advice = "Ask its owner for access." if isinstance(error, PermissionError) else "Check the path."
        raise DomainError(f"It can't be read: {reason}.", field="path", advice=advice) from None
    return path


def readable_folder(path: Path) -> None:
    """Raises DomainError unless it's a folder, OSError if it can't be read."""
    if not path.is_dir():
        text = "That's a file, not a folder." if path.exists() else "There is no such folder on this host."
        raise DomainError(text, advice="Check the name.")
    # A folder that can be seen can't always be listed: that is told now, not in the middle of a job.
    next(path.iterdir(), None)
