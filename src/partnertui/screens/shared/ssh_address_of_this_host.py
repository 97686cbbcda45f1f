"""The name or address of this host for commands that the operator runs on their own computer, such as scp."""

from __future__ import annotations

import getpass
import shlex
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def ssh_host(chosen: str, environment: Mapping[str, str]) -> str:
    """The setting, else the address and port that this session came to, else this host's name."""
    if chosen:
        return chosen
    # Address and port of the client, then address and port of this host (ssh(1)).
    words = environment.get("SSH_CONNECTION", "").split()
    user = getpass.getuser()
    if len(words) != 4:
        return f"{user}@{socket.gethostname()}"
    port = "" if words[3] == "22" else f"-p {shlex.quote(words[3])} "
    return f"{port}{shlex.quote(f'{user}@{words[2]}')}"
