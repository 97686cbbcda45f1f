"""`partnertui chats expire`: destroys the text of chats that were kept long enough."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from partnertui.config.settings import MOST_DAYS
from partnertui.db.chat_retention import expire_chats
from partnertui.db.database import open_database
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("action", choices=("expire",), help="destroy the text of old chats")
    parser.add_argument(
        "--days", type=float, metavar="N", help="keep the text of the last N days (default: chats.keep_days)"
    )


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints how many texts were destroyed."""
    days = settings.chats.keep_days if args.days is None else args.days
    if not 0 < days <= MOST_DAYS:
        raise DomainError(
            "No valid retention period is given for chats, so no text was destroyed.",
            advice=f"Set chats.keep_days in the settings, or use --days with 1 to {MOST_DAYS}.",
        )
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        count = expire_chats(database, utc_now() - timedelta(days=days))
    print(f"{plural(count, 'chat')} older than {days:g} day{'' if days == 1 else 's'}: text destroyed.")
    return 0
