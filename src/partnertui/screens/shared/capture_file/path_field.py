"""Paths that an agent types: of captures, and of folders with captures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from partnertui.domain.errors import DomainError


def resolve_path(typed: str, look: Callable[[Path], None]) -> Path:
    """The path that is meant, on the host where this runs; `look` raises DomainError or OSError where it will not do.

    Raises DomainError with the field `path`. Run it in a thread.
    """
    if "\0" in typed:
        raise DomainError("A path cannot have this character.", field="path", advice="Write it anew.")
    try:
        path = Path(typed.strip()).expanduser().absolute()
        look(path)
    except DomainError as error:
        raise DomainError(str(error), field="path", advice=error.advice) from None
    except (OSError, RuntimeError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise DomainError(f"It cannot be read: {words}.", field="path", advice="Ask who owns it.") from None
    return path


def readable_folder(path: Path) -> None:
    """Raises DomainError for what is no folder, OSError for one that may not be read."""
    if not path.is_dir():
        words = "That is a file, no folder." if path.exists() else "There is no such folder on this host."
        raise DomainError(words, advice="Look at its name.")
    next(path.iterdir(), None)
