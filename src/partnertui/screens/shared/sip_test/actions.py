"""What opens a SIP test: the chosen registrations, or all of a customer's."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext, Scope
from partnertui.kit.declare.kinds import Row
from partnertui.kit.shell.services import Services


def sip_test_of(services: Services, rows: Sequence[Row], title: str = "") -> None:
    """Tests registered phones: rows with `aor`, `contact`, `received` and `path`."""
    from partnertui.screens.shared.sip_test.dialog import SipTest

    named = title or (rows[0]["aor"] if len(rows) == 1 else f"{len(rows)} phones")
    services.show_dialog(SipTest(services, rows, named), lambda answer: None)


def sip_test_of_customer(context: ActionContext, customer_id: int, name: str) -> None:
    """Tests all phones of a customer that are registered now."""
    from partnertui.screens.shared.sip_test.registered import look_up

    look_up(context, "customer_id", customer_id, name, sip_test_of)


def sip_test_of_user(context: ActionContext, user_id: int, name: str) -> None:
    """Tests all phones of a user that are registered now."""
    from partnertui.screens.shared.sip_test.registered import look_up

    look_up(context, "user_id", user_id, name, sip_test_of)


def _whose(context: ActionContext) -> Scope | None:
    """The customer of the row under the cursor, else the one that every screen is narrowed to."""
    row = context.row or {}
    if row.get("customer_id"):
        return Scope(row["customer_id"], row.get("customer") or "the customer")
    return context.scope


def _nobody(context: ActionContext) -> str:
    return (
        "" if _whose(context) is not None else "no customer is known for this row: show only one with c, or pick a row"
    )


def _all(context: ActionContext) -> None:
    whose = _whose(context)
    if whose is not None:
        sip_test_of_customer(context, whose.customer_id, whose.name)


SIP_TEST = Action(
    "sip.test",
    "SIP test",
    lambda context: sip_test_of(context.services, context.rows),
    ("t",),
    "SIP test",
    rows="many",
    group="Phone",
    about="sends an OPTIONS and says what the answer means",
)
SIP_TEST_ALL = Action(
    "sip.test-all",
    "SIP test of all phones of this customer",
    _all,
    ("upper_a", "A"),
    refuse=_nobody,
    group="Phone",
    menu=True,
    about="all at once, the dead and the slow on top",
)
