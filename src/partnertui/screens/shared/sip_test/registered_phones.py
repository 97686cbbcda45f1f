"""Looks up the registered phones of a customer or user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from partnertui.db.rows.filter_criteria import Equals
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.declare.actions import ActionContext, Services
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.partner_row_filter import own_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.config import Kamailio
    from partnertui.db.kamailio.registration_source import RegistrationSource
    from partnertui.db.rows.listing import PageOfRows

MOST = 1000
"""Most phones tested at once."""
Test = Callable[[Services, Sequence[Row], str], None]


def look_up(context: ActionContext, field: str, value: int | str, name: str, test: Test) -> None:
    """Read the registrations whose `field` has the value in the background, and pass them to `test`."""
    services = context.services

    def read(connection: Connection) -> PageOfRows:
        from partnertui.db.kamailio.registration_source import registrations
        from partnertui.db.rows.listing import Listing, Sort

        own = own_rows(services.catalog.page("sip-locations"), context.operator)
        listing = Listing(registrations, Sort("aor"), (Equals(field, value), *own))
        return registered(services).fetch_page(connection, listing, limit=MOST)

    def found(page: PageOfRows) -> None:
        rows = list(page.rows)
        if not rows:
            services.notify(f"{name} has no registered phones.", "warn")
            return
        test(services, rows, f"{name}: {'the first ' if page.more else ''}{plural(len(rows), 'phone')}")

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.query(context.view, "sip-test", lambda: services.database, read, found, failed, opens=True)


def registered(services: Services) -> RegistrationSource:
    """The source of registrations by the settings; created once."""
    return _source(services.settings.database_url, services.settings.kamailio)


@lru_cache(4)
def _source(database_url: str, kamailio: Kamailio) -> RegistrationSource:
    from partnertui.db.kamailio.registration_source import registration_source

    return registration_source(database_url, kamailio)
