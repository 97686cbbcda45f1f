"""Which phones of a customer or user are registered now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from partnertui.kit.context import Here
from partnertui.kit.desk import Desk
from partnertui.kit.kinds import Row

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.config import Kamailio
    from partnertui.db.kamailio.source import RegistrationSource
    from partnertui.db.listing import PageOfRows

MOST = 1000
"""Phones of one customer that are tested at once."""
Test = Callable[[Desk, Sequence[Row], str], None]


def look_up(here: Here, field: str, value: int, name: str, test: Test) -> None:
    """Reads the registrations whose `field` has the value, in the background, and hands them to a test."""
    desk = here.desk

    def read(connection: Connection) -> PageOfRows:
        from partnertui.db.criteria import Equals
        from partnertui.db.kamailio.source import registrations
        from partnertui.db.listing import Listing, Sort

        listing = Listing(registrations, Sort("aor"), (Equals(field, value),))
        return registered(desk).fetch_page(connection, listing, limit=MOST)

    def found(page: PageOfRows) -> None:
        rows = list(page.rows)
        if not rows:
            desk.say(f"No phone of {name} is registered.", "warn")
            return
        test(desk, rows, f"{name}: {len(rows)}{' of many' if page.more else ''} phones")

    def failed(error: Any) -> None:
        desk.say(f"{error} {error.advice}".strip(), "bad")

    desk.jobs.query(here.view, "sip-test", lambda: desk.database, read, found, failed)


def registered(desk: Desk) -> RegistrationSource:
    """Where registrations are, by the settings; made once."""
    return _source(desk.settings.database_url, desk.settings.kamailio)


@lru_cache(4)
def _source(database_url: str, kamailio: Kamailio) -> RegistrationSource:
    from partnertui.db.kamailio.source import registration_source

    return registration_source(database_url, kamailio)
