"""Which phones of a customer or user are registered now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.shell.services import Services

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.config import Kamailio
    from partnertui.db.kamailio.source import RegistrationSource
    from partnertui.db.rows.listing import PageOfRows

MOST = 1000
"""Phones of one customer that are tested at once."""
Test = Callable[[Services, Sequence[Row], str], None]


def look_up(context: ActionContext, field: str, value: int, name: str, test: Test) -> None:
    """Reads the registrations whose `field` has the value, in the background, and hands them to a test."""
    services = context.services

    def read(connection: Connection) -> PageOfRows:
        from partnertui.db.kamailio.source import registrations
        from partnertui.db.rows.criteria import Equals
        from partnertui.db.rows.listing import Listing, Sort

        listing = Listing(registrations, Sort("aor"), (Equals(field, value),))
        return registered(services).fetch_page(connection, listing, limit=MOST)

    def found(page: PageOfRows) -> None:
        rows = list(page.rows)
        if not rows:
            services.notify(f"No phone of {name} is registered.", "warn")
            return
        test(services, rows, f"{name}: {len(rows)}{' of many' if page.more else ''} phones")

    def failed(error: Any) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.query(context.view, "sip-test", lambda: services.database, read, found, failed)


def registered(services: Services) -> RegistrationSource:
    """Where registrations are, by the settings; made once."""
    return _source(services.settings.database_url, services.settings.kamailio)


@lru_cache(4)
def _source(database_url: str, kamailio: Kamailio) -> RegistrationSource:
    from partnertui.db.kamailio.source import registration_source

    return registration_source(database_url, kamailio)
