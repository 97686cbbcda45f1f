"""PriceBook: a cache of call prices and price lists from the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, and_, func, or_, select

from partnertui.db.bulk_statements import is_in
from partnertui.db.models import CustomerPriceList, PriceList, PriceListEntry
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.price_list_enums import PriceListSlot
from partnertui.domain.rating.price_table import CallPrice, CallTerms, PriceTable

WHOLE = 5_000
"""Prices of a list that are read at once; a larger list is read by the first two digits of the numbers called."""
FIRST_DIGITS = 2
_COLUMNS = (
    PriceListEntry.id,
    PriceListEntry.name,
    PriceListEntry.prefix,
    PriceListEntry.per_minute,
    PriceListEntry.per_call,
    PriceListEntry.minimum_charge,
    PriceListEntry.first_seconds,
    PriceListEntry.step_seconds,
    PriceListEntry.unlimited,
    PriceListEntry.valid_from,
    PriceListEntry.valid_to,
    PriceListEntry.price_list_id,
    PriceList.name.label("price_list"),
    PriceList.currency,
)


class PriceBook:
    """Prices as they were when they were read; a new book reads them anew."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, str], PriceTable] = {}
        self._is_whole: dict[int, bool] = {}
        self._currencies: dict[int, str] = {}

    def find(self, connection: Connection, price_list_id: int, number: str, day: date) -> CallPrice | None:
        """The price of a list for a call to a number (E.164 digits) on a day; None if it has none."""
        return self._table(connection, price_list_id, number).find(number, day)

    def currency(self, connection: Connection, price_list_id: int) -> str:
        """The currency of a list."""
        if price_list_id not in self._currencies:
            query = select(PriceList.currency).where(PriceList.id == price_list_id)
            self._currencies[price_list_id] = connection.scalar(query) or ""
        return self._currencies[price_list_id]

    def _table(self, connection: Connection, price_list_id: int, number: str) -> PriceTable:
        if price_list_id not in self._is_whole:
            some = select(PriceListEntry.id).where(PriceListEntry.price_list_id == price_list_id).limit(WHOLE + 1)
            count = connection.scalar(select(func.count()).select_from(some.subquery())) or 0
            self._is_whole[price_list_id] = count <= WHOLE
        digits = "" if self._is_whole[price_list_id] else number[:FIRST_DIGITS]
        found = self._tables.get((price_list_id, digits))
        if found is None:
            prices = _read(connection, price_list_id, digits)
            found = self._tables[price_list_id, digits] = PriceTable(self.currency(connection, price_list_id), prices)
        return found


def _read(connection: Connection, price_list_id: int, digits: str) -> Iterable[CallPrice]:
    """Prices whose prefix begins with these digits, or is a beginning of them."""
    query = select(*_COLUMNS).join(PriceList, PriceList.id == PriceListEntry.price_list_id)
    query = query.where(
        PriceListEntry.price_list_id == price_list_id,
        PriceListEntry.prefix.is_not(None),
        PriceListEntry.per_minute.is_not(None),
    )
    if digits:
        shorter = [digits[:size] for size in range(1, len(digits))]
        begins = and_(PriceListEntry.prefix >= digits, PriceListEntry.prefix < digits + ":")  # ":" follows "9"
        query = query.where(or_(begins, PriceListEntry.prefix.in_(shorter)))
    return [price_of(row) for row in connection.execute(query)]


def price_of(row: ResultRow) -> CallPrice:
    """A price as it is stored."""
    terms = CallTerms(
        row.name,
        row.prefix,
        row.currency,
        row.per_minute,
        row.per_call or 0,
        row.minimum_charge or 0,
        row.first_seconds,
        row.step_seconds,
        row.unlimited,
    )
    return CallPrice(terms, row.id, row.price_list_id, row.price_list, row.valid_from, row.valid_to)


def lists_of(connection: Connection, customers: Iterable[int]) -> dict[tuple[int, PriceListSlot], int]:
    """The price lists of customers, by customer and slot."""
    used = CustomerPriceList
    query = select(used.customer_id, used.slot, used.price_list_id).where(
        is_in(connection, used.customer_id, sorted(customers))
    )
    return {(row.customer_id, row.slot): row.price_list_id for row in connection.execute(query)}
