"""*Rate*: charges calls that had no price when they were imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.operators import STAFF
from partnertui.domain.plurals import plural
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.text_dialogs import Confirm
from partnertui.screens.shared.customer_scope import customer_of_list

if TYPE_CHECKING:
    from partnertui.db.rating.rate_calls import RatingReport
    from partnertui.errors import UserError

TEXT = (
    "Calls without a price are rated at the price now on file for the day of the call. Each call that now has "
    "a price is charged to its customer, with a ledger entry."
)


def rate(context: ActionContext) -> None:
    """Asks, then rates the calls of the list's customer, or of all."""
    services, customer = context.services, customer_of_list(context)
    customers = (customer.record_id,) if customer is not None else ()
    whose = f"{one_line(customer.name, 40)}'s" if customer is not None else "all"

    def run() -> RatingReport:
        from partnertui.db.rating.rate_calls import rate_calls

        return rate_calls(services.database, customers=customers)

    def done(report: RatingReport) -> None:
        services.notify(report_text(report), "warn" if report.without_price else "good")
        context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Couldn't rate the calls: {error} {error.advice}".strip(), "bad")
        context.refresh_rows()

    question = Confirm(services, f"Rate {whose} calls without a price?", TEXT, "rate them")
    services.show_dialog(question, lambda yes: services.jobs.write("rate calls", run, done, failed))


def report_text(report: RatingReport) -> str:
    """What became of the calls, in a sentence."""
    if not report.calls:
        return "There are no calls without a price."
    now, still = ("has" if number == 1 else "have" for number in (report.priced, report.without_price))
    left = f"; {report.without_price:,} still {still} none" if report.without_price else ""
    return f"{report.priced:,} of {plural(report.calls, 'call')} now {now} a price{left}."


RATE = Action(
    "cdr.rate",
    "Rate calls without a price",
    rate,
    ("f12",),
    roles=STAFF,
    refuse=signed_in,
    group="Money",
    about="once their prices have been added; `partnertui rate` does the same",
)
