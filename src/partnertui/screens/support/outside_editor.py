"""Opens the text in $EDITOR, with the program suspended; works over SSH, too."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from partnertui.kit.terminal.safe_text import block

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase

FALLBACK = "vi"
MOST_BYTES = 1_000_000


def edit_outside(view: TicketBase) -> None:
    """Opens $VISUAL or $EDITOR with the text; what is saved there is the text afterwards."""
    composer = view.composer
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or FALLBACK)
    composer.keep()
    # The editor blocks the loop, and with it the timer that would store the draft.
    composer.services.drafts.flush()
    with tempfile.TemporaryDirectory(prefix="partnertui-") as folder:  # only its owner may enter it
        path = Path(folder) / "answer.txt"
        path.write_text(composer.text, encoding="utf-8")
        try:
            # This blocks the event loop, so that nothing is painted while the terminal is the editor's.
            with view.app.suspend():
                done = subprocess.run([*command, str(path)], check=False)
            found = path.read_bytes()[:MOST_BYTES].decode("utf-8", "replace")
        except SuspendNotSupported:
            composer.tell("An editor can't be started in this terminal.")
            return
        except OSError as error:
            composer.tell(f"{command[0]} can't be started ({error.strerror}): set VISUAL or EDITOR.")
            return
    if done.returncode:
        composer.tell(f"{command[0]} exited with code {done.returncode}: your text is unchanged.")
        return
    # Editors end the last line with a line feed that nobody typed.
    composer.area.put(block(found).rstrip("\n"))
    composer.area.focus()
