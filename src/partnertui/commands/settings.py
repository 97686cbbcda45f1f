"""`partnertui settings`: prints a sample settings file with every setting."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from partnertui.atomic_files import PRIVATE
from partnertui.config.sample import sample_toml
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument(
        "--write", action="store_true", help="write it to the settings file, unless that already exists"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints the file, or writes it with permissions for its owner only; raises DomainError if there is one already."""
    file = folders.settings_file
    if not args.write:
        print(sample_toml(), end="")
        return 0
    try:
        # The mode is given as the file is made: with a later chmod others could open it in between.
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError:
        raise DomainError(f"{file} already exists.", advice="Without --write, the sample is printed.") from None
    except OSError as error:
        raise DomainError(f"{file} can't be written: {error.strerror}.", advice="Run partnertui doctor.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(sample_toml())
    print(f"Wrote {file}")
    return 0
