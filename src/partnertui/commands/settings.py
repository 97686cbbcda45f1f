"""`partnertui settings`: a settings file with every setting in it, to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """Print, or write where the file belongs."""
    parser.add_argument("--write", action="store_true", help="write it where it is read, unless there is one")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints or writes the file, for its owner only."""
    import os

    from partnertui.config.sample import sample_toml

    file = folders.settings_file
    if not args.write:
        print(sample_toml(), end="")
        return 0
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DomainError(
            f"{file} is there already.", advice="Without --write this prints what could be in it."
        ) from None
    except OSError as error:
        raise DomainError(f"{file} cannot be written: {error.strerror}.", advice="See partnertui doctor.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(sample_toml())
    print(f"Written: {file}")
    return 0
