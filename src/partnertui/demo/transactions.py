"""Demo transactions with items and payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from partnertui.db.models import BasketItem, Partner, Payment, Transaction, TransactionItem
from partnertui.db.models.billing import ADDRESS
from partnertui.demo.collected_rows import Row
from partnertui.demo.shared_state import Company, World
from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.vat_numbers import VatStanding
from partnertui.invoices.document_vat import TaxPlace, tax_of
from partnertui.invoices.sale_vat import terms_of_sale

_FAILURES = {
    "insufficient_funds": "Insufficient funds",
    "do_not_honor": "Declined, no reason given",
    "authentication_required": "The bank requires the cardholder to confirm",
    "expired_card": "The card has expired",
}


@dataclass(frozen=True)
class Purchase:
    """What is bought: credit or the month's licences, for how much without tax."""

    kind: str
    amount: int
    at: datetime


def good(card: Row | None, at: datetime) -> bool:
    """Whether a card, if there is one, has not expired by then; a card is good to the end of its month."""
    return card is None or (at.year, at.month) <= (card["expiry_year"], card["expiry_month"])


def buy(world: World, company: Company, purchase: Purchase, card: Row | None) -> Row:
    """A transaction that was paid; returns it."""
    row = _transaction(world, company, purchase, "completed")
    row["result"] = "approved"
    payment = _payment(world, company, row, card if good(card, purchase.at) else None, "completed")
    if purchase.kind == "renewal":
        _paid_item(world, company, row, payment)
    return row


def fail(world: World, company: Company, purchase: Purchase, card: Row | None) -> Row:
    """A transaction whose payment was refused: by the bank, or because the card has expired."""
    row = _transaction(world, company, purchase, "failed")
    code = world.pick(tuple(_FAILURES)[:3]) if good(card, purchase.at) else "expired_card"
    row["failure_code"], row["result"] = code, _FAILURES[code]
    _payment(world, company, row, card, "failed")["failure_code"] = code
    return row


def _transaction(world: World, company: Company, purchase: Purchase, state: str) -> Row:
    owner, (category, rate) = company.row, tax_terms(world, company)
    tax = tax_of(purchase.amount, rate, owner["currency"])
    row = world.rows.add(
        Transaction,
        **company.owner,
        at=purchase.at,
        transaction_type=purchase.kind,
        amount=purchase.amount + tax,
        tax=tax,
        currency=owner["currency"],
        state=state,
        **billed_to(company),
    )
    credit = purchase.kind != "renewal"
    count = 1 if credit else max(len(company.users), 1)
    world.rows.add(
        TransactionItem,
        **company.owner,
        transaction_id=row["id"],
        category="Credit" if credit else "Licences",
        item_type="credit" if credit else "subscription",
        product_id=10 if credit else 1,
        description="PSTN credit" if credit else "Standard user",
        quantity=count * 1000,
        unit_price=purchase.amount // count,
        tax=tax,
        tax_rate=rate,
        tax_category=category,
        total=purchase.amount,
        currency=owner["currency"],
        period_from=None if credit else purchase.at,
        period_to=None if credit else purchase.at + timedelta(days=30),
    )
    return row


def billed_to(company: Company) -> Row:
    """The customer's address, as transactions have it."""
    return {f"billing_{name}": company.row[name] for name in ADDRESS}


def tax_terms(world: World, company: Company) -> tuple[TaxCategory, int]:
    """Category and rate of what a customer buys of its partner, or of the provider, who is in GB."""
    partners = {row["id"]: row["country"] for row in world.rows.of(Partner)}
    seller, row = partners.get(company.row["partner_id"], "GB"), company.row
    standing = VatStanding(row["country"], row["vat_number"], row["vat_state"])
    terms = terms_of_sale(TaxPlace(seller, standing, row["currency"]))
    return terms.category, terms.rate


def _payment(world: World, company: Company, bought: Row, card: Row | None, state: str) -> Row:
    kind = "card" if card else world.pick(("bank transfer", "paypal", "manual"))
    mark = {"card": ("cardgate", "cg"), "paypal": ("paypal", "pp")}.get(kind)
    if mark:
        bought["gateway"], bought["gateway_reference"] = mark[0], f"{mark[1]}_{world.random.getrandbits(64):016x}"
    return world.rows.add(
        Payment,
        **company.owner,
        at=bought["at"] + timedelta(seconds=2),
        payment_type=kind,
        amount=bought["amount"],
        unique_payment_id=f"PAY-{bought['id']:07d}",
        tax=bought["tax"],
        currency=bought["currency"],
        state=state,
        fee=bought["amount"] * 14 // 1000 if kind in ("card", "paypal") and state != "failed" else 0,
        card_id=card["id"] if card else None,
        transaction_id=bought["id"],
        gateway=bought["gateway"],
        gateway_reference=bought["gateway_reference"],
        idempotency_key=f"{world.random.getrandbits(128):032x}",
    )


def _paid_item(world: World, company: Company, bought: Row, payment: Row) -> None:
    world.rows.add(
        BasketItem,
        **company.owner,
        product_id=1,
        item_type="subscription",
        description="Standard user, one month",
        price=bought["amount"] - bought["tax"],
        currency=bought["currency"],
        due_at=bought["at"],
        state="paid",
        unique_item_id=f"BI-{company.row['id']:05d}-T{bought['id']:07d}",
        payment_id=payment["id"],
        created_at=bought["at"] - timedelta(days=7),
    )
