"""No command: opens the program, after a look at the terminal."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.ascii_fallback import HANDLER

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """None of its own."""


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Opens the program, or prints its version."""
    if getattr(args, "version", False):
        from importlib.metadata import version

        print(f"partnertui {version('partnertui')}")
        return 0
    return open_program(settings, folders)


def open_program(settings: Settings, folders: Folders) -> int:
    """Opens the program in this terminal; raises DomainError where there is none to open it in."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DomainError(
            "partnertui needs a terminal, and its input, output or error output is a file or a pipe.",
            advice="Start it in a terminal (over SSH: ssh -t HOST partnertui), or use partnertui shot SCREEN.",
        )
    if os.environ.get("TERM", "") in {"", "dumb"}:
        raise DomainError(
            f"This terminal calls itself “{os.environ.get('TERM', '')}” and cannot place text on the screen.",
            advice="Set TERM to what the terminal is, such as TERM=xterm-256color, or use partnertui shot SCREEN.",
        )
    if settings.ascii and isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding="ascii", errors=HANDLER)  # Textual draws borders and scroll bars of its own
    warn_of_locale(settings)
    from partnertui.app import run as run_app

    return run_app(settings, folders)


def warn_of_locale(settings: Settings) -> None:
    """Says on standard error that the locale cannot show everything; the program draws with ASCII then."""
    encoding = sys.stderr.encoding or "ascii"
    if encoding.lower().replace("-", "") != "utf8" and not settings.ascii:
        print(
            f"partnertui: this locale ({encoding}) has no UTF-8, so lines and signs are drawn with ASCII "
            "and other characters as the nearest there are.\nSet LANG=C.UTF-8 to see everything.",
            file=sys.stderr,
        )
