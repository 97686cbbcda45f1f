"""Who is working, and what happens when the database does not answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from partnertui.db.errors import DatabaseTrouble
from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from partnertui.domain.operators import Operator
    from partnertui.kit.desk import Desk
    from partnertui.kit.jobs import Trouble

log = logging.getLogger(__name__)
RETRY = 5.0
"""Seconds between tries while the database is away."""


def sign_in(desk: Desk) -> None:
    """Checks the schema and looks the operator up, in the background."""
    login = desk.settings.operator

    def work() -> Operator:
        with HEAVY:
            from partnertui.db.lookup import find_operator

        desk.database.check().require()
        return desk.database.read(lambda connection: find_operator(connection, login))

    desk.jobs.write("sign in", work, lambda operator: signed_in(desk, operator), lambda error: refused(desk, error))


def signed_in(desk: Desk, operator: Operator) -> None:
    """Takes the operator, and whom the operator may see."""
    desk.operator = operator
    desk.trouble = ""
    desk.ready()
    desk.painted()
    desk.hints()


def refused(desk: Desk, error: Trouble) -> None:
    """Says why nobody can work yet; a database that is away is tried again."""
    if isinstance(error, DatabaseTrouble):
        database_failed(desk, error, said=True)
        view = desk.stage.view
        if view is not None and hasattr(view, "explain"):
            view.explain(error)
        desk.app.set_timer(RETRY, lambda: sign_in(desk) if desk.operator is None else None)
    else:
        desk.say(f"{error} {getattr(error, 'advice', '')}", "bad")


def database_failed(desk: Desk, trouble: Exception, *, said: bool = False) -> None:
    """Notes the trouble once and looks every few seconds whether it is over; `said`: the view says it."""
    log.warning("could not be read: %s", trouble)
    first, desk.trouble = not desk.trouble, str(trouble)
    desk.painted()
    if first:
        if not said:
            desk.say(f"{trouble} {getattr(trouble, 'advice', '')}", "bad")
        desk.app.set_timer(RETRY, lambda: _again(desk))


def _again(desk: Desk) -> None:
    if not desk.trouble:
        return
    view = desk.stage.view
    if view is not None and desk.operator is not None:
        feed = getattr(view, "feed", None)
        empty = feed is not None and (feed.listing is None or not view.table.window.rows)
        view.restart() if empty else view.refresh_rows()
    desk.app.set_timer(RETRY, lambda: _again(desk))
