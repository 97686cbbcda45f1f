"""`partnertui shot SCREEN`: renders a screen as SVG or text, without a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui import screenshot
from partnertui.atomic_files import write_file
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("screen", help="ID of the screen; partnertui screens lists them")
    parser.add_argument("--size", default="140x40", metavar="WxH", help="columns x rows (default 140x40)")
    parser.add_argument("--keys", default="", metavar='"K K"', help="keys to press first, such as: slash a c m e enter")
    parser.add_argument("--customer", type=int, metavar="ID", help="only this customer's rows")
    parser.add_argument(
        "--format", choices=("svg", "text"), default=None, help="default: text for a .txt file, else svg"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; default: standard output")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes the picture to a file or to standard output."""
    format = args.format or ("text" if str(args.output or "").endswith(".txt") else "svg")
    picture = screenshot.main(
        settings,
        folders,
        screen=args.screen,
        size=args.size,
        keys=args.keys,
        customer=args.customer,
        format=format,
    )
    write(picture, args.output)
    return 0


def write(text: str, output: str | None) -> None:
    """Writes to a file, or to standard output if none is given; raises DomainError if it can't be written."""
    if not output or output == "-":
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        write_file(Path(output), text)
    except OSError as error:
        raise DomainError(
            f"{output} can't be written: {error.strerror}.", advice="Choose another file with -o."
        ) from None
