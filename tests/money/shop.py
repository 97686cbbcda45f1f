"""A provider and a partner with a customer each, whose calls are priced and who buy items in two VAT rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, MetaData, insert
from tests.db.history_walls import history_unguarded
from tests.db.makers import ANN, BOB, PAT
from tests.invoices.sales import SELLER
from tests.sync import switch

from partnertui.db.credit import LedgerLine, write_line
from partnertui.db.database import Database
from partnertui.db.models import (
    Customer,
    CustomerPriceList,
    OperatorAccount,
    Partner,
    Payment,
    PriceList,
    PriceListEntry,
    Transaction,
    TransactionItem,
    User,
    load_all,
)
from partnertui.db.models.base import Base
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import (
    ItemType,
    PaymentState,
    PaymentType,
    StatementKind,
    TaxCategory,
    TransactionType,
)
from partnertui.domain.money import divided, rounded
from partnertui.domain.price_list_enums import PriceListKind, PriceListSlot
from partnertui.invoices.build import spread
from partnertui.invoices.document_vat import PERCENT, tax_of
from partnertui.invoices.provider import Provider
from partnertui.invoices.time_zones_and_days import zone_of

CURRENCY = "EUR"
MINUTES = 20
"""Minutes that each customer has in the beginning."""
RATES = (1900, 700, 0)
CALLER = {1: "1001", 2: "2001"}
"""A user of each customer."""
PROVIDER = Provider(SELLER, zone=zone_of("Europe/Berlin"))
PRICES = (
    {"id": 1, "name": "Germany", "prefix": "49", "per_minute": 12_000, "first_seconds": 30, "step_seconds": 6},
    {"id": 2, "name": "Germany mobile", "prefix": "4917", "per_minute": 49_000, "per_call": 10_000},
    {"id": 3, "name": "Ireland", "prefix": "353", "per_minute": 60_000, "unlimited": True},
)
NUMBERS = ("49301234567", "491701234567", "35312345678", "88213123456")
"""Those called; the last has no price in the beginning."""
SELLS = {
    "name": "Seven",
    "street": "Kai 1",
    "city": "Bremen",
    "country": "DE",
    "vat_number": "DE136695976",
    "invoice_prefix": "SVN",
}
BUYS = {
    "country": "DE",
    "currency": CURRENCY,
    "vat_number": "DE136695976",
    "street": "Weg 2",
    "city": "Bonn",
    "status": "active",
    "unlimited_minutes_left": MINUTES,
}


@dataclass(frozen=True)
class Sold:
    """A line to be sold: its net amount in micro-units, VAT rate, and whether it is PSTN credit."""

    net: int
    rate: int
    is_credit: bool = False

    @property
    def tax(self) -> int:
        """Exact to the millionth."""
        return divided(self.net * self.rate, PERCENT)


def tables() -> MetaData:
    """Those of all models."""
    load_all()
    return Base.metadata


def empty(database: Database) -> None:
    """Leaves nothing of the sequence before."""

    def work(connection: Connection) -> None:
        with history_unguarded(connection):
            for table in reversed(tables().sorted_tables):
                connection.execute(table.delete())
        for name in ("acc", "acc_cdrs", "missed_calls"):
            connection.exec_driver_sql(f"DELETE FROM {name}")

    database.write(work)


def open_shop(database: Database) -> None:
    """Customer 1 of the provider and customer 2 of partner 7, operators, and prices for calls."""

    def work(connection: Connection) -> None:
        connection.execute(insert(Partner), [{"id": 7, **SELLS}])
        staff = [
            {"id": who.id, "login": who.login, "name": who.name, "role": who.role, "partner_id": who.partner_id}
            for who in (ANN, BOB, PAT)
        ]
        connection.execute(insert(OperatorAccount), staff)
        people = [{"id": 1, "company": "Acme", "partner_id": None}, {"id": 2, "company": "Kunde", "partner_id": 7}]
        connection.execute(insert(Customer), [one | BUYS for one in people])
        owners = [{"customer_id": one["id"], "partner_id": one["partner_id"]} for one in people]
        users = [
            {"id": key, "name": f"User {key}", "email": f"{key}@lab.test", "sip_username": caller, "extension": "20"}
            for key, caller in CALLER.items()
        ]
        connection.execute(
            insert(User), [user | owner | {"sip_domain": "lab.test"} for user, owner in zip(users, owners, strict=True)]
        )
        lists = [{"id": 1, "name": "Calls", "kind": PriceListKind.CALLS, "currency": CURRENCY}]
        connection.execute(insert(PriceList), lists)
        for price in PRICES:
            connection.execute(insert(PriceListEntry), [{"price_list_id": 1, **price}])
        links = [owner | {"slot": PriceListSlot.OUTBOUND_CALLS, "price_list_id": 1} for owner in owners]
        connection.execute(insert(CustomerPriceList), links)
        if connection.dialect.name == "postgresql":
            for name in ("price_list_entries", "customers", "users"):
                connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', 100)")

    database.write(work)


def create(database: Database) -> None:
    """Kamailio's tables, empty."""
    switch.create(database)


def sell(unit: UnitOfWork, customer_id: int, lines: Sequence[Sold], at: datetime) -> int:
    """A sale with its payment, in several VAT rates, as a gateway's import has them; returns its ID.

    A basket's sale has one rate.
    As everywhere, lines are exact and the sale is rounded once: its VAT is that of each rate, as on its invoice.
    """
    net = rounded(sum(line.net for line in lines), CURRENCY)
    shares: dict[int, int] = {}
    for line, share in zip(lines, spread([line.net for line in lines], net, CURRENCY), strict=True):
        shares[line.rate] = shares.get(line.rate, 0) + share
    tax = sum(tax_of(share, rate, CURRENCY) for rate, share in shares.items())
    money: dict[str, Any] = {"amount": net + tax, "tax": tax, "currency": CURRENCY, "gateway": "file", "at": at}
    owner = {"customer_id": customer_id}
    sale = Transaction(transaction_type=TransactionType.PURCHASE, state=PaymentState.COMPLETED, **owner, **money)
    unit.add(sale)
    unit.session.flush()
    for number, line in enumerate(lines, 1):
        item = TransactionItem(
            transaction_id=sale.id,
            item_type=ItemType.CREDIT if line.is_credit else ItemType.SERVICE,
            description=f"Item {number}",
            unit_price=abs(line.net),
            total=line.net,
            tax=line.tax,
            tax_rate=line.rate,
            tax_category=TaxCategory.STANDARD if line.rate else TaxCategory.EXEMPT,
            currency=CURRENCY,
            **owner,
        )
        unit.add(item)
    payment = Payment(
        payment_type=PaymentType.CARD,
        unique_payment_id=f"PAY-{sale.id}",
        transaction_id=sale.id,
        state=PaymentState.COMPLETED,
        gateway_reference=f"P-{sale.id}",
        **owner,
        **money,
    )
    unit.add(payment)
    unit.session.flush()
    if credit := sum(line.net for line in lines if line.is_credit):
        customer = unit.get(Customer, customer_id, lock=True)
        write_line(unit, customer, LedgerLine(StatementKind.TOP_UP, "Top-up", credit, at, transaction_id=sale.id))
    return sale.id


def now() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
