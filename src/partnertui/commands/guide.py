"""`partnertui guide`: the user guide with a picture of every screen, out of the declarations and made-up data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """The folder, and whether it is only looked at."""
    parser.add_argument("-o", "--output", default="docs/guide", metavar="FOLDER", help="folder (default docs/guide)")
    parser.add_argument("--check", action="store_true", help="end with 1 where the folder is not up to date")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes or checks the guide; the user's own settings and database are left alone."""
    from partnertui.guide.build import make, stale, write

    folder, files = Path(args.output), make()
    if args.check:
        old = stale(folder, files)
        if old:
            print(f"{folder} is not up to date ({', '.join(old[:5])} …). Write it again: make docs", file=sys.stderr)
        return 1 if old else 0
    try:
        write(folder, files)
    except OSError as error:
        raise DomainError(f"{folder} cannot be written: {error.strerror}.", advice="Name another with -o.") from None
    print(f"{len(files)} files in {folder}")
    return 0
