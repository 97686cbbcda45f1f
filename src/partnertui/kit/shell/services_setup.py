"""Creates the Services of a run, with the theme and symbols that the terminal can show."""

from __future__ import annotations

import locale
import os
from typing import TYPE_CHECKING, Any

from partnertui.domain.symbols import ASCII, UNICODE
from partnertui.kit.declare.key_map import KeyMap
from partnertui.kit.jobs import Jobs
from partnertui.kit.saved_state import SavedState
from partnertui.kit.shell.services import AppServices
from partnertui.kit.theme import colourless, load_palette, theme_names

if TYPE_CHECKING:
    from textual.app import App

    from partnertui.config import Folders, Settings
    from partnertui.kit.declare.catalog import Catalog

SIXTEEN = frozenset({"linux", "xterm", "screen", "vt220", "ansi", "cons25"})
"""Terminals with no more than sixteen colours."""


def make_services(app: App[Any], settings: Settings, folders: Folders, catalog: Catalog) -> AppServices:
    """The services for a run of the program; opens no database."""

    def changed() -> None:
        services.refresh_frame()

    def broke(error: BaseException) -> None:
        # Textual takes an Exception alone; a task may end with any BaseException.
        app._handle_exception(error if isinstance(error, Exception) else RuntimeError(repr(error)))

    symbols = ASCII if settings.ascii or not speaks_utf8() else UNICODE
    memory = SavedState(folders.state / "memory.json")
    palette = load_palette(theme_for(settings.theme, os.environ.get("TERM", ""), memory.get("theme", default="")))
    services = AppServices(
        app,
        settings,
        folders,
        colourless(palette) if app.no_color else palette,
        catalog,
        memory,
        Jobs(changed, broke),
        symbols,
        KeyMap(dict(settings.keys)),
    )
    return services


def theme_for(wanted: str, term: str, last: str = "") -> str:
    """The theme to use: the one asked for; where `auto` is asked for the last one chosen, else by the terminal."""
    if wanted != "auto":
        return wanted
    if last in theme_names():
        return last
    return "ansi16" if term in SIXTEEN else "dark"


def speaks_utf8() -> bool:
    """True where the locale's encoding can show more than ASCII."""
    return locale.getpreferredencoding(False).lower().replace("-", "") == "utf8"
