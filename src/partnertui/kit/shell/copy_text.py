"""Copies text to the clipboard of the operator's terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from partnertui.kit.terminal.clipboard import TooLarge, put
from partnertui.kit.widgets.text_dialogs import CopyDialog

if TYPE_CHECKING:
    from partnertui.kit.shell.services import AppServices


def copy_text(services: AppServices, text: str, what: str) -> None:
    """Sends OSC 52, or shows the text in a dialog to select it with the mouse if the terminal can't take it."""
    if not text:
        services.notify(f"{what[:1].upper()}{what[1:]} is empty: nothing to copy.", "warn")
        return
    driver = services.app._driver

    def write(sequence: str) -> None:
        if driver is not None and not services.app.is_headless:
            driver.write(sequence)
            driver.flush()

    try:
        copied = put(text, dict(os.environ), write)
    except TooLarge as error:
        services.notify(str(error), "warn")
        return
    if copied:
        services.notify(f"Copied {what}.", "good")
    else:
        services.show_dialog(CopyDialog(services, f"Copy {what} with the mouse", text))
