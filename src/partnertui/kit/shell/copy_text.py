"""Copies text to the clipboard of the operator's terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from partnertui.domain.capital_letter import capital
from partnertui.kit.terminal.clipboard import TooLarge, put
from partnertui.kit.widgets.text_dialogs import CopyDialog

if TYPE_CHECKING:
    from textual.driver import Driver

    from partnertui.kit.declare.actions import Services


def copy_text(services: Services, text: str, what: str, driver: Driver | None) -> None:
    """Sends OSC 52, or shows the text in a dialog to select it with the mouse if the terminal can't take it.

    driver: the terminal to write to; None without a terminal.
    """
    if not text:
        services.notify(f"{capital(what)} is empty: nothing to copy.", "warn")
        return

    def write(sequence: str) -> None:
        if driver is not None:
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
