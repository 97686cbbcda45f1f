"""Who is working, and what happens when the database does not answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from partnertui.db.errors import DatabaseError
from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from partnertui.domain.operators import Operator
    from partnertui.errors import UserError
    from partnertui.kit.shell.services import Services

log = logging.getLogger(__name__)
RETRY = 5.0
"""Seconds between tries while the database is away."""


def sign_in(services: Services) -> None:
    """Checks the schema and looks the operator up, in the background."""
    login = services.settings.operator

    def work() -> Operator:
        with HEAVY:
            from partnertui.db.rows.lookup import find_operator

        services.database.check().require()
        return services.database.read(lambda connection: find_operator(connection, login))

    services.jobs.write(
        "sign in", work, lambda operator: signed_in(services, operator), lambda error: refused(services, error)
    )


def signed_in(services: Services, operator: Operator) -> None:
    """Takes the operator, and whom the operator may see."""
    services.operator = operator
    services.database_error = ""
    services.signed_in()
    services.refresh_frame()
    services.update_footer()


def refused(services: Services, error: UserError) -> None:
    """Says why nobody can work yet; a database that is away is tried again."""
    if isinstance(error, DatabaseError):
        database_failed(services, error, said=True)
        view = services.view_stack.view
        if view is not None and hasattr(view, "explain"):
            view.explain(error)
        services.app.set_timer(RETRY, lambda: sign_in(services) if services.operator is None else None)
    else:
        services.notify(f"{error} {getattr(error, 'advice', '')}", "bad")


def database_failed(services: Services, trouble: Exception, *, said: bool = False) -> None:
    """Notes the trouble once and looks every few seconds whether it is over; `said`: the view says it."""
    log.warning("could not be read: %s", trouble)
    first, services.database_error = not services.database_error, str(trouble)
    services.refresh_frame()
    if first:
        if not said:
            services.notify(f"{trouble} {getattr(trouble, 'advice', '')}", "bad")
        services.app.set_timer(RETRY, lambda: _again(services))


def _again(services: Services) -> None:
    if not services.database_error:
        return
    view = services.view_stack.view
    if view is not None and services.operator is not None:
        feed = getattr(view, "feed", None)
        empty = feed is not None and (feed.listing is None or not view.table.window.rows)
        view.restart() if empty else view.refresh_rows()
    services.app.set_timer(RETRY, lambda: _again(services))
