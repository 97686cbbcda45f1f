"""`partnertui bundle`: writes all evidence of a ticket to one encrypted file, or unpacks such a file."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import open_regular, read_regular
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.idempotent_writes import new_key
from partnertui.db.tickets.bundle import ticket_with_number
from partnertui.db.tickets.bundle_file import write_bundle
from partnertui.domain.errors import DomainError
from partnertui.domain.evidence_zip import unpack, write_parts
from partnertui.domain.plurals import plural
from partnertui.vault.passphrase_encryption import open_sealed

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

# No flag takes the passphrase itself: every user of a host can read the arguments of its processes.
VARIABLE = "PARTNERTUI_BUNDLE_PASSPHRASE"
LONGEST_LINE = 1_000


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("ticket", nargs="?", metavar="TICKET", help="ticket number, as shown in the list")
    parser.add_argument("--open", type=Path, metavar="FILE", help="unpack this bundle instead")
    parser.add_argument("-o", "--output", type=Path, metavar="PATH", help="file to write, or with --open a new folder")
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=f"file with the passphrase on its first line (default: {VARIABLE}, or you are prompted for it)",
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Exit code 0. Raises DomainError, DatabaseError, VaultError."""
    if (args.ticket is None) == (args.open is None) or args.output is None:
        raise DomainError(
            "Give either a ticket or a bundle, and where to write the output.",
            advice="Use: partnertui bundle TICKET -o FILE, or partnertui bundle --open FILE -o FOLDER.",
        )
    return _open(args) if args.open is not None else _write(args, settings)


def _write(args: Namespace, settings: Settings) -> int:
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        ticket = database.read(lambda connection: ticket_with_number(connection, operator, args.ticket))
        passphrase = read_passphrase(args.passphrase_file, twice=True)
        path = args.output.expanduser()
        done = write_bundle(database, operator, new_key(), ticket, path, passphrase)
    print(f"{plural(done.parts, 'file')} from ticket {args.ticket}: {done.size:,} bytes in {path}.")
    return 0


def _open(args: Namespace) -> int:
    try:
        sealed = read_regular(args.open.expanduser())
    except OSError as error:
        raise DomainError(f"{args.open} can't be read: {error.strerror}.", advice="Check the path.") from None
    parts = unpack(open_sealed(sealed, read_passphrase(args.passphrase_file, twice=False)))
    folder = args.output.expanduser()
    write_parts(parts, folder)
    print(f"{plural(len(parts), 'file')} in {folder}, matching the manifest.")
    return 0


def read_passphrase(file: Path | None, *, twice: bool) -> str:
    """The passphrase of a file or the environment, else typed unseen. Raises DomainError if there is none."""
    if file is not None:
        try:
            with open_regular(file.expanduser()) as opened:
                found = opened.readline(LONGEST_LINE).decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it isn't UTF-8"
            raise DomainError(f"{file} can't be read: {reason}.", advice="Check the path.") from None
    elif VARIABLE in os.environ:
        found = os.environ[VARIABLE]
    else:
        found = _typed(twice=twice)
    if not found:
        raise DomainError("The passphrase is empty.", advice="Enter one: the bundle is encrypted with it.")
    return found


def _typed(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise DomainError(
            "There is no terminal to prompt for the passphrase.", advice=f"Set {VARIABLE}, or use --passphrase-file."
        )
    found = getpass("Passphrase: ")
    if twice and getpass("Repeat the passphrase: ") != found:
        raise DomainError("The two passphrases differ.", advice="Enter the same one twice.")
    return found
