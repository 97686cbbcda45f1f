"""Copies text to the clipboard of the terminal that the agent sits at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.shell.services import Services


def copy_text(services: Services, text: str, what: str) -> None:
    """Sends OSC 52, or shows the text in a box to select it where that cannot work."""
    from partnertui.kit.terminal.clipboard import TooLarge, put

    if not text:
        services.notify(f"{what} is empty: nothing to copy.", "warn")
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
    if not copied:
        from partnertui.kit.widgets.text_box import TextBox

        services.show_dialog(TextBox(f"Copy {what} with the mouse", text), lambda answer: None)
        return
    services.notify(f"Copied {what}.", "good")
