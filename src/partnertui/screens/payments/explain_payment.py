"""*Explain* a payment: net, VAT by rate, fee, refunds and corrections as a sum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partnertui.domain.decline_codes import decline_advice, decline_words
from partnertui.domain.money import format_money
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.payment_breakdown import PaymentPrice

Sentence = tuple[str, str]
"""A text and its colour role."""


def sale_words(price: PaymentPrice) -> Iterator[Sentence]:
    """What was sold: the items, net and VAT by rate."""
    from partnertui.invoices.document_vat import percent

    currency = price.currency
    for name, net in price.items:
        yield f"{one_line(name, 60)}: {format_money(net, currency)}", "value"
    for rate, category, net, tax in price.rates:
        words = percent(rate) if rate is not None else "unknown rate"
        kind = "" if rate else f" ({category.name.lower().replace('_', ' ')})" if category is not None else ""
        yield f"VAT {words}{kind} on {format_money(net, currency)}: {format_money(tax, currency)}", "value"
    net = price.sale_amount - price.sale_tax
    sums = (format_money(one, currency) for one in (net, price.sale_tax, price.sale_amount))
    yield "{} net + {} VAT = {}".format(*sums), "key"


def payment_words(price: PaymentPrice) -> Iterator[Sentence]:
    """What was paid of it, and what is left of that."""
    currency, amount = price.currency, format_money(price.amount, price.currency)
    if price.failure_code or price.state == "failed":
        yield f"Not paid: {decline_words(price.failure_code) or 'reason unknown'}.", "bad"
        if advice := decline_advice(price.failure_code):
            yield advice, "value"
        return
    if price.state == "pending":
        yield f"{amount} hasn't arrived yet.", "warn"
    else:
        yield f"This payment: {amount}", "key"
    if price.others:
        yield f"Other payments of the same sale: {format_money(price.others, currency)}", "value"
    missing = price.sale_amount - price.others - price.amount
    if price.has_sale and price.sale_state == "pending" and missing > 0:
        yield f"{format_money(missing, currency)} is outstanding: the items stay attached until it arrives.", "warn"
    if price.credit:
        yield f"Added to PSTN credit: {format_money(price.credit, currency)}", "value"
    if price.refunded:
        yield f"Refunded: {format_money(price.refunded, currency)}", "warn"
    if price.fee:
        kept = format_money(price.amount - price.refunded - price.tax - price.fee, currency)
        yield f"Gateway fee: {format_money(price.fee, currency)}; left after fee and VAT: {kept}", "value"


def lines_of(price: PaymentPrice, width: int, rule: str) -> list[Line]:
    """The explanation as lines."""
    lines: list[Line] = []
    parts: list[tuple[str, list[Sentence]]] = []
    if price.has_sale:
        parts.append(("What it pays for", list(sale_words(price))))
    parts.append(("Payment", list(payment_words(price))))
    corrections = [
        (
            f"{one.at.astimezone():%d %b %Y %H:%M} {one_line(one.by, 30)}: {format_money(one.before, price.currency)}"
            f" → {format_money(one.after, price.currency)} ({one_line(one.reason, 200)})",
            "value",
        )
        for one in price.corrections
    ]
    if corrections:
        parts.append(("Corrections", corrections))
    for title, sentences in parts:
        if lines:
            lines.append(BLANK)
        lines.append(title_line(title, width, rule))
        for text, role in sentences:
            lines.extend(wrapped(text, width, role))
    return lines


def explain(context: ActionContext) -> None:
    """Shows how the amount of the payment under the cursor came about."""
    row, services = context.row or {}, context.services

    def read(connection: Connection) -> PaymentPrice:
        from partnertui.db.payment_breakdown import load_price  # the mapped models, in the job

        return load_price(connection, row["id"])

    def show(price: PaymentPrice) -> None:
        title = f"Payment {one_line(row['unique_payment_id'], 40)}"
        dialog = LinesDialog(services, title, lambda width: lines_of(price, width, services.symbols.line))
        services.show_dialog(dialog, lambda where: services.open(where) if isinstance(where, Location) else None)

    services.read(context.view, "price", read, show, opens=True)


EXPLAIN = Action(
    "payments.explain",
    "Explain the amount",
    explain,
    ("upper_e", "E"),
    "explain",
    rows="one",
    group="Payment",
    about="items, net, VAT by rate, fee, amount outstanding, corrections",
)
