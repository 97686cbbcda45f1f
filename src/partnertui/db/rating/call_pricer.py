"""Pricer: finds the price of calls before they are charged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from partnertui.db.rating.price_book import PriceBook, lists_of
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.call_enums import CallDirection
from partnertui.domain.price_list_enums import PriceListSlot
from partnertui.domain.rating.charges import UNANSWERED, Charge, charge_of
from partnertui.domain.rating.price_table import CallPrice, day_of
from partnertui.domain.rating.rating_state import RatingState

SLOT_OF = {
    CallDirection.OUTBOUND: PriceListSlot.OUTBOUND_CALLS,
    CallDirection.INBOUND: PriceListSlot.INBOUND_CALLS,
}
"""The price list that calls of a direction are charged by; internal calls have none."""
NOT_BILLABLE = Charge(RatingState.NOT_BILLABLE)
NO_PRICE = Charge(RatingState.NO_PRICE)
OTHER_CURRENCY = Charge(RatingState.OTHER_CURRENCY)


@dataclass(slots=True)
class PricedCall:
    """A call by the columns of the CDR, with its price; without one, `charge` says why."""

    cdr: RowDict
    price: CallPrice | None
    charge: Charge

    def charged(self, seconds_left: int) -> Charge:
        """What it costs, where so many seconds are left of the customer's minutes."""
        return self.charge if self.price is None else charge_of(self.price.terms, self.cdr["duration"], seconds_left)


class Pricer:
    """Finds prices for calls of some customers."""

    def __init__(self, connection: Connection, book: PriceBook, time_zones: dict[int, str]) -> None:
        self._connection, self._book, self._zones = connection, book, time_zones
        self._lists = lists_of(connection, time_zones)

    def priced(self, cdr: RowDict) -> PricedCall:
        """A call with its price. A call that wasn't answered needs none."""
        customer, direction = cdr["customer_id"], cdr["direction"]
        slot = SLOT_OF.get(direction)
        if customer is None or slot is None:
            return PricedCall(cdr, None, NOT_BILLABLE)
        price_list = self._lists.get((customer, slot))
        if price_list is None and direction == CallDirection.INBOUND:
            return PricedCall(cdr, None, NOT_BILLABLE)
        if cdr["duration"] <= 0:
            return PricedCall(cdr, None, UNANSWERED)
        if price_list is None:
            return PricedCall(cdr, None, NO_PRICE)
        if self._book.currency(self._connection, price_list) != cdr["currency"]:
            return PricedCall(cdr, None, OTHER_CURRENCY)
        day = day_of(cdr["started_at"], self._zones[customer])
        price = self._book.find(self._connection, price_list, cdr["destination_number"] or "", day)
        return PricedCall(cdr, price, NO_PRICE)
