"""*Remove the registration*: asks, removes it at Kamailio, and says how that went."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from partnertui.config import Kamailio
from partnertui.domain.operators import STAFF
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from partnertui.db.kamailio.registration_removal import RegistrationRemover

NOT_CONFIGURED = (
    'removing registrations isn\'t configured: set kamailio.rpc_url or usrloc = "database", the latter if Kamailio'
    " keeps them only in its database"
)


def _not_removable(context: ActionContext) -> str:
    kamailio = context.services.settings.kamailio
    if not kamailio.rpc_url and kamailio.usrloc != "database":
        return NOT_CONFIGURED
    return "" if context.row is None or context.row["ruid"] else "this registration has no Kamailio ID (ruid)"


def remove_registration(context: ActionContext) -> None:
    """Explain what will be done, ask, and do it."""
    row = context.row or {}

    def confirmed(answer: object) -> None:
        _remove(context, row)

    context.services.show_dialog(
        Confirm(
            context.services,
            "Remove this registration?",
            explanation(row, context.services.settings.kamailio),
            "remove it",
        ),
        confirmed,
    )


def explanation(row: Row, kamailio: Kamailio) -> str:
    """What will happen, in sentences."""
    who = ", ".join(one_line(row[name]) for name in ("user", "customer") if row.get(name))
    phone = one_line(row["user_agent"] or "unknown phone")
    method = "Kamailio removes it over JSON-RPC" if kamailio.rpc_url else "Its row in Kamailio's database is deleted"
    return "\n".join(
        [
            f"AOR      {one_line(row['aor'])}{f' ({who})' if who else ''}",
            f"Contact  {one_line(row['contact'] or '')}",
            f"Phone    {phone}",
            "",
            f"{method}. After that, no call reaches the phone at this contact.",
            "",
            f"It registers again {back(row)}.",
        ]
    )


def back(row: Row) -> str:
    """When the phone registers again."""
    left = (row["expires_at"] - utc_now()).total_seconds() if row["expires_at"] is not None else None
    if left is None:
        return "with its next REGISTER; this registration never expires"
    if left <= 0:
        return "with its next REGISTER; this registration has already expired"
    return f"with its next REGISTER, in {left:,.0f} seconds at the latest; immediately if it's restarted"


def _remove(context: ActionContext, row: Row) -> None:
    services, operator = context.services, context.operator
    if operator is None:
        services.notify("No one is logged in yet.", "warn")
        return

    def work() -> str:
        from partnertui.db.kamailio.registration_removal import Registration

        return _remover(services.settings.database_url, services.settings.kamailio).remove(
            services.database, operator, Registration.from_row(row)
        )

    def done(sentence: str) -> None:
        services.notify(sentence, "good")
        context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Not removed: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()

    services.jobs.write("remove a registration", work, done, failed)


@lru_cache(4)
def _remover(database_url: str, kamailio: Kamailio) -> RegistrationRemover:
    from partnertui.db.kamailio.registration_removal import RegistrationRemover

    return RegistrationRemover(
        database_url, kamailio.url, kamailio.schema, rpc_url=kamailio.rpc_url, timeout=kamailio.rpc_timeout
    )


REMOVE = Action(
    "sip.remove",
    "Remove the registration",
    remove_registration,
    ("delete",),
    rows="one",
    refuse=_not_removable,
    roles=STAFF,
    group="Phone",
    about="no call reaches the phone until it registers again",
)
