"""Billing checks of basket items, DDIs and users: whether each has a price and is paid for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, func, not_, or_, select

from partnertui.db.basket_items import follow
from partnertui.db.basket_state import item_state
from partnertui.db.billing_checks.check_declaration import MOST_FOUND, Account, BillingCheck, Finding
from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.models import (
    BasketItem,
    Cdr,
    Customer,
    Ddi,
    Payment,
    PriceListEntry,
    Product,
    Transaction,
    User,
)
from partnertui.db.rating.rate_calls import to_mend
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import UNPAID, BasketState, PaymentState
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.ddi_price_match import DdiPrice
from partnertui.domain.money import format_money
from partnertui.domain.pbx_enums import DdiState
from partnertui.domain.plurals import plural
from partnertui.domain.rating.charge_explanation import SHOWN_DIGITS


def paid_still_due(connection: Connection, account: Account) -> Iterator[Finding]:
    """Items whose payment has arrived."""
    statement = (
        select(BasketItem.id, BasketItem.description, BasketItem.price, BasketItem.currency, Payment.unique_payment_id)
        .join(Payment, Payment.id == BasketItem.payment_id)
        .outerjoin(Transaction, Transaction.id == Payment.transaction_id)
        .where(
            BasketItem.customer_id == account.id,
            BasketItem.state.in_(UNPAID),
            Payment.state == PaymentState.COMPLETED,
            or_(Transaction.id.is_(None), Transaction.state != PaymentState.PENDING),  # else a part of it is missing
        )
        .order_by(BasketItem.id)
        .limit(MOST_FOUND)
    )
    for row in connection.execute(statement):
        amount = format_money(row.price, row.currency)
        text = f"{row.description} for {amount} is still marked as unpaid, but was paid with {row.unique_payment_id}."
        yield Finding(row.id, text, "Marks the item as paid.", "basket")


def mark_paid(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Marks an item as paid."""
    item = work.get(BasketItem, finding.row_id, lock=True)
    item.state = BasketState.PAID
    follow(work, item)


def hidden_and_due(connection: Connection, account: Account) -> Iterator[Finding]:
    """Items hidden from the customer beyond the day on which they are due."""
    statement = (
        select(BasketItem.id, BasketItem.description, BasketItem.due_at)
        .where(
            BasketItem.customer_id == account.id,
            BasketItem.due_at < account.now,
            item_state(account.now) == BasketState.HIDDEN,
        )
        .order_by(BasketItem.id)
        .limit(MOST_FOUND)
    )
    for row in connection.execute(statement):
        text = f"{row.description} was due on {row.due_at.astimezone():%d %b %Y}, but is hidden from the customer."
        yield Finding(row.id, text, "Shows the item: its state becomes due.", "basket")


def unhide(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Shows an item to the customer."""
    item = work.get(BasketItem, finding.row_id, lock=True)
    item.state, item.hidden_until = BasketState.DUE, None


def ddi_without_price(connection: Connection, account: Account) -> Iterator[Finding]:
    """Numbers that are billed already, but have no price and no reason to be free."""
    statement = (
        select(Ddi.id, Ddi.number, Ddi.country)
        .where(
            Ddi.customer_id == account.id,
            Ddi.state == DdiState.ACTIVE,
            Ddi.price_list_entry_id.is_(None),
            Ddi.monthly_fee == 0,
            not_(Ddi.in_unlimited_plan),
            not_(Ddi.special_case),
            or_(Ddi.billing_starts_at.is_(None), Ddi.billing_starts_at < account.now),
        )
        .order_by(Ddi.id)
        .limit(MOST_FOUND)
    )
    rows = connection.execute(statement).all()
    prices = _ddi_prices(connection, account.id) if rows else []
    for row in rows:
        text, entry = f"DDI +{row.number} is active without a price.", _fitting(prices, row)
        if entry is None:
            yield Finding(row.id, text, screen="ddis")
            continue
        setup, monthly = (format_money(fee or 0, entry.currency) for fee in (entry.setup_fee, entry.monthly_fee))
        fix = f"Sets the price “{entry.name}”: {monthly} a month, {setup} set-up."
        yield Finding(row.id, text, fix, "ddis", value=entry.id)


def ddi_without_start(connection: Connection, account: Account) -> Iterator[Finding]:
    """Numbers in use with a monthly fee that nothing has begun to bill."""
    statement = (
        select(Ddi.id, Ddi.number, Ddi.monthly_fee, Ddi.currency)
        .where(
            Ddi.customer_id == account.id,
            Ddi.state == DdiState.ACTIVE,
            Ddi.monthly_fee > 0,
            Ddi.billing_starts_at.is_(None),
        )
        .order_by(Ddi.id)
        .limit(MOST_FOUND)
    )
    for row in connection.execute(statement):
        fee = format_money(row.monthly_fee, row.currency or account.row["currency"])
        text = f"DDI +{row.number} is active at {fee} a month, but has no billing start date, so it isn't billed."
        yield Finding(row.id, text, "Starts billing now.", "ddis")


def start_billing(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Starts to bill a DDI."""
    work.get(Ddi, finding.row_id, lock=True).billing_starts_at = now


def _ddi_prices(connection: Connection, customer_id: int) -> list[DdiPrice]:
    """The prices of the customer's own DDI price list."""
    return [price for price in ddi_prices(connection, customer_id) if price.is_own_list]


def _fitting(prices: list[DdiPrice], ddi: ResultRow) -> DdiPrice | None:
    """The price with the longest prefix that fits a number, or its country; None if two fit alike, or none does."""
    fit = [one for one in prices if (ddi.number.startswith(one.prefix) if one.prefix else one.country == ddi.country)]
    longest = max((len(one.prefix) for one in fit), default=0)
    best = [one for one in fit if len(one.prefix) == longest]
    return best[0] if len(best) == 1 else None


def set_price(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Gives a DDI the price of the customer's price list."""
    ddi = work.get(Ddi, finding.row_id, lock=True)
    entry = work.session.get_one(PriceListEntry, finding.value)
    ddi.price_list_entry_id, ddi.currency = entry.id, customer.currency
    ddi.setup_fee, ddi.monthly_fee = entry.setup_fee or 0, entry.monthly_fee or 0


def users_without_product(connection: Connection, account: Account) -> Iterator[Finding]:
    """Active users of a customer with a plan who have no product, so that nothing is charged for them."""
    if account.row["price_plan_id"] is None:
        return
    users = (
        select(User.id, User.name)
        .where(User.customer_id == account.id, User.state == UserState.ACTIVE, User.product_id.is_(None))
        .order_by(User.id)
        .limit(MOST_FOUND)
    )
    rows = connection.execute(users).all()
    product = _usual_product(connection, account.id) if rows else None
    for row in rows:
        fix = (
            f"Gives the user the product “{product.name}”, the most common one among the customer's users."
            if product is not None
            else ""
        )
        text = f"{row.name} has no product, so nothing is charged."
        yield Finding(row.id, text, fix, "users", value=product.id if product is not None else None)


def _usual_product(connection: Connection, customer_id: int) -> ResultRow | None:
    """The licence that most users of the customer have; None if nobody has one."""
    users = func.count()
    statement = (
        select(Product.id, Product.name)
        .join(User, User.product_id == Product.id)
        .where(User.customer_id == customer_id, Product.is_user_licence, Product.enabled)
        .group_by(Product.id, Product.name)
        .order_by(users.desc(), Product.id)
        .limit(1)
    )
    return connection.execute(statement).first()


def give_product(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Gives a user the product."""
    work.get(User, finding.row_id, lock=True).product_id = finding.value


def calls_without_price(connection: Connection, account: Account) -> Iterator[Finding]:
    """Calls that aren't charged because no price fits, by the beginning of the number called."""
    begins = func.substr(Cdr.destination_number, 1, SHOWN_DIGITS)
    calls, newest = func.count().label("calls"), func.max(Cdr.id).label("newest")
    statement = (
        select(begins.label("begins"), calls, newest)
        .where(Cdr.customer_id == account.id, to_mend())
        .group_by(begins)
        .order_by(calls.desc(), begins)
        .limit(MOST_FOUND)
    )
    for row in connection.execute(statement):
        count = plural(row.calls, "call")
        yield Finding(row.newest, f"{count} to +{row.begins}… without a price: not charged.", screen="cdr")


ITEM_CHECKS = (
    BillingCheck("paid", "Paid items still due", "", paid_still_due, mark_paid),
    BillingCheck("hidden", "Due items still hidden", "", hidden_and_due, unhide),
    BillingCheck("products", "Users without a product", "Edit the user.", users_without_product, give_product),
    BillingCheck(
        "ddis",
        "DDIs without a price",
        "The customer's price list has no single price that fits: edit the DDI.",
        ddi_without_price,
        set_price,
    ),
    BillingCheck("starts", "DDIs without a billing start date", "", ddi_without_start, start_billing),
    BillingCheck(
        "calls",
        "Calls without a price",
        "Add a price to the customer's price list, then rate the calls.",
        calls_without_price,
    ),
)
