"""`partnertui keymap`: writes docs/keys.md from the declared actions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui import screens
from partnertui.commands.shot import write
from partnertui.kit.shell.keys_document import keys_markdown

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; default: standard output")
    parser.add_argument("--check", metavar="FILE", help="exit with 1 if FILE isn't up to date")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints, writes or checks the page."""
    text = keys_markdown(screens.find())
    if not args.check:
        write(text, args.output)
        return 0
    file = Path(args.check)
    if file.exists() and file.read_text("utf-8") == text:
        return 0
    print(f"{file} isn't up to date. Run: partnertui keymap -o {file}", file=sys.stderr)
    return 1
