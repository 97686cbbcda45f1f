"""Adds, edits and deletes basket items, and adds the next item of a recurring one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from partnertui.db.basket_state import is_free
from partnertui.db.models import BasketItem, Customer, Payment, Product
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.basket_item_rules import change_refusal, checked_item, following_id, propose_item_id
from partnertui.domain.billing_enums import BasketState, BillingPeriod
from partnertui.domain.billing_periods import begins_at, local_day, period_of, zone_of_customer
from partnertui.domain.errors import DomainError

FORM_COLUMNS = (
    "product_id",
    "item_type",
    "unique_item_id",
    "description",
    "price",
    "due_at",
    "hidden_until",
    "recurrence",
    "state",
    "first_day",
    "period_number",
)


def new_item_values(connection: Connection, customer_id: int, at: datetime) -> RowDict:
    """What the form of a new item needs: currency, products and a proposed ID. Raises DomainError for no customer."""
    query = select(Customer.currency, Customer.time_zone).where(Customer.id == customer_id)
    row = connection.execute(query).first()
    if row is None:
        raise DomainError("This customer was deleted.")
    return {
        "currency": row.currency,
        "due": local_day(at, zone_of_customer(row.time_zone)),
        "products": read_products(connection),
        "unique_item_id": propose_item_id(customer_id),
    }


def read_products(connection: Connection) -> list[RowDict]:
    """The products on sale."""
    columns = (Product.id, Product.name, Product.item_type, Product.description, Product.price, Product.currency)
    return fetch_dicts(connection, select(*columns).where(Product.enabled).order_by(Product.name))


def load_item(connection: Connection, item_id: int) -> RowDict:
    """The values of an item's form, with `version`. Raises DomainError if it was deleted, is paid or attached."""
    columns = (*(getattr(BasketItem, name) for name in FORM_COLUMNS), BasketItem.currency, BasketItem.version)
    query = select(*columns, BasketItem.customer_id, Customer.time_zone)
    row = connection.execute(
        query.join(Customer, Customer.id == BasketItem.customer_id).where(BasketItem.id == item_id)
    ).mappings()
    found = row.first()
    if found is None:
        raise DomainError("This item was deleted.", advice="Refresh the list.")
    require_changeable(connection, item_id)
    is_hidden = found["hidden_until"] is not None or found["state"] == BasketState.HIDDEN
    due_at, zone = found["due_at"], zone_of_customer(found["time_zone"])
    due = local_day(due_at, zone) if due_at is not None else None
    return {**found, "hidden": is_hidden, "due": due, "products": read_products(connection)}


def taken(connection: Connection, column: InstrumentedAttribute[str], typed: str, own_id: int = 0) -> str:
    """That another row has this unique ID, in a sentence; "" if none has."""
    model = column.class_
    used = select(model.id).where(column == typed.strip(), model.id != own_id)
    return f"{typed.strip()} is already in use. Choose another ID." if connection.execute(used).first() else ""


def add_item(work: UnitOfWork, customer_id: int, values: Row) -> int:
    """Adds an item to a customer's basket; returns its ID.

    Raises DomainError with the field that isn't valid, RowDeleted for a customer that was deleted, NotAllowed.
    """
    customer = work.get(Customer, customer_id)
    stored = checked_item(values, customer.currency, zone_of_customer(customer.time_zone))
    _require_unused(work, stored["unique_item_id"], 0)
    _require_product(work, stored["product_id"])
    item = BasketItem(customer_id=customer.id, partner_id=customer.partner_id, currency=customer.currency, **stored)
    item.state = _stored_state(item)
    item.first_day = _first_day(item, customer)
    work.add(item)
    work.session.flush()
    return item.id


def edit_item(work: UnitOfWork, item_id: int, values: Row, seen: Row) -> int:
    """Changes what differs from what the agent saw; returns the ID.

    Raises DomainError with the field that isn't valid, or for one that is paid or attached; ConcurrentChange.
    """
    item = work.get(BasketItem, item_id, lock=True)
    require_changeable(work.session.connection(), item_id)
    customer = work.get(Customer, item.customer_id)
    stored = checked_item(values, item.currency, zone_of_customer(customer.time_zone))
    if values.get("due") == seen.get("due"):  # the time of day stays, which the form doesn't show
        stored["due_at"] = item.due_at
    _require_unused(work, stored["unique_item_id"], item_id)
    if stored["product_id"] != item.product_id:
        _require_product(work, stored["product_id"])
    until, recurrence = stored.pop("hidden_until"), item.recurrence
    work.change(item, seen, stored)
    if any(values.get(name) != seen.get(name) for name in ("hidden", "due")):
        item.hidden_until = until and item.due_at
        item.state = _stored_state(item)
    if item.state == BasketState.ATTACHED:  # to a payment that failed
        item.state, item.payment_id = _stored_state(item), None
    if item.recurrence != recurrence:  # its periods are counted anew: the third month isn't the third year
        item.period_number = 0
    if not item.period_number:
        item.first_day = _first_day(item, customer)
    return item_id


def delete_item(work: UnitOfWork, item_id: int, version: int) -> None:
    """Deletes an item, and with it what would have followed; raises DomainError for one that is paid or attached."""
    item = work.get(BasketItem, item_id, version=version, lock=True)
    require_changeable(work.session.connection(), item_id)
    follower = work.session.scalar(select(BasketItem.unique_item_id).where(BasketItem.follows_id == item_id))
    if follower is not None:
        raise DomainError(f"{follower} follows this item.", advice="Delete that one first.")
    if item.follows_id is not None:  # else the next run would add it again
        before = work.get(BasketItem, item.follows_id, lock=True)
        before.recurrence = BillingPeriod.ONCE
    work.delete(item)


def require_changeable(connection: Connection, item_id: int) -> None:
    """Raises DomainError, with the reason, for an item that is paid or held by a payment."""
    query = select(BasketItem.state, Payment.unique_payment_id, is_free().label("free"))
    row = connection.execute(
        query.outerjoin(Payment, Payment.id == BasketItem.payment_id).where(BasketItem.id == item_id)
    ).first()
    if row is None:
        raise DomainError("This item was deleted.", advice="Refresh the list.")
    state = row.state
    if state != BasketState.PAID:
        state = BasketState.DUE if row.free else BasketState.ATTACHED
    if reason := change_refusal(state, row.unique_payment_id):
        raise DomainError(f"This item can't be changed: {reason}.")


def follow(work: UnitOfWork, item: BasketItem) -> int | None:
    """Adds the item of the next period, hidden until it is due, unless that was done before; returns its ID.

    The item must be locked.
    """
    if item.recurrence == BillingPeriod.ONCE or item.first_day is None:
        return None
    session = work.session
    if session.scalar(select(BasketItem.id).where(BasketItem.follows_id == item.id)) is not None:
        return None
    customer = work.get(Customer, item.customer_id)
    number = item.period_number + 1
    begins = begins_at(period_of(item.first_day, item.recurrence, number).first, zone_of_customer(customer.time_zone))
    name = following_id(item.unique_item_id, begins.astimezone(zone_of_customer(customer.time_zone)))
    if session.scalar(select(BasketItem.id).where(BasketItem.unique_item_id == name)) is not None:
        name = f"{following_id(item.unique_item_id, begins)[:50]}-{work.key[:6]}"
    following = BasketItem(
        customer_id=item.customer_id,
        partner_id=item.partner_id,
        product_id=item.product_id,
        item_type=item.item_type,
        unique_item_id=name,
        description=item.description,
        price=item.price,
        currency=item.currency,
        due_at=begins,
        hidden_until=begins,
        state=BasketState.HIDDEN,
        recurrence=item.recurrence,
        first_day=item.first_day,
        period_number=number,
        follows_id=item.id,
    )
    work.add(following)
    session.flush()
    return following.id


def follow_due(work: UnitOfWork, at: datetime, most: int = 500) -> int:
    """Adds what follows items that are due and recur, at most so many; returns how many were added."""
    # Without NULLs: NOT IN is never true for a list that has one.
    later = select(BasketItem.follows_id).where(BasketItem.follows_id.is_not(None))
    query = (
        select(BasketItem.id)
        .where(BasketItem.recurrence != BillingPeriod.ONCE, BasketItem.due_at <= at, BasketItem.id.not_in(later))
        .order_by(BasketItem.id)
        .limit(most)
    )
    found = list(work.session.scalars(query))
    # Each is looked at again under its lock, as other programs do this, too.
    return sum(follow(work, work.get(BasketItem, key, lock=True)) is not None for key in found)


def _stored_state(item: BasketItem) -> BasketState:
    return BasketState.HIDDEN if item.hidden_until is not None else BasketState.DUE


def _first_day(item: BasketItem, customer: Customer) -> date | None:
    if item.recurrence == BillingPeriod.ONCE or item.due_at is None:
        return None
    return local_day(item.due_at, zone_of_customer(customer.time_zone))


def _require_unused(work: UnitOfWork, item_id: str, own_id: int) -> None:
    if words := taken(work.session.connection(), BasketItem.unique_item_id, item_id, own_id):
        raise DomainError(words, field="unique_item_id")


def _require_product(work: UnitOfWork, product_id: int | None) -> None:
    found = product_id is None or work.session.scalar(
        select(Product.id).where(Product.id == product_id, Product.enabled)
    )
    if not found:
        raise DomainError("This product is no longer sold.", field="product_id", advice="Choose another one.")
