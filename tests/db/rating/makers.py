"""Customers with price lists, and calls of Kamailio to be charged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select, update
from tests.db.makers import staff
from tests.sync import switch

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, CustomerPriceList, PriceList, PriceListEntry, StatementEntry
from partnertui.db.sync import SyncReport, sync
from partnertui.domain.price_list_enums import PriceListKind, PriceListSlot

GERMANY = {"id": 1, "name": "Germany", "prefix": "49", "per_minute": 12_000, "first_seconds": 30, "step_seconds": 6}
MOBILE = {"id": 2, "name": "Germany mobile", "prefix": "4917", "per_minute": 49_000, "per_call": 10_000}
IRELAND = {"id": 3, "name": "Ireland", "prefix": "353", "per_minute": 60_000, "unlimited": True}


def prepare(database: Database, minutes: int = 0) -> None:
    """Customer 1 (users 1001 … 1011) with a price list, customer 2 without one; Kamailio's tables, empty."""
    switch.people(database)
    switch.create(database)

    def work(connection: Any) -> None:
        lists = [{"id": 1, "name": "Calls", "kind": PriceListKind.CALLS, "currency": "GBP"}]
        connection.execute(insert(PriceList), lists)
        for price in (GERMANY, MOBILE, IRELAND):
            connection.execute(insert(PriceListEntry), [{"price_list_id": 1, **price}])
        link = {"customer_id": 1, "partner_id": 7, "slot": PriceListSlot.OUTBOUND_CALLS, "price_list_id": 1}
        connection.execute(insert(CustomerPriceList), [link])
        connection.execute(update(Customer).where(Customer.id == 1).values(unlimited_minutes_left=minutes))

    database.write(work)


def operators(database: Database) -> None:
    """Those of tests.db.makers, beside the partner that there is."""
    database.write(lambda connection: connection.exec_driver_sql("UPDATE customers SET partner_id = NULL"))
    database.write(lambda connection: connection.exec_driver_sql("UPDATE customer_price_lists SET partner_id = NULL"))
    database.write(lambda connection: connection.exec_driver_sql("UPDATE users SET partner_id = NULL"))
    database.write(lambda connection: connection.exec_driver_sql("DELETE FROM partners"))
    staff(database)


def called(database: Database, number: str, seconds: float, name: str = "", caller: str = "1001") -> None:
    """A finished call."""
    switch.finished(database, name or f"{number}-{seconds}", number, switch.BEGIN, seconds, caller=caller)


def imported(database: Database) -> SyncReport:
    """A run of sync."""
    return sync(database, kamailio=database, timezone="UTC", country="GB")


def add_price(database: Database, **values: object) -> None:
    """A price of the list."""
    row = {"price_list_id": 1, "name": "More", "first_seconds": 60, "step_seconds": 60, **values}
    database.write(lambda connection: connection.execute(insert(PriceListEntry), [row]))


def change_price(database: Database, key: int, **values: object) -> None:
    """Puts a price right."""
    database.write(
        lambda connection: connection.execute(update(PriceListEntry).where(PriceListEntry.id == key).values(**values))
    )


def ledger(database: Database, customer: int = 1) -> list[Any]:
    """The customer's lines, in order."""
    query = select(StatementEntry).where(StatementEntry.customer_id == customer).order_by(StatementEntry.sequence)
    return database.read(lambda connection: list(connection.execute(query)))


def require_sums(database: Database) -> None:
    """Each ledger leads to the credit without a gap, and the calls cost what it says."""

    def work(connection: Any) -> None:
        for customer in connection.execute(select(Customer.id, Customer.credit)):
            entry = StatementEntry
            query = select(entry).where(entry.customer_id == customer.id).order_by(entry.sequence)
            balance = 0
            for at, line in enumerate(connection.execute(query)):
                assert (line.sequence, line.balance_before) == (at + 1, balance)
                balance = line.balance_after
            assert balance == customer.credit
            cost = select(func.coalesce(func.sum(Cdr.charge), 0)).where(Cdr.customer_id == customer.id)
            assert connection.scalar(cost) == -customer.credit

    database.read(work)


def customer(database: Database, key: int = 1) -> Any:
    """A customer's row."""
    return database.read(lambda connection: connection.execute(select(Customer).where(Customer.id == key)).one())
