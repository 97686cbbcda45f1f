"""`partnertui migrate`: upgrades the database's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.config import without_password
from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Runs the migrations that the database doesn't have yet."""
    database = open_database(settings.database_url)
    try:
        upgrade(database)
    finally:
        database.close()
    print(f"The tables in {without_password(settings.database_url)} are up to date.")
    return 0
