"""Finds the screens: every folder here (or on this package's path) with an ENTRY is a menu item.

Never edited to add a screen.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from partnertui.kit.declare.catalog import Catalog, ScreenEntry
from partnertui.kit.declare.menu_entry import Entry

GROUPS = ("Customers", "Support", "Calls", "Numbers", "Routing", "Media", "Billing", "Web", "Settings")
"""Menu groups in their order; a group not named here comes last."""


def folders() -> Iterator[str]:
    """Names of the folders that may be screens."""
    for place in __path__:
        for path in Path(place).iterdir():
            if (path / "__init__.py").exists():
                yield path.name


def find() -> Catalog:
    """The catalog of all screens, in menu order. Imports their folders, never their pages."""
    from partnertui.screens.shared.copy_call_values import COPY_ACTIONS  # they are below this package
    from partnertui.screens.shared.customer_scope import SCOPE_ACTIONS

    found: list[tuple[int, int, str, ScreenEntry]] = []
    for name in folders():
        package = f"{__name__}.{name}"
        entry = getattr(importlib.import_module(package), "ENTRY", None)
        if isinstance(entry, Entry):
            place = GROUPS.index(entry.group) if entry.group in GROUPS else len(GROUPS)
            listed = ScreenEntry(entry.id or name.replace("_", "-"), entry, package)
            found.append((place, entry.order, entry.title, listed))
    found.sort(key=lambda item: item[:3])
    return Catalog({item[3].id: item[3] for item in found}, (*COPY_ACTIONS, *SCOPE_ACTIONS))
