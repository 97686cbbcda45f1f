"""Completes a sale once it is fully paid, exactly once: marks items, raises credit, adds recurring items.

The rule where the amount differs: less leaves the sale open and its items attached until the rest arrives; more becomes
PSTN credit, with VAT in it, as a line of the sale and of the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from partnertui.db.basket_items import follow
from partnertui.db.change_history import record_event
from partnertui.db.credit import LedgerLine, read_ledger_balance, require_staff, write_line
from partnertui.db.models import BasketItem, Customer, Payment, Transaction, TransactionItem
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import RECEIVED, BasketState, ItemType, PaymentState, StatementKind, TaxCategory
from partnertui.domain.errors import DomainError
from partnertui.invoices.sale_vat import SaleSum, SaleTerms, surplus


def complete_if_paid(work: UnitOfWork, sale_id: int, at: datetime, terms: SaleTerms | None = None) -> bool:
    """Completes a sale if what arrived is enough; returns whether it is completed now.

    terms: the VAT of a sale that has no items, whose whole payment becomes credit. The customer must be locked.
    Raises DomainError if the ledger that credit has to be booked on doesn't add up, NotAllowed for partners where
    credit is booked.
    """
    sold = work.get(Transaction, sale_id, lock=True)
    # It may have been read before it was locked (see UnitOfWork.get).
    work.session.refresh(sold)
    if sold.state != PaymentState.PENDING:
        return False
    received = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.transaction_id == sale_id, Payment.state.in_(RECEIVED)
    )
    paid = int(work.session.scalar(received) or 0)
    if paid < sold.amount:
        return False
    rest = _book_surplus(work, sold, paid, terms) if paid > sold.amount else 0
    _set_state(work, sold)
    pay_items_of(work, work.session.scalars(select(Payment.id).where(Payment.transaction_id == sold.id)).all())
    _raise_credit(work, sold, rest, at)
    return True


def _book_surplus(work: UnitOfWork, sold: Transaction, paid: int, terms: SaleTerms | None) -> int:
    """Sells credit for what was paid above the sale; returns the cent that no price with this VAT comes to."""
    rate, category = (terms.rate, terms.category) if terms is not None else _terms_of(work, sold)
    more = surplus(SaleSum(sold.amount - sold.tax, sold.tax), paid, rate, sold.currency)
    if more.net:
        work.add(
            TransactionItem(
                customer_id=sold.customer_id,
                partner_id=sold.partner_id,
                transaction_id=sold.id,
                category="Credit",
                item_type=ItemType.CREDIT,
                description="PSTN credit",
                unit_price=more.net,
                total=more.net,
                tax=more.tax,
                tax_rate=rate,
                tax_category=category,
                currency=sold.currency,
            )
        )
        sold.amount, sold.tax = sold.amount + more.net + more.tax, sold.tax + more.tax
        newest = select(Payment).where(Payment.transaction_id == sold.id, Payment.state.in_(RECEIVED))
        last = work.session.scalars(newest.order_by(Payment.id.desc()).limit(1)).one()
        last.tax += more.tax
        work.session.flush()
    return more.rest


def _terms_of(work: UnitOfWork, sold: Transaction) -> tuple[int, TaxCategory | None]:
    """Rate and category of a sale, which are the same for all that it began with."""
    query = select(TransactionItem.tax_rate, TransactionItem.tax_category)
    first = query.where(TransactionItem.transaction_id == sold.id).order_by(TransactionItem.id).limit(1)
    row = work.session.execute(first).first()
    if row is None:
        raise DomainError("This sale has no items, so its VAT isn't known.", advice="Record another payment.")
    return row.tax_rate or 0, row.tax_category


def _set_state(work: UnitOfWork, sold: Transaction) -> None:
    before = sold.result
    guarded = update(Transaction).where(Transaction.id == sold.id, Transaction.state == PaymentState.PENDING)
    done = work.session.execute(
        guarded.values(state=PaymentState.COMPLETED, result="received", version=Transaction.version + 1),
        execution_options={"synchronize_session": False},
    )
    if getattr(done, "rowcount", 0) != 1:
        raise DomainError("This sale has been completed in the meantime.", advice="Refresh the list.")
    work.session.refresh(sold)
    changes: JsonObject = {"state": [PaymentState.PENDING.value, sold.state.value], "result": [before, sold.result]}
    record_event(work.session, sold, changes)


def pay_items_of(work: UnitOfWork, payments: Sequence[int]) -> None:
    """The items attached to these payments are paid; what recurs is followed."""
    query = select(BasketItem).where(BasketItem.payment_id.in_(payments), BasketItem.state == BasketState.ATTACHED)
    items = work.session.scalars(query.order_by(BasketItem.id).with_for_update()).all()
    for item in items:
        item.state = BasketState.PAID
    work.session.flush()
    for item in items:
        follow(work, item)


def _raise_credit(work: UnitOfWork, sold: Transaction, rest: int, at: datetime) -> None:
    """One ledger line for all the credit of a sale: its items of that type, and what rounding left."""
    query = select(func.coalesce(func.sum(TransactionItem.total), 0)).where(
        TransactionItem.transaction_id == sold.id, TransactionItem.item_type == ItemType.CREDIT
    )
    amount = int(work.session.scalar(query) or 0) + rest
    if not amount:
        return
    name = work.session.scalar(
        select(Payment.unique_payment_id).where(Payment.transaction_id == sold.id).order_by(Payment.id.desc()).limit(1)
    )
    book_credit(work, sold, StatementKind.TOP_UP, f"Top-up {name}", amount, at)


def book_credit(
    work: UnitOfWork, owner: Transaction | Payment, kind: StatementKind, text: str, amount: int, at: datetime
) -> None:
    """Changes the customer's credit by a ledger line. Raises NotAllowed for partners, DomainError where it can't be."""
    require_staff(work)
    customer = work.get(Customer, owner.customer_id, lock=True)
    if customer.currency != owner.currency:
        raise DomainError(
            f"The customer's credit is in {customer.currency}, but this was paid in {owner.currency}.",
            advice="Adjust the credit manually.",
        )
    if read_ledger_balance(work.session.connection(), customer.id) != customer.credit:
        raise DomainError(
            "The ledger doesn't match the customer's credit, so nothing was booked.",
            advice="Run “Check billing” first.",
        )
    sale_id = owner.id if isinstance(owner, Transaction) else owner.transaction_id
    write_line(work, customer, LedgerLine(kind, text, amount, at, transaction_id=sale_id))
