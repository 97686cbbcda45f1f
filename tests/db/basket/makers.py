"""Customers with baskets, and whether their books add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select
from tests.db.makers import ANN, NOW, customer, staff

from partnertui.db.basket_payments import add_payment
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import BasketItem, Customer, Payment, StatementEntry, Transaction, TransactionItem
from partnertui.db.models.base import table_of
from partnertui.db.payable_items import load_payable
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator
from partnertui.domain.recorded_payments import NewPayment
from partnertui.invoices.sale_vat import sum_of

EURO = 1_000_000
CENT = 10_000


def basket(database: Database, prices: Sequence[int] = (10 * EURO, 20 * EURO, 5 * EURO), **fields: Any) -> None:
    """Customers 1 and 2 in Germany, and items 1 … of customer 1."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        owner = {"country": "DE", "currency": "EUR", "time_zone": "Europe/Berlin"}
        work.add(customer(partner_id=None, **owner))
        work.add(customer(company="Other", partner_id=None, **owner))
        work.session.flush()
        for number, price in enumerate(prices, 1):
            values = {"item_type": "hardware", "currency": "EUR", "due_at": NOW, "price": price} | fields
            work.add(BasketItem(customer_id=1, unique_item_id=f"BI-{number}", description=f"Item {number}", **values))
        work.commit()


def payable(database: Database, at: datetime = NOW) -> Any:
    return database.read(lambda connection: load_payable(connection, 1, "DE", at))


def pay(
    database: Database,
    items: Sequence[int] = (1, 2, 3),
    cost: int | None = None,
    *,
    operator: Operator = ANN,
    key: str = "",
    country: str = "DE",
    **fields: Any,
) -> int:
    """Records a payment of customer 1 as the form does; returns its ID."""
    key = key or new_key()
    found = payable(database)
    if fields.get("sales"):
        expected = next(one.rest for one in found.open_sales if one.id == fields["sales"][0])
    else:
        prices = [item.price for item in found.items if item.id in items]
        expected = sum_of(prices, found.terms.rate, found.currency).gross
    new = NewPayment(
        **{
            "payment_type": "bank transfer",
            "unique_payment_id": f"PAY-{key[:8]}",
            "cost": expected if cost is None else cost,
            "expected": expected,
            "items": tuple(items),
            "reason": "as agreed",
        }
        | fields
    )
    return commit_once(database, operator, key, lambda unit: add_payment(unit, 1, new, country, NOW))


def row(database: Database, model: Any, key: int = 1) -> Any:
    """A row by its ID."""
    table = table_of(model)
    return database.read(lambda connection: connection.execute(select(table).where(table.c.id == key)).one())


def rows(database: Database, model: Any) -> list[Any]:
    """All rows by ID."""
    table = table_of(model)
    return database.read(lambda connection: list(connection.execute(select(table).order_by(table.c.id))))


def states(database: Database) -> list[str]:
    """The stored states of all items."""
    return [str(item.state) for item in rows(database, BasketItem)]


def check_books(database: Database) -> None:
    """Whether everything agrees: ledgers, sales, items, payments."""

    def work(connection: Connection) -> None:
        for owner in connection.execute(select(table_of(Customer))):
            lines = select(func.sum(StatementEntry.credit - StatementEntry.debit))
            booked = connection.execute(lines.where(StatementEntry.customer_id == owner.id)).scalar() or 0
            assert owner.credit == booked
        payments = connection.execute(select(table_of(Payment))).all()
        items = connection.execute(select(table_of(BasketItem))).all()
        sold = connection.execute(select(table_of(TransactionItem))).all()
        for sale in connection.execute(select(table_of(Transaction)).where(Transaction.amount >= 0)).all():
            mine = [one for one in sold if one.transaction_id == sale.id]
            assert sum(one.total for one in mine) == sale.amount - sale.tax
            assert abs(sum(one.tax for one in mine) - sale.tax) <= CENT
            paid = [one for one in payments if one.transaction_id == sale.id]
            arrived = sum(one.amount for one in paid if one.state == "completed")
            held = {one.state for one in items if one.payment_id in [one.id for one in paid]}
            if sale.state == "completed":
                assert held <= {"paid"}
            elif sale.state == "pending":
                assert arrived < sale.amount
                assert held <= {"attached"}
            else:
                assert arrived == 0
                assert held == set()
        following = [one.follows_id for one in items if one.follows_id is not None]
        assert len(following) == len(set(following))
        by_id = {one.id: one for one in payments}
        for item in items:
            assert (item.payment_id is not None) == (item.state in ("attached", "paid"))
            assert item.payment_id is None or by_id[item.payment_id].customer_id == item.customer_id

    database.read(work)
