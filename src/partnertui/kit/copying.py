"""Copies text to the clipboard of the terminal that the agent sits at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.desk import Desk


def copy_text(desk: Desk, text: str, what: str) -> None:
    """Sends OSC 52, or shows the text in a box to select it where that cannot work."""
    from partnertui.kit.clipboard import TooLarge, osc52

    if not text:
        desk.say(f"{what} is empty: nothing to copy.", "warn")
        return
    try:
        sequence = osc52(text, dict(os.environ))
    except TooLarge as error:
        desk.say(str(error), "warn")
        return
    if sequence is None:
        from partnertui.kit.text_box import TextBox

        desk.ask(TextBox(f"Copy {what} with the mouse", text), lambda answer: None)
        return
    driver = desk.app._driver
    if driver is not None and not desk.app.is_headless:
        driver.write(sequence)
        driver.flush()
    desk.say(f"Copied {what}.", "good")
