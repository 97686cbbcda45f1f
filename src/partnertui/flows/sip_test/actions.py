"""What opens a SIP test: the chosen registrations, or all of a customer's."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.kit.actions import Action
from partnertui.kit.context import Here, Scope
from partnertui.kit.desk import Desk
from partnertui.kit.kinds import Row


def sip_test_of(desk: Desk, rows: Sequence[Row], title: str = "") -> None:
    """Tests registered phones: rows with `aor`, `contact`, `received` and `path`."""
    from partnertui.flows.sip_test.dialog import SipTest

    named = title or (rows[0]["aor"] if len(rows) == 1 else f"{len(rows)} phones")
    desk.ask(SipTest(desk, rows, named), lambda answer: None)


def sip_test_of_customer(here: Here, customer_id: int, name: str) -> None:
    """Tests all phones of a customer that are registered now."""
    from partnertui.flows.sip_test.registered import look_up

    look_up(here, "customer_id", customer_id, name, sip_test_of)


def sip_test_of_user(here: Here, user_id: int, name: str) -> None:
    """Tests all phones of a user that are registered now."""
    from partnertui.flows.sip_test.registered import look_up

    look_up(here, "user_id", user_id, name, sip_test_of)


def _whose(here: Here) -> Scope | None:
    """The customer of the row under the cursor, else the one that every screen is narrowed to."""
    row = here.row or {}
    if row.get("customer_id"):
        return Scope(row["customer_id"], row.get("customer") or "the customer")
    return here.scope


def _nobody(here: Here) -> str:
    return "" if _whose(here) is not None else "no customer is known for this row: show only one with c, or pick a row"


def _all(here: Here) -> None:
    whose = _whose(here)
    if whose is not None:
        sip_test_of_customer(here, whose.customer_id, whose.name)


SIP_TEST = Action(
    "sip.test",
    "SIP test",
    lambda here: sip_test_of(here.desk, here.rows),
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
