"""Runs without a subcommand: checks the terminal, then opens the program."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from partnertui import __version__
from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.ascii_fallback import HANDLER

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Opens the program, or prints its version."""
    if getattr(args, "version", False):
        print(f"partnertui {__version__}")
        return 0
    return open_program(settings, folders, known_by_account=hasattr(args, "account") and "SSH_CONNECTION" in os.environ)


def open_program(settings: Settings, folders: Folders, *, is_demo: bool = False, known_by_account: bool = False) -> int:
    """Opens the program; raises DomainError if there is no suitable terminal.

    `known_by_account`: SSH has made sure who it is.
    """
    # Textual draws on standard error, so standard output may be anything.
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise DomainError(
            "partnertui needs a terminal, but its standard input or standard error is a file or a pipe.",
            advice="Run it in a terminal (over SSH: ssh -t HOST partnertui), or use partnertui shot SCREEN.",
        )
    if os.environ.get("TERM", "") in {"", "dumb"}:
        raise DomainError(
            f"The terminal type is “{os.environ.get('TERM', '')}”, which can't position text.",
            advice="Set TERM to the terminal's type, such as TERM=xterm-256color, or use partnertui shot SCREEN.",
        )
    if settings.ascii and isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(encoding="ascii", errors=HANDLER)  # for borders and scroll bars that Textual draws
    warn_of_locale(settings)
    from partnertui.app import run as run_app

    return run_app(settings, folders, is_demo=is_demo, known_by_account=known_by_account)


def warn_of_locale(settings: Settings) -> None:
    """Warns on standard error if the locale isn't UTF-8, because then everything is drawn with ASCII."""
    encoding = sys.stderr.encoding or "ascii"
    if encoding.lower().replace("-", "") != "utf8" and not settings.ascii:
        print(
            f"partnertui: the locale ({encoding}) isn't UTF-8, so lines and symbols are drawn in ASCII "
            "and other characters are approximated.\nSet LANG=C.UTF-8 to see them all.",
            file=sys.stderr,
        )
