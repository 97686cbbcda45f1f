"""Payment actions: add one, mark it as paid or not received, correct a clerical error."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from partnertui.db.models import Payment
from partnertui.domain.basket_item_rules import id_problem
from partnertui.domain.drafts import DraftOf
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.recorded_payments import amount_problem, correction_refusal, state_refusal
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Choice, Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.payments.explain_payment import EXPLAIN
from partnertui.screens.shared.currency_options import currency_of
from partnertui.screens.shared.payment_form import pay_action

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.kinds import Row


class Outcome(StrEnum):
    """What became of a pending payment."""

    PAID = "paid"
    NOT_RECEIVED = "not received"


def _name(row: Row) -> str:
    return f"{format_money(row['amount'], row['currency'])} from {one_line(str(row['customer'] or ''), 40)}"


def _pending(context: ActionContext) -> str:
    return signed_in(context) or state_refusal(str((context.row or {}).get("state")))


def _correctable(context: ActionContext) -> str:
    row = context.row or {}
    return signed_in(context) or correction_refusal(str(row.get("payment_type")), str(row.get("state")))


def _failed(values: Values) -> bool:
    return values.get("outcome") == Outcome.NOT_RECEIVED


def _state_preview(values: Values) -> str:
    if _failed(values):
        return "Its items become due again; nothing is booked."
    return "If nothing is outstanding, the sale is completed: its items are paid, and credit is added."


STATE_FIELDS = (
    Field("outcome", Choice(Outcome), title="New state", required=True),
    Field("reason", required=_failed, shown=_failed, help="Stored with the payment."),
)


def state(context: ActionContext) -> None:
    """Marks the pending payment under the cursor as paid, or as not received."""
    row, services = context.row or {}, context.services

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        from partnertui.db.payment_state_changes import mark_paid, not_received  # the mapped models, in the job

        if _failed(values):
            done = not_received(unit, row["id"], values.get("reason"), utc_now())
            return "marked as not received; its items are due again" if done else "already marked as not received"
        done = mark_paid(unit, row["id"], utc_now())
        return "marked as paid" if done else "already marked as paid, so nothing was booked"

    def told(words: str) -> None:
        services.notify(f"{_name(row)} is {words}.", "good")
        context.refresh_rows()

    form = Form(
        f"Change the state of {_name(row)}",
        STATE_FIELDS,
        write=write,
        values={"outcome": Outcome.PAID},
        verb="set",
        preview=_state_preview,
        draft=DraftOf("payments", row["id"], "state"),
    )
    ask_form(services, form, told)


def correction_words(values: Values) -> str:
    """What the correction does to the customer's credit."""
    before, amount, currency = values.get("booked"), values.get("amount"), currency_of(values)
    if amount is None or before is None or amount == before:
        return "The old amount stays in the payment's history."
    difference = amount - before
    words = format_money(abs(difference), currency)
    if values.get("state") == "pending":
        return f"The expected amount {'rises' if difference > 0 else 'falls'} by {words}."
    if values.get("is_open"):
        return f"The amount outstanding on the sale {'falls' if difference > 0 else 'rises'} by {words}."
    if difference > 0:
        return f"{words} more: added to the PSTN credit as a separate ledger entry."
    return f"{words} less: deducted from the PSTN credit as a separate ledger entry."


def correction_fields(key: int) -> tuple[Field, ...]:
    """The fields of a payment's correction."""

    def in_use(connection: Connection, typed: str, values: Values) -> str:
        from partnertui.db.basket_items import taken  # as above

        return taken(connection, Payment.unique_payment_id, typed, key)

    return (
        Field(
            "amount",
            Money(),
            required=True,
            width=16,
            unit=currency_of,
            check=lambda amount, values: amount_problem(amount, currency_of(values)),
            help="The amount received, including VAT.",
        ),
        Field(
            "unique_payment_id",
            title="Unique payment ID",
            required=True,
            width=30,
            check=lambda typed, values: id_problem(typed),
            look_up=in_use,
        ),
        Field("gateway_reference", title="Reference", help="The transfer reference."),
        Field("reason", required=True, help="What was wrong; stored with the correction."),
    )


def correction_form(row: Row) -> Form:
    """The form for a clerical error in a bank transfer or a manual payment."""
    key = row["id"]

    def load(connection: Connection) -> Values:
        from partnertui.db.payment_state_changes import load_correction  # as above

        found = load_correction(connection, key)
        return {**found, "booked": found["amount"], "reason": None}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.payment_state_changes import correct_payment

        return correct_payment(unit, key, values, seen, utc_now())

    return Form(
        f"Correct payment {one_line(row['unique_payment_id'], 40)}",
        correction_fields(key),
        write=write,
        load=load,
        verb="correct",
        preview=correction_words,
        saved="Corrected.",
        draft=DraftOf("payments", key, "correction"),
    )


def edit(context: ActionContext) -> None:
    """Corrects the payment under the cursor."""
    ask_form(context.services, correction_form(context.row or {}), lambda key: context.refresh_rows())


PAYMENT_ACTIONS = (
    Action(
        "payments.state",
        "Mark as paid, or as not received",
        state,
        ("upper_s", "S"),
        "state",
        rows="one",
        refuse=_pending,
        group="Payment",
        about="for pending payments; repeating it has no effect",
    ),
    pay_action("payments", "add", ("a",), "add"),
    Action(
        "payments.edit",
        "Correct a clerical error",
        edit,
        ("e",),
        "edit",
        rows="one",
        refuse=_correctable,
        roles=STAFF,
        group="Payment",
        about="in a bank transfer or manual payment, with a reason; booked as a separate entry",
    ),
    EXPLAIN,
)
