"""*Remove the registration*: what will happen, whether that is wanted, and how it went."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from partnertui.config import Kamailio
from partnertui.domain.operators import Role
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.text_box import Confirm

if TYPE_CHECKING:
    from partnertui.db.kamailio.removing import Remover

NO_WAY = (
    "it is not set how registrations are removed: kamailio.rpc_url, or kamailio.usrloc = “database” where Kamailio has"
    " them in its database only"
)


def _no_way(context: ActionContext) -> str:
    kamailio = context.services.settings.kamailio
    if not kamailio.rpc_url and kamailio.usrloc != "database":
        return NO_WAY
    return "" if context.row is None or context.row["ruid"] else "this registration has no ID of Kamailio's (ruid)"


def remove_registration(context: ActionContext) -> None:
    """Says what will be done, asks, does it."""
    row = context.row or {}

    def sure(answer: Any) -> None:
        _remove(context, row)

    context.services.show_dialog(
        Confirm("Remove this registration?", words(row, context.services.settings.kamailio), "remove it"), sure
    )


def words(row: Row, kamailio: Kamailio) -> str:
    """What will happen, in sentences."""
    who = ", ".join(one_line(row[name]) for name in ("user", "customer") if row.get(name))
    phone = one_line(row["user_agent"] or "a phone that does not say what it is")
    way = (
        "Kamailio is told to forget it, by JSON-RPC"
        if kamailio.rpc_url
        else "Its row in Kamailio's database is deleted"
    )
    return "\n".join(
        [
            f"AOR      {one_line(row['aor'])}{f' ({who})' if who else ''}",
            f"Contact  {one_line(row['contact'] or '')}",
            f"Phone    {phone}",
            "",
            f"{way}. From then on no call reaches the phone at this contact.",
            "",
            f"It comes back by itself: {back(row)}.",
        ]
    )


def back(row: Row) -> str:
    """When the phone registers again."""
    left = (row["expires_at"] - utc_now()).total_seconds() if row["expires_at"] is not None else None
    if left is None:
        return "with its next REGISTER; this registration has no end of its own"
    if left <= 0:
        return "with its next REGISTER; this registration has ended already"
    return f"with its next REGISTER, in {left:,.0f} seconds at the latest; at once if it is restarted"


def _remove(context: ActionContext, row: Row) -> None:
    services, operator = context.services, context.operator
    if operator is None:
        services.notify("Nobody is signed in yet: the database has not answered.", "warn")
        return

    def work() -> str:
        from partnertui.db.kamailio.removing import Registered

        return _remover(services.settings.database_url, services.settings.kamailio).remove(
            services.database, operator, Registered.of(row)
        )

    def done(sentence: str) -> None:
        services.notify(sentence, "good")
        context.view.refresh_rows()  # type: ignore[attr-defined]

    def failed(error: Any) -> None:
        services.notify(f"Not removed: {error} {error.advice}".strip(), "bad")
        context.view.refresh_rows()  # type: ignore[attr-defined]

    services.jobs.write("remove a registration", work, done, failed)


@lru_cache(4)
def _remover(database_url: str, kamailio: Kamailio) -> Remover:
    from partnertui.db.kamailio.removing import Remover

    return Remover(database_url, kamailio.url, kamailio.schema, rpc_url=kamailio.rpc_url, timeout=kamailio.rpc_timeout)


REMOVE = Action(
    "sip.remove",
    "Remove the registration",
    remove_registration,
    ("upper_d", "D"),
    rows="one",
    refuse=_no_way,
    roles=frozenset({Role.SUPPORT, Role.DEVELOPMENT, Role.ADMIN}),
    group="Phone",
    about="no call reaches the phone until it registers again",
)
