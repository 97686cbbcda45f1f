"""Remembers which rows a view changed together last, so that undo reverts all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import View
    from partnertui.kit.declare.kinds import Row

# Weak, so that remembering rows doesn't keep a closed view alive.
_CHANGED: WeakKeyDictionary[View, tuple[Row, ...]] = WeakKeyDictionary()


def remember_changed(view: View | None, rows: tuple[Row, ...]) -> None:
    """Notes the rows of the last change; no rows where it can't be told which they were."""
    if view is not None:
        _CHANGED[view] = rows


def changed_together(view: View | None) -> tuple[Row, ...]:
    """The rows of the last change, if they are known."""
    return _CHANGED.get(view, ()) if view is not None else ()
