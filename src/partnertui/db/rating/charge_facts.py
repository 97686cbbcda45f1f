"""Reads the facts behind a call's charge, and its charge by another price list or plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, Customer, PriceList, PricePlan, RatedTerms
from partnertui.db.rating.call_pricer import SLOT_OF
from partnertui.db.rating.price_book import PriceBook, lists_of
from partnertui.db.rating.terms_when_charged import TERMS, terms_of
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.errors import DomainError
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.domain.rating.charges import MINUTE, Charge, charge_of
from partnertui.domain.rating.price_table import CallPrice, day_of

_TERMS = ("price_id", "price_list_id", "price_list", *TERMS)


@dataclass(frozen=True)
class ChargedCall:
    """A call with the price that it was charged by; the list that its customer uses now."""

    call: Row
    day: date
    """By the customer's clock."""
    charge: Charge
    price: CallPrice | None
    price_list_id: int | None
    price_list: str
    price_list_currency: str


@dataclass(frozen=True)
class Alternative:
    """Another price list, or the minutes of another plan."""

    title: str
    detail: str
    price_list_id: int | None = None
    minutes: int = 0


def load_charged_call(connection: Connection, cdr_id: int) -> ChargedCall:
    """The call and its price as it was. Raises DomainError if there is no such call."""
    columns = (
        Cdr.id,
        Cdr.customer_id,
        Cdr.started_at,
        Cdr.direction,
        Cdr.destination_number,
        Cdr.duration,
        Cdr.currency,
        Cdr.rating,
        Cdr.charge,
        Cdr.billed_seconds,
        Cdr.covered_seconds,
        Cdr.terms_id,
        Customer.time_zone,
    )
    query = select(*columns).outerjoin(Customer, Customer.id == Cdr.customer_id).where(Cdr.id == cdr_id)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise DomainError("This call is no longer stored.")
    row = dict(found)
    terms = connection.execute(
        select(*(getattr(RatedTerms, name) for name in _TERMS)).where(RatedTerms.id == row["terms_id"])
    ).first()
    price_list = _price_list(connection, row)
    listed = connection.execute(select(PriceList.name, PriceList.currency).where(PriceList.id == price_list)).first()
    return ChargedCall(
        row,
        day_of(row["started_at"], row["time_zone"] or "UTC"),
        Charge(row["rating"], row["charge"], row["billed_seconds"], row["covered_seconds"]),
        terms_of(terms) if terms is not None else None,
        price_list,
        listed.name if listed is not None else "",
        listed.currency if listed is not None else "",
    )


def _price_list(connection: Connection, call: Row) -> int | None:
    slot = SLOT_OF.get(call["direction"])
    if slot is None or call["customer_id"] is None:
        return None
    return lists_of(connection, [call["customer_id"]]).get((call["customer_id"], slot))


def alternatives(connection: Connection, call: ChargedCall) -> Sequence[Alternative]:
    """Enabled price lists for calls and plans with minutes, in the call's currency."""
    currency = call.call["currency"]
    lists = select(PriceList.id, PriceList.name).where(
        PriceList.kind == PriceListKind.CALLS, PriceList.currency == currency, PriceList.enabled
    )
    found = [Alternative(row.name, "price list", row.id) for row in connection.execute(lists.order_by(PriceList.name))]
    plans = select(PricePlan.name, PricePlan.unlimited_minutes).where(PricePlan.currency == currency, PricePlan.enabled)
    found += [
        Alternative(
            row.name,
            f"price plan, {row.unlimited_minutes:,} minutes"
            if row.unlimited_minutes
            else "price plan, no minutes included",
            None,
            row.unlimited_minutes,
        )
        for row in connection.execute(plans.order_by(PricePlan.name))
    ]
    return found


def charge_if(connection: Connection, call: ChargedCall, other: Alternative) -> tuple[CallPrice, Charge] | None:
    """What the call would cost: by another list with the same minutes, or by its price with all minutes of a plan.

    None if the list has no price for it.
    """
    if other.price_list_id is None:
        price, seconds = call.price, other.minutes * MINUTE
        if price is None and call.price_list_id is not None:
            price = _find(connection, call, call.price_list_id)
    else:
        price, seconds = _find(connection, call, other.price_list_id), call.charge.covered_seconds
    return None if price is None else (price, charge_of(price.terms, call.call["duration"], seconds))


def _find(connection: Connection, call: ChargedCall, price_list_id: int) -> CallPrice | None:
    return PriceBook().find(connection, price_list_id, call.call["destination_number"] or "", call.day)
