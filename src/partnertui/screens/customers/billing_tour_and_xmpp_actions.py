"""Customer actions: check billing, reset the introduction tour, show the XMPP status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.models import Customer
from partnertui.domain.customer_and_user_enums import TourState
from partnertui.domain.operators import STAFF
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.views.unit_of_work_job import run_unit_of_work

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork


def reset_tour(context: ActionContext) -> None:
    """Lets the introduction tour start again at the next login of the selected customers."""
    ids = [row["id"] for row in context.rows if row["tour_state"] != TourState.NOT_STARTED]

    def work(unit: UnitOfWork) -> int:
        for customer_id in ids:
            unit.get(Customer, customer_id, lock=True).tour_state = TourState.NOT_STARTED
        return len(ids)

    def done(count: int) -> str:
        who = "the customer" if count == 1 else f"{count} customers"
        return f"The introduction tour starts again for {who} at the next login."

    run_unit_of_work(context, "reset the introduction tour", work, done)


def _no_tour(context: ActionContext) -> str:
    started = any(row.get("tour_state") != TourState.NOT_STARTED for row in context.rows)
    return "" if started or not context.rows else "the introduction tour hasn't been started yet"


CHECK_BILLING = Action(
    "customers.check-billing",
    "Check billing",
    lazy("partnertui.screens.customers.billing_check:show"),
    ("upper_q", "Q"),
    "check billing",
    rows="one",
    roles=STAFF,
    group="Customer",
    about="finds billing errors and fixes those you tick",
    leads_to=("In the billing check", "partnertui.screens.customers.billing_check:BILLING_CHECK_ACTIONS"),
)
RESET_TOUR = Action(
    "customers.reset-tour", "Reset the introduction tour", reset_tour, rows="many", refuse=_no_tour, group="Customer"
)
XMPP_STATUS = Action(
    "customers.xmpp-status",
    "XMPP status",
    lazy("partnertui.screens.shared.xmpp_domain_status:show"),
    rows="one",
    group="Customer",
    about="stored status of the chat domain, and the server's response",
    leads_to=("In the XMPP status", "partnertui.screens.shared.xmpp_domain_status:XMPP_ACTIONS"),
)
