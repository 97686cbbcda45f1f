"""`partnertui verdicts`: writes docs/trace.md, the reference of all verdicts, from the rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.calls.diagnosis.verdicts_document import verdicts_markdown, with_verdicts
from partnertui.commands.shot import write

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("-o", "--output", metavar="FILE", help="document to update; default: standard output")
    parser.add_argument("--check", metavar="FILE", help="exit with 1 if the verdicts in FILE aren't up to date")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints, renews or checks them."""
    name = args.check or args.output
    if not name:
        print(verdicts_markdown())
        return 0
    file = Path(name)
    text = file.read_text("utf-8") if file.exists() else ""
    renewed = with_verdicts(text)
    if args.check and text != renewed:
        print(f"The verdicts in {file} aren't up to date. Run: partnertui verdicts -o {file}", file=sys.stderr)
        return 1
    if not args.check:
        write(renewed, args.output)
    return 0
