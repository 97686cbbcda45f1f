"""`partnertui renew`: adds the next basket items of due recurring ones; run it daily."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.basket_items import follow_due
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

MOST_PERIODS = 1_000
"""Runs over all that is due, at most: an item from long ago is followed by many."""


def arguments(parser: ArgumentParser) -> None:
    """See Command."""


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Adds the items and says how many; run twice, or by two at a time, each is added once."""
    count = 0
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        for _ in range(MOST_PERIODS):
            added = commit_once(database, operator, new_key(), lambda unit: follow_due(unit, utc_now()))
            count += added
            if not added:
                break
    print(f"{count:,} item{'s' if count != 1 else ''} added to baskets, hidden until due.")
    return 0
