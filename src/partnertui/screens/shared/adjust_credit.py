"""*Adjust credit*: asks for amount and reason, and adds a line to the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.domain.errors import DomainError
from partnertui.domain.money import MICRO, format_money, rounded
from partnertui.domain.operators import STAFF
from partnertui.domain.pstn_credit import adjusted, balance_words, checked_adjustment
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Money
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.currency_options import currency_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork


def outcome(values: Values) -> str:
    """The credit before and after, in a sentence; empty as long as it isn't known."""
    credit, amount, currency = values.get("credit"), values.get("amount"), values.get("currency")
    if credit is None or currency is None:
        return ""
    if not amount:
        return f"Credit now: {format_money(credit, currency)}"
    try:
        before, after = before_and_after(credit, adjusted(credit, amount), currency)
    except DomainError as error:
        return f"{error} {error.advice}"
    owes = f"; the customer {balance_words(credit + amount, currency)}" if credit + amount < 0 else ""
    return f"Credit: {before} now, {after} after{owes}"


def before_and_after(before: int, after: int, currency: str) -> tuple[str, str]:
    """Both balances, with all their decimals where rounded ones would hide a part of the adjustment."""
    exact = rounded(after - before, currency) != after - before
    return format_money(before, currency, exact=exact), format_money(after, currency, exact=exact)


def amount_sentence(value: int | None, values: Values) -> str:
    """What is wrong with the amount, in a sentence."""
    try:
        checked_adjustment(value, "any")
    except DomainError as error:
        return f"{error} {error.advice}".strip()
    return ""


def fields(confirm_above: float) -> tuple[Field, ...]:
    """The form's fields; an amount above the limit, in units of the currency, is typed again."""
    limit = round(confirm_above * MICRO)

    def is_large(values: Values) -> bool:
        return bool(abs(values.get("amount") or 0) > limit)

    def differs(value: int, values: Values) -> str:
        return "" if value == values.get("amount") else "The two amounts differ."

    again = Field(
        "again",
        Money(),
        title="Repeat amount",
        required=is_large,
        shown=is_large,
        width=16,
        unit=currency_of,
        check=differs,
        help=f"Amounts above {confirm_above:,g} must be entered twice.",
    )
    return FIELDS[0], again, FIELDS[1]


FIELDS = (
    Field(
        "amount",
        Money(),
        required=True,
        width=16,
        unit=currency_of,
        check=amount_sentence,
        help="An amount adds to the credit; with a minus, it deducts.",
    ),
    Field("reason", required=True, help="Shown on the customer's statement and to other agents."),
)


def adjust(context: ActionContext) -> None:
    """Asks for amount and reason, and changes the customer's credit and ledger together."""
    row = context.row or {}
    is_customer = context.screen == "customers"
    customer_id, company = (row["id"], row["company"]) if is_customer else (row["customer_id"], row["customer"])
    currency = row["currency"]

    def load(connection: Connection) -> Values:
        from partnertui.db.credit import load_credit

        return load_credit(connection, customer_id)

    def write(unit: UnitOfWork, values: Values, seen: Values) -> list[int]:
        from partnertui.db.credit import adjust_credit

        return adjust_credit(unit, customer_id, values["amount"], values["reason"], utc_now())

    def done(found: list[int]) -> None:
        before, after = before_and_after(found[0], found[1], currency)
        context.services.notify(f"Credit adjusted: {before} before, {after} now.", "good")
        context.refresh_rows()

    title = f"Adjust {one_line(company, 40)}'s credit"
    form = Form(
        title,
        fields(context.services.settings.refunds.confirm_above),
        write=write,
        load=load,
        verb="adjust",
        preview=outcome,
        draft=DraftOf("customers", customer_id, "credit"),
    )
    ask_form(context.services, form, done)


def adjust_action(area: str, group: str) -> Action:
    """The action for a screen whose rows are customers, or a customer's."""
    return Action(
        f"{area}.adjust-credit",
        "Adjust credit",
        adjust,
        ("upper_w", "W"),
        "adjust credit",
        rows="one",
        roles=STAFF,
        group=group,
        about="by an amount, with a reason; adds a ledger entry",
    )
