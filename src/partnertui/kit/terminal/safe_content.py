"""Untrusted text for Textual's own widgets: Content, because they read markup in every str.

`[@click=app.quit]` in a border title would run on a click, `[/x]` would end the program.
"""

from __future__ import annotations

from textual.content import Content

from partnertui.kit.terminal.safe_text import one_line


def plain(text: str, limit: int = 256) -> Content:
    """One line without markup and without control codes: for border titles, labels, tooltips."""
    return Content(one_line(text, limit))
