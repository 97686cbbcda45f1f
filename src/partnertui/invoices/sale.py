"""Sale: the transaction, items, seller and buyer that a document is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import RECEIVED, PaymentState, TransactionType
from partnertui.domain.decline_codes import decline_words
from partnertui.domain.errors import DomainError
from partnertui.invoices.document import BankAccount

if TYPE_CHECKING:
    from partnertui.domain.billing_enums import TaxCategory
    from partnertui.domain.vat_numbers import VatStanding
    from partnertui.invoices.document import Party


@dataclass(frozen=True)
class SoldItem:
    """An item of a transaction; amounts in micro-units, `net` without VAT."""

    id: int
    description: str
    quantity: int
    unit: str | None
    unit_price: int
    net: int
    tax: int
    rate: int | None
    category: TaxCategory | None
    period_from: str = ""
    period_to: str = ""
    refund_of_item_id: int | None = None


@dataclass(frozen=True)
class Seller:
    """Who sells: a partner, or the provider (`id` 0)."""

    id: int
    party: Party
    bank: BankAccount
    prefix: str = ""


@dataclass(frozen=True)
class Sale:
    """A transaction; `amount` is with VAT. `sold` is the day of it, ISO 8601."""

    transaction_id: int
    customer_id: int
    transaction_type: TransactionType
    state: PaymentState
    failure_code: str | None
    sold: str
    currency: str
    amount: int
    tax: int
    buyer: Party
    vat: VatStanding
    language: str
    purchase_order: str
    items: tuple[SoldItem, ...]
    refund_of_id: int | None = None


def refusal(transaction_type: str, state: str, amount: int, failure_code: str | None, has_items: bool = True) -> str:
    """Why nothing can be issued for a transaction; "" if it can."""
    if state == PaymentState.FAILED:
        reason = decline_words(failure_code)
        return f"its payment failed{f' ({reason})' if reason else ''}, so there is nothing to invoice"
    if state not in RECEIVED:
        return f"it isn't complete yet (state: {state})"
    if transaction_type == TransactionType.ADJUSTMENT and amount < 0:
        return "it is a negative adjustment without a matching refund"
    return "" if has_items else "it has no items"


def require_issuable(sale: Sale) -> None:
    """Raises DomainError if nothing can be issued for a sale."""
    is_refund = sale.transaction_type == TransactionType.REFUND
    reason = refusal(sale.transaction_type, sale.state, sale.amount, sale.failure_code, bool(sale.items) or is_refund)
    if reason:
        raise DomainError(f"No document can be issued for transaction {sale.transaction_id}: {reason}.")


def require_seller(seller: Seller) -> None:
    """Raises DomainError if a seller lacks what must be on an invoice (Directive 2006/112/EC, article 226)."""
    party = seller.party
    needed = {
        "name": party.name,
        "street": party.street,
        "city": party.city,
        "country": party.country,
        "VAT number": party.vat_number,
    }
    missing = [name for name, value in needed.items() if not value]
    if not missing:
        return
    words = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    if seller.id:
        raise DomainError(
            f"The partner {party.name} is missing details for invoices: {words}.", advice="An admin can add them."
        )
    raise DomainError(
        f"The seller's {words} {'is' if len(missing) == 1 else 'are'} missing, but required on invoices.",
        advice="Fill in [invoices] in the settings.",
    )
