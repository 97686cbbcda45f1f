"""A menu item: what is known of a screen at the start, before its page is loaded."""

from __future__ import annotations

from dataclasses import dataclass

STAFF = frozenset({"support", "development", "admin"})
"""Roles of the provider's own people: all but partners."""


@dataclass(frozen=True)
class Entry:
    """A menu item: imported at the start, so it names its page and imports nothing heavy."""

    title: str
    group: str
    key: str = ""
    """Key that opens it from anywhere, after the `g` prefix: `g c`."""
    about: str = ""
    """One line for help and palette."""
    permission: frozenset[str] = frozenset()
    """Roles that see it; empty for all."""
    order: int = 50
    menu: bool = True
    """False: reached from another screen, by its name or by the palette, not from the menu."""
    id: str = ""
    """By what commands, key maps and saved views know it, if that isn't the name of its folder."""
