"""Opens a file just written on a desktop; over SSH, shows the command that fetches it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.ssh_address_of_this_host import ssh_host

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from partnertui.kit.declare.actions import Services

OPENER = "xdg-open"


def hand_out(services: Services, path: Path, what: str) -> None:
    """Opens the file, or copies a command that fetches it; says where it is. `what` is it, as in "Invoice 12"."""
    shown = one_line(str(path), 200)
    if opens_here(os.environ) and _opened(path):
        services.notify(f"{what} has been saved in {shown} and opened.", "good")
        return
    if os.environ.get("SSH_CONNECTION"):
        command = fetch_command(path, services.settings.sounds.ssh, os.environ)
        services.copy(command, f"the command that fetches it; {what} has been saved in {shown}")
        return
    services.notify(f"{what} has been saved in {shown}.", "good")


def opens_here(environment: Mapping[str, str]) -> bool:
    """Whether there is a desktop that a file can be opened on."""
    display = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(display) and not environment.get("SSH_CONNECTION") and shutil.which(OPENER) is not None


def fetch_command(path: Path, host: str, environment: Mapping[str, str]) -> str:
    """What to run on one's own host: `ssh HOST 'cat /path/to/file' > file`, which needs no other program there."""
    remote = shlex.quote(f"cat {shlex.quote(str(path.absolute()))}")
    return f"ssh {ssh_host(host, environment)} {remote} > {shlex.quote(path.name)}"


def _opened(path: Path) -> bool:
    try:
        # Own session and no terminal: Ctrl+C must not end the viewer, and its messages must not land on our screen.
        subprocess.Popen(
            [OPENER, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    return True
