"""`partnertui refunds`: lists refunds to act on, and asks gateways about refunds of unknown outcome."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Refund
from partnertui.db.refund_payout import Payout, resolve
from partnertui.db.vault_data_keys import open_vault
from partnertui.domain.errors import NotAllowed
from partnertui.domain.money import format_money
from partnertui.domain.operators import STAFF
from partnertui.domain.plurals import plural
from partnertui.domain.refunds import OPEN, RefundState
from partnertui.domain.safe_text import one_line
from partnertui.payment_gateways.installed import open_gateway

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--resolve", action="store_true", help="ask the gateways about refunds with an unknown outcome")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints a line for each open refund; returns 1 if the outcome of one isn't known."""
    with closing(open_database(settings.database_url)) as database:
        database.check().require(development=settings.development)
        operator = database.read(lambda connection: find_operator(connection, settings.operator))
        if operator.role not in STAFF:
            raise NotAllowed(
                "Only staff can see the refunds of all customers.", advice="Use the Refunds screen instead."
            )
        if args.resolve:
            vault = open_vault(database, settings.vault, folders.data, create=False)
            found = resolve(Payout(database, operator, lambda name: open_gateway(name, settings.gateways), vault))
            settled = sum(state in (RefundState.COMPLETED, RefundState.FAILED) for state in found.values())
            print(f"{settled} of {plural(len(found), 'refund')} settled by asking the gateways.")
        query = (
            select(Refund.id, Refund.state, Refund.amount, Refund.currency, Refund.gateway, Customer.company)
            .join(Customer, Customer.id == Refund.customer_id)
            .where(Refund.state.in_(OPEN))
            .order_by(Refund.id)
        )
        rows = database.read(lambda connection: connection.execute(query).all())
    for row in rows:
        amount = format_money(row.amount, row.currency)
        print(f"{row.id:>6}  {row.state:<20}  {amount:>14}  {row.gateway:<10}  {one_line(row.company)}")
    if not rows:
        print("There are no open refunds.")
    return int(any(row.state in (RefundState.UNKNOWN, RefundState.PENDING) for row in rows))
