"""`partnertui sounds get --once TOKEN`: writes a sound to standard output, once per token."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.sound_download_tokens import take_copy
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("action", choices=("get",), help="get: write an MP3 to standard output")
    parser.add_argument("--once", required=True, metavar="TOKEN", help="the single-use token from the copy command")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Writes the MP3; exit code 0. Raises DomainError for a token that isn't valid, and for a terminal."""
    if sys.stdout.isatty():
        raise DomainError("An MP3 can't be written to a terminal.", advice="Redirect it to a file: … > sound.mp3")
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        with UnitOfWork(database, operator) as unit:
            content = take_copy(unit, args.once)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return 0
