"""`partnertui shot SCREEN`: a picture of a screen, without a terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """Screen, size, keys, customer, format, file."""
    parser.add_argument("screen", help="name of the screen, as partnertui screens lists them")
    parser.add_argument("--size", default="140x40", metavar="WxH", help="columns x rows (default 140x40)")
    parser.add_argument("--keys", default="", metavar='"K K"', help="keys to press first, such as: slash a c m e enter")
    parser.add_argument("--customer", type=int, metavar="ID", help="customer to narrow the screen to")
    parser.add_argument("--format", choices=("svg", "text"), default=None, help="default: svg, text for a .txt file")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; default: standard output")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes the picture to the file or to standard output."""
    from partnertui import shot

    wanted = args.format or ("text" if str(args.output or "").endswith(".txt") else "svg")
    picture = shot.main(
        settings,
        folders,
        screen=args.screen,
        size=args.size,
        keys=args.keys,
        customer=args.customer,
        format=wanted,
    )
    write(picture, args.output)
    return 0


def write(text: str, output: str | None) -> None:
    """Writes to a file, or to standard output where none is named; raises DomainError."""
    if not output or output == "-":
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        return
    try:
        Path(output).write_text(text, "utf-8")
    except OSError as error:
        raise DomainError(
            f"{output} cannot be written: {error.strerror}.", advice="Name another file with -o."
        ) from None
