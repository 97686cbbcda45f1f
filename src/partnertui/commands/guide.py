"""`partnertui guide`: writes the user guide from the screens' declarations and demo data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError
from partnertui.guide.write_guide import make, stale, write

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("-o", "--output", default="docs/guide", metavar="FOLDER", help="folder (default docs/guide)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the folder isn't up to date")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes or checks the guide; uses neither the user's settings nor database."""
    folder, files = Path(args.output), make()
    if args.check:
        old = stale(folder, files)
        if old:
            more = " …" if len(old) > 5 else ""
            print(f"{folder} isn't up to date ({', '.join(old[:5])}{more}). Run: make docs", file=sys.stderr)
        return 1 if old else 0
    try:
        write(folder, files)
    except OSError as error:
        raise DomainError(
            f"{folder} can't be written: {error.strerror}.", advice="Choose another folder with -o."
        ) from None
    print(f"{len(files)} files in {folder}")
    return 0
