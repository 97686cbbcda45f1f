"""The screens there are: entries known from the start, pages loaded when a screen is first opened."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from partnertui.kit.declare.actions import Action
    from partnertui.kit.declare.menu_entry import Entry
    from partnertui.kit.declare.page import Page


@dataclass(frozen=True)
class ScreenEntry:
    """A screen's ID, its entry, and the package that its page is loaded from."""

    id: str
    entry: Entry
    package: str


@dataclass
class Catalog:
    """All screens by ID, in menu order."""

    screens: Mapping[str, ScreenEntry]
    common_actions: tuple[Action, ...] = ()
    """What the application adds to the kit's own actions on every screen."""
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, screen: str) -> Page:
        """The page of a screen; imports it, so call it in a thread the first time."""
        if screen not in self._pages:
            module = importlib.import_module(f"{self.screens[screen].package}.page")
            self._pages[screen] = module.PAGE
        return self._pages[screen]

    def loaded(self, screen: str) -> Page | None:
        """The page of a screen if it is loaded already."""
        return self._pages.get(screen)

    def groups(self) -> dict[str, list[ScreenEntry]]:
        """Screens by menu group, in menu order."""
        groups: dict[str, list[ScreenEntry]] = {}
        for listed in self.screens.values():
            groups.setdefault(listed.entry.group, []).append(listed)
        return groups

    def visible(self, role: str | None) -> dict[str, ScreenEntry]:
        """The screens that a role may see."""
        return {
            name: listed
            for name, listed in self.screens.items()
            if not listed.entry.permission or role is None or role in listed.entry.permission
        }
