"""Demo payments in progress, partly paid sales, and corrected clerical errors."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from partnertui.db.models import BasketItem, Payment, PaymentCorrection, Transaction, TransactionItem
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import Company, World, staff
from partnertui.demo.transactions import billed_to, tax_terms
from partnertui.domain.money import rounded
from partnertui.invoices.sale_vat import line_tax, sum_of

EVERY, PARTLY = 5, 15
"""Of how many customers with something due one has a transfer on its way; and of how many one has paid a part."""
CORRECTED_EVERY = 40
REASONS = ("Reference mistyped", "Booked with another transfer's reference", "The customer's own reference")


def make_open_payments(world: World) -> None:
    """For some of the customers whose items are due."""
    baskets: dict[int, list[Row]] = defaultdict(list)
    for item in world.rows.of(BasketItem):
        if item["state"] == "due":
            baskets[item["customer_id"]].append(item)
    companies = [company for company in world.companies if company.row["id"] in baskets]
    for number, company in enumerate(companies):
        if number % EVERY == 2:
            _attach(world, company, baskets[company.row["id"]], is_part=number % PARTLY == 2)
    transfers = [row for row in world.rows.of(Payment) if row["payment_type"] == "bank transfer"]
    completed = [row for row in transfers if row["state"] == "completed"]
    for number, payment in enumerate(completed[::CORRECTED_EVERY]):
        _correct(world, payment, REASONS[number % len(REASONS)])


def _attach(world: World, company: Company, items: list[Row], *, is_part: bool) -> None:
    category, rate = tax_terms(world, company)
    currency, at = company.row["currency"], max(item["created_at"] for item in items) + timedelta(hours=1)
    due = sum_of((item["price"] for item in items), rate, currency)
    sold = world.rows.add(
        Transaction,
        **company.owner,
        **billed_to(company),
        at=at,
        transaction_type="purchase",
        amount=due.gross,
        tax=due.tax,
        currency=currency,
        state="pending",
    )
    amount = rounded(due.gross // 2, currency) if is_part else due.gross
    payment = world.rows.add(
        Payment,
        **company.owner,
        at=at,
        payment_type="bank transfer",
        amount=amount,
        tax=rounded(due.tax // 2, currency) if is_part else due.tax,
        unique_payment_id=f"PAY-{sold['id']:07d}",
        currency=currency,
        state="completed" if is_part else "pending",
        transaction_id=sold["id"],
        idempotency_key=f"open-{sold['id']}",
    )
    for item in items:
        item["state"], item["payment_id"] = "attached", payment["id"]
        world.rows.add(
            TransactionItem,
            **company.owner,
            transaction_id=sold["id"],
            category=str(item["item_type"]).capitalize(),
            item_type=item["item_type"],
            product_id=item["product_id"],
            description=item["description"],
            unit_price=item["price"],
            total=item["price"],
            tax=line_tax(item["price"], rate),
            tax_rate=rate,
            tax_category=category,
            currency=currency,
        )


def _correct(world: World, payment: Row, reason: str) -> None:
    world.rows.add(
        PaymentCorrection,
        customer_id=payment["customer_id"],
        partner_id=payment["partner_id"],
        payment_id=payment["id"],
        amount_before=payment["amount"],
        amount_after=payment["amount"],
        currency=payment["currency"],
        reason=reason,
        operator_id=staff(world)[0]["id"],
        at=min(payment["at"] + timedelta(hours=5), world.now),
    )
