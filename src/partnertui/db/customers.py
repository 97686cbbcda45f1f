"""Adding and editing customers: one unit of work, with the price lists in their where-used boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.models import Customer, CustomerPriceList, PriceList
from partnertui.db.models.base import now
from partnertui.db.rows.types import Row, RowDict
from partnertui.db.session import UnitOfWork
from partnertui.domain.countries import EU
from partnertui.domain.customers import CustomerStatus, PriceListSlot
from partnertui.domain.errors import DomainError
from partnertui.domain.vat import check_vat

EDITED = (
    "company",
    "contact",
    "email",
    "phone",
    "country",
    "street",
    "street2",
    "postcode",
    "city",
    "state",
    "currency",
    "vat_number",
    "status",
    "blocked_reason",
    "trial_ends_at",
    "price_plan_id",
    "credit",
    "credit_limit",
    "auto_top_up",
    "top_up_threshold",
    "top_up_amount",
    "unlimited_minutes_left",
    "language",
    "time_zone",
    "max_channels",
    "caller_id_number",
    "international_calls",
    "premium_calls",
    "invoice_email",
    "purchase_order",
    "external_reference",
    "newsletter",
)
"""Columns that the form edits."""


def load_customer(connection: Connection, customer_id: int) -> RowDict:
    """The values of the edit form, with `version` and the price lists by where-used box."""
    table = Customer.__table__
    columns = [table.c[name] for name in (*EDITED, "version", "partner_id")]
    row = connection.execute(select(*columns).where(table.c.id == customer_id)).mappings().first()
    if row is None:
        raise DomainError("This customer is gone: somebody deleted it.")
    used = select(CustomerPriceList.slot, CustomerPriceList.price_list_id).where(
        CustomerPriceList.customer_id == customer_id
    )
    boxes = {str(slot): (price_list,) for slot, price_list in connection.execute(used)}
    return {**row, "price_lists": boxes}


def price_lists(connection: Connection) -> list[RowDict]:
    """The price lists that can be carried onto boxes."""
    rows = select(PriceList.id, PriceList.name, PriceList.kind, PriceList.currency).where(PriceList.enabled)
    return [dict(row) for row in connection.execute(rows.order_by(PriceList.kind, PriceList.name)).mappings()]


def save_customer(work: UnitOfWork, customer_id: int | None, values: Row) -> int:
    """Adds a customer, or changes one that was loaded; returns its ID.

    Raises DomainError for what cannot be, ConcurrentChange where somebody changed it since.
    """
    checked = checked_values(values)
    if customer_id is None:
        partner = work.operator.partner_id
        customer = Customer(**checked, partner_id=partner)
        work.add(customer)
        work.session.flush()
    else:
        customer = work.get(Customer, customer_id, version=values["version"])
        for name, value in checked.items():
            if getattr(customer, name) != value:
                setattr(customer, name, value)
    _place(work, customer, values.get("price_lists") or {})
    return customer.id


def checked_values(values: Row) -> RowDict:
    """The values to store, by the rules; raises DomainError with the field that breaks one."""
    found = {name: values[name] for name in EDITED if name in values}
    country, status = found["country"], found["status"]
    number = check_vat(found.get("vat_number"), country)
    found |= {
        "vat_number": number,
        "vat_checked": bool(number) and country in EU,
        "vat_checked_at": now() if number and country in EU else None,
    }
    if status == CustomerStatus.TRIAL and found.get("trial_ends_at") is None:
        raise DomainError("A trial needs the day it ends.", field="trial_ends_at", advice="Write a day: 2026-12-24.")
    if status == CustomerStatus.BLOCKED and not found.get("blocked_reason"):
        raise DomainError("Why is this customer blocked?", field="blocked_reason", advice="The next agent will ask.")
    if found.get("auto_top_up") and not found.get("top_up_amount"):
        raise DomainError("By how much is it topped up?", field="top_up_amount", advice="Write an amount: 25.00.")
    if (found.get("credit_limit") or 0) < 0:
        raise DomainError("The credit limit cannot be below zero.", field="credit_limit")
    return found


def _place(work: UnitOfWork, customer: Customer, boxes: Mapping[str, tuple[Any, ...]]) -> None:
    """Makes the where-used boxes as the form has them."""
    statement = select(CustomerPriceList).where(CustomerPriceList.customer_id == customer.id)
    there = {str(row.slot): row for row in work.session.scalars(statement)}
    wanted = {slot: ids[0] for slot, ids in boxes.items() if ids}
    for slot, row in there.items():
        if slot not in wanted:
            work.session.delete(row)
        elif row.price_list_id != wanted[slot]:
            row.price_list_id = wanted[slot]
    for slot in wanted.keys() - there.keys():
        work.add(
            CustomerPriceList(
                customer_id=customer.id,
                partner_id=customer.partner_id,
                slot=PriceListSlot(slot),
                price_list_id=wanted[slot],
            )
        )
