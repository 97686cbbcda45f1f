"""Makes the services of a run, and says when the terminal is too small."""

from __future__ import annotations

import locale
import os
import textwrap
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

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
LEAST = (60, 15)
"""Columns and rows below which nothing useful fits."""


def make_services(app: App[Any], settings: Settings, folders: Folders, catalog: Catalog) -> AppServices:
    """The services for a run of the program; opens no database."""

    def changed() -> None:
        services.refresh_frame()

    def broke(error: BaseException) -> None:
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


class TooSmall(Widget):
    """Covers everything while the terminal is too small, and says how large it must be."""

    DEFAULT_CSS = """
    TooSmall { layer: over; width: 100%; height: 100%; display: none; }
    """

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services

    def render_line(self, y: int) -> Strip:
        """Two sentences in the middle, on as many lines as they need."""
        size, palette = self.app.size, self.services.palette
        sentences = (
            f"This terminal is {size.width}x{size.height}; partnertui needs {LEAST[0]}x{LEAST[1]}.",
            "Enlarge it, or reduce the font size. Ctrl+Q quits.",
        )
        lines = [line for sentence in sentences for line in textwrap.wrap(sentence, max(size.width, 1))]
        at = y - max(0, (size.height - len(lines) + 1) // 2)
        text = (lines[at] if 0 <= at < len(lines) else "").center(size.width)
        return Strip([Segment(text, palette.style("warn"))])
