"""Records payments for basket items: items, sale, payment and credit in one unit of work.

An item is taken by one guarded UPDATE, whoever else is at it. The customer's row is locked first by all of these, so
that two payments of one customer never deadlock. What a sale does once it is paid up is in `db/sale_completion.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from partnertui.db.basket_items import taken
from partnertui.db.basket_state import is_free
from partnertui.db.change_history import record_event
from partnertui.db.models import BasketItem, Customer, Payment, Transaction, TransactionItem
from partnertui.db.models.billing import ADDRESS
from partnertui.db.payable_items import open_sales, read_terms
from partnertui.db.sale_completion import complete_if_paid
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import BasketState, BillingPeriod, ItemType, PaymentState, TransactionType
from partnertui.domain.billing_periods import period_of, span_of, zone_of_customer
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.money import divided, format_money, rounded
from partnertui.domain.operators import Role
from partnertui.domain.recorded_payments import NewPayment, checked_payment
from partnertui.invoices.sale_vat import SaleSum, SaleTerms, line_tax, sum_of


def add_payment(work: UnitOfWork, customer_id: int, new: NewPayment, default_country: str, at: datetime) -> int:
    """Records a payment and attaches its items; returns its ID. `default_country` is the provider's.

    Raises DomainError with the field that isn't valid, RowDeleted for a customer that was deleted, NotAllowed.
    """
    customer = work.get(Customer, customer_id, lock=True)
    new = checked_payment(new, customer.currency)
    if words := taken(work.session.connection(), Payment.unique_payment_id, new.unique_payment_id):
        raise DomainError(words, field="unique_payment_id")
    terms: SaleTerms | None = None
    if new.sales:
        sold, due = _open_sale(work, customer, new.sales[0])
        items: Sequence[BasketItem] = ()
    else:
        terms = read_terms(work.session.connection(), customer_id, default_country)
        items = _free_items(work, customer, new.items)
        due = sum_of((item.price for item in items), terms.rate, customer.currency)
        sold = _sell(work, customer, items, terms, due, at)
    if due.gross != new.expected:
        raise DomainError(
            f"The amount due is now {format_money(due.gross, customer.currency)}: it changed since you opened this.",
            field="items",
            advice="Close this and open it again.",
        )
    _refuse_credit_of_partners(work, items, new.cost > due.gross)
    share = min(new.cost, due.gross)
    payment = Payment(
        customer_id=customer.id,
        partner_id=customer.partner_id,
        at=at,
        payment_type=new.payment_type,
        unique_payment_id=new.unique_payment_id,
        amount=new.cost,
        tax=due.tax if share == due.gross else rounded(divided(due.tax * share, due.gross), customer.currency),
        currency=customer.currency,
        transaction_id=sold.id,
        state=PaymentState.COMPLETED if new.is_received else PaymentState.PENDING,
        idempotency_key=work.key,
    )
    work.add(payment)
    work.session.flush()
    if new.reason:
        record_event(work.session, payment, {"reason": [None, new.reason]})
    _attach(work, items, payment)
    if new.is_received:
        complete_if_paid(work, sold.id, at, terms if not items else None)
    return payment.id


def _open_sale(work: UnitOfWork, customer: Customer, sale_id: int) -> tuple[Transaction, SaleSum]:
    """A sale of which a part is paid, and its rest. Raises DomainError if it was paid up meanwhile."""
    sold = work.get(Transaction, sale_id, lock=True)
    rest = next((one for one in open_sales(work.session.connection(), customer.id) if one.id == sale_id), None)
    if rest is None:
        raise DomainError(
            "The balance of this sale has been paid in the meantime.", field="items", advice="Close this and refresh."
        )
    earlier = select(Payment.tax).where(Payment.transaction_id == sale_id, Payment.state == PaymentState.COMPLETED)
    tax = sold.tax - sum(work.session.scalars(earlier))
    return sold, SaleSum(rest.rest - tax, tax)


def _free_items(work: UnitOfWork, customer: Customer, ids: Sequence[int]) -> list[BasketItem]:
    """The items, locked in the order of their IDs. Raises DomainError for one that can't be attached."""
    query = select(BasketItem).where(BasketItem.id.in_(ids)).order_by(BasketItem.id).with_for_update()
    found = list(work.session.scalars(query))
    if len(found) != len(set(ids)):
        raise DomainError(
            "An item has been deleted in the meantime.", field="items", advice="Close this and open it again."
        )
    for item in found:
        if item.customer_id != customer.id:
            words = "An item belongs to another customer."
            raise DomainError(words, field="items", advice="Remove it from the payment.")
        if item.currency != customer.currency:
            words = f"“{item.description}” is in {item.currency}, but the customer pays in {customer.currency}."
            raise DomainError(words, field="items", advice="Remove it from the payment.")
    return found


def _sell(
    work: UnitOfWork, customer: Customer, items: Sequence[BasketItem], terms: SaleTerms, due: SaleSum, at: datetime
) -> Transaction:
    """The sale, which is pending until it is paid up; without items, a top-up that is completed with its credit."""
    is_credit = all(item.item_type == ItemType.CREDIT for item in items)
    sold = Transaction(
        customer_id=customer.id,
        partner_id=customer.partner_id,
        at=at,
        transaction_type=TransactionType.TOP_UP if is_credit else TransactionType.PURCHASE,
        amount=due.gross,
        tax=due.tax,
        currency=customer.currency,
        state=PaymentState.PENDING,
        **{f"billing_{name}": getattr(customer, name) for name in ADDRESS},
    )
    work.add(sold)
    work.session.flush()
    for item in items:
        work.add(_line(item, sold, terms, customer.time_zone))
    work.session.flush()
    return sold


def _line(item: BasketItem, sold: Transaction, terms: SaleTerms, time_zone: str) -> TransactionItem:
    begin = end = None
    if item.recurrence != BillingPeriod.ONCE and item.first_day is not None:
        period = period_of(item.first_day, item.recurrence, item.period_number)
        begin, end = span_of(period, zone_of_customer(time_zone))
    return TransactionItem(
        customer_id=sold.customer_id,
        partner_id=sold.partner_id,
        transaction_id=sold.id,
        category=str(item.item_type).capitalize(),
        item_type=item.item_type,
        product_id=item.product_id,
        description=item.description,
        unit_price=item.price,
        total=item.price,
        tax=line_tax(item.price, terms.rate),
        tax_rate=terms.rate,
        tax_category=terms.category,
        currency=sold.currency,
        period_from=begin,
        period_to=end,
    )


def _refuse_credit_of_partners(work: UnitOfWork, items: Sequence[BasketItem], is_over: bool) -> None:
    """Raises NotAllowed where it would raise the credit, which is the provider's."""
    if work.operator.role == Role.PARTNER and (is_over or any(item.item_type == ItemType.CREDIT for item in items)):
        raise NotAllowed(
            "Partners can't change credit, which this payment would raise.",
            advice="Attach other items, at their exact price, or ask support.",
        )


def _attach(work: UnitOfWork, items: Sequence[BasketItem], payment: Payment) -> None:
    """Attaches the items, all or none: one UPDATE that leaves out those that another payment holds."""
    if not items:
        return
    before = [(item.state.value, item.payment_id) for item in items]
    guarded = update(BasketItem).where(
        BasketItem.id.in_([item.id for item in items]), BasketItem.state != BasketState.PAID, is_free()
    )
    done = work.session.execute(
        guarded.values(state=BasketState.ATTACHED, payment_id=payment.id, version=BasketItem.version + 1),
        # SQLAlchemy can't evaluate EXISTS in Python: the items are refreshed below instead.
        execution_options={"synchronize_session": False},
    )
    if getattr(done, "rowcount", 0) != len(items):
        raise DomainError(
            "An item has been paid or attached to another payment in the meantime.",
            field="items",
            advice="Close this and open it again.",
        )
    for item, (state, held_by) in zip(items, before, strict=True):
        work.session.refresh(item)
        changes = {"state": [state, BasketState.ATTACHED.value], "payment_id": [held_by, payment.id]}
        record_event(work.session, item, changes)
