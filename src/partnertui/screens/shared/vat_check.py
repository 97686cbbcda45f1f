"""*Check the VAT number now*: asks VIES in a job, and stores the answer with its date."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from partnertui.domain.vat_numbers import VatState, has_vies, vat_required
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.jobs import HEAVY, Job, in_thread

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.operators import Operator
    from partnertui.domain.vat_numbers import VatStanding
    from partnertui.probes.vies import ViesAnswer

ROLES = {VatState.VALID: "good", VatState.INVALID: "bad", VatState.UNKNOWN: "warn"}
NOT_CONFIGURED = "VAT checks are off: set vies.url"
DEMO = "this is demo data, so VIES isn't queried"


def refuse(context: ActionContext) -> str:
    """Why VIES can't be asked; "" if it can."""
    if not context.services.settings.vies.url:
        return NOT_CONFIGURED
    if context.services.is_demo:
        return DEMO
    row = context.row or {}
    if not vat_required(row.get("country")):
        return "VIES only covers EU member states"
    return "" if row.get("vat_number") else "this customer has no VAT number; {key:customers.edit} adds it"


def ask_vies(context: ActionContext, customer_id: int, *, unless_asked: bool = False) -> None:
    """Asks VIES about a customer's number in the background; `unless_asked`: only if it was never asked about it."""
    services, operator = context.services, context.operator
    if operator is None or not services.settings.vies.url or services.is_demo:
        return
    services.jobs.probe("check a VAT number", lambda job: _ask(context, operator, customer_id, unless_asked, job))


async def _ask(context: ActionContext, operator: Operator, customer_id: int, unless_asked: bool, job: Job) -> None:
    services = context.services
    try:
        found = await in_thread(lambda: _standing(context, operator, customer_id))
        if found is None or not found.number or not has_vies(found.country, found.number):
            if not unless_asked:
                services.notify("VIES has no such VAT numbers, or the number was removed meanwhile.", "warn")
            return
        if unless_asked and found.asked_at is not None:
            return
        number, settings = found.number, services.settings.vies
        from partnertui.probes.vies import query_vies

        answer = await query_vies(number, settings.url, settings.timeout)
        kept = await in_thread(lambda: _keep(context, operator, customer_id, number, answer))
    except UserError as error:
        services.notify(f"The VAT check failed: {error} {error.advice}".strip(), "bad")
        return
    if kept:
        services.notify(f"{number}: {answer.words}", ROLES[answer.state])
        context.refresh_rows()
    else:
        services.notify(f"The customer's VAT number is no longer {number}; check again.", "warn")


def _standing(context: ActionContext, operator: Operator, customer_id: int) -> VatStanding | None:
    with HEAVY:  # here, in a thread: importing it on the event loop would take longer than a frame
        import_module("httpx")
    from partnertui.db.vies_answers import vat_standing

    return context.services.database.read(lambda connection: vat_standing(connection, customer_id, operator))


def _keep(context: ActionContext, operator: Operator, customer_id: int, number: str, answer: ViesAnswer) -> bool:
    from partnertui.db.idempotent_writes import commit_once, new_key
    from partnertui.db.vies_answers import record_vat_answer

    def work(unit: UnitOfWork) -> bool:
        return record_vat_answer(unit, customer_id, number, answer.state, answer.words, utc_now())

    return commit_once(context.services.database, operator, new_key(), work)


CHECK_VAT = Action(
    "customers.check-vat",
    "Check the VAT number now",
    lambda context: ask_vies(context, (context.row or {})["id"]),
    rows="one",
    refuse=refuse,
    group="Customer",
    about="queries VIES; the response is stored with its date",
)
