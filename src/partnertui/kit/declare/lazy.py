"""Functions that are imported when they are first called, so that declaring an action costs nothing at the start."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def resolve(where: str) -> Any:
    """What `module:name` names; imports the module."""
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(module), name)


def lazy(where: str) -> Callable[..., Any]:
    """A function that imports `module:name` on its first call and passes its arguments on.

    The program's first frame is measured (`python bench/start.py`): dialogs and menus are 60 ms of imports that it does
    not need. `make check` resolves every such name and counts it as an import.
    """

    def call(*arguments: Any) -> Any:
        return resolve(where)(*arguments)

    call.__doc__ = where
    return call
