"""The commands, one module each: `arguments(parser)` and `run(args, settings, folders) -> exit code`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

COMMANDS = {
    "demo": "build a demo data set and open it",
    "migrate": "bring the database's tables up to date",
    "trace": "read captures: the calls in them, or why one of them failed",
    "sync": "bring finished calls from Kamailio and Asterisk into CDRs",
    "siptest": "send SIP OPTIONS to phones or servers, and say what the answers mean",
    "mtr": "probe the path to a host, hop by hop, and say what it means",
    "export": "write the rows of a screen to a file",
    "doctor": "check everything that is needed and say what to do",
    "settings": "print a settings file with every setting in it",
    "shot": "render a screen without a terminal",
    "screens": "list the screens",
    "keys": "print all keys, as docs/keys.md has them",
    "guide": "write the user guide with a picture of every screen",
}


class Command(Protocol):
    """What a command module offers."""

    def arguments(self, parser: ArgumentParser) -> None:
        """Declares its flags."""

    def run(self, args: Namespace, settings: Settings, folders: Folders) -> int:
        """Does it; returns the exit code."""


def load_command(name: str) -> Command:
    """The module of a command, imported now."""
    module = "open_app" if name == "open" else name
    return cast(Command, importlib.import_module(f"partnertui.commands.{module}"))
