"""What the program remembers between runs: last screen, filters, sorting, columns, widths, views."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from partnertui.atomic_files import PRIVATE, read_regular, write_file

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


class SavedState:
    """A small JSON file in the state folder. A broken or read-only file is no reason to stop: it starts empty."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._data: dict[str, Any] = {}
        self._dirty = False
        if path is not None:
            with suppress(OSError, ValueError):
                data = json.loads(read_regular(path))
                self._data = data if isinstance(data, dict) else {}

    def get(self, *keys: str, default: Any = None) -> Any:
        """The value under a path of keys."""
        node: Any = self._data
        for key in keys:
            if not isinstance(node, dict) or key not in node:
                return default
            node = node[key]
        return node

    def put(self, *keys: str, value: Any) -> None:
        """Sets the value under a path of keys; None forgets it."""
        node = self._data
        for key in keys[:-1]:
            child = node.get(key)
            node[key] = node = child if isinstance(child, dict) else {}
        if node.get(keys[-1]) == value:
            return
        if value is None:
            node.pop(keys[-1], None)
        else:
            node[keys[-1]] = value
        self._dirty = True

    def save(self) -> None:
        """Writes the file if something changed; whole or not at all."""
        if not self._dirty or self._path is None:
            return
        try:
            write_file(self._path, json.dumps(self._data, indent=1), mode=PRIVATE)
            self._dirty = False
        except OSError as error:
            log.warning("state not saved: %s", error.strerror)
