"""Books the charges of many calls on customers' accounts: credit, minutes and ledger together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.bulk_statements import insert_at_once, is_in, update_at_once
from partnertui.db.models import Customer, StatementEntry
from partnertui.db.models.base import table_of
from partnertui.domain.billing_enums import StatementKind
from partnertui.domain.rating.charges import Minutes

_LINE = (
    "customer_id",
    "partner_id",
    "at",
    "sequence",
    "kind",
    "description",
    "debit",
    "credit",
    "balance_before",
    "balance_after",
    "currency",
    "cdr_id",
    "rating_round",
)


@dataclass
class Account:
    """A customer's money and minutes while calls are charged."""

    customer_id: int
    partner_id: int | None
    currency: str
    credit: int
    minutes: Minutes
    sequence: int


class Accounts:
    """Customers that stay locked until the transaction ends; `write` stores what was charged to them.

    They are locked in the order of their IDs, so that two programs never wait for each other.
    """

    def __init__(self, connection: Connection, customers: Iterable[int], at: datetime) -> None:
        self._connection, self._at = connection, at
        wanted = sorted(set(customers))
        columns = (
            Customer.id,
            Customer.partner_id,
            Customer.currency,
            Customer.credit,
            Customer.unlimited_minutes_left,
            Customer.minute_seconds_used,
        )
        query = select(*columns).where(is_in(connection, Customer.id, wanted)).order_by(Customer.id)
        # FOR NO KEY UPDATE: rows that refer to these customers can still be inserted by others meanwhile.
        locked = connection.execute(query.with_for_update(key_share=True)).all()
        last = _last_lines(connection, wanted)  # in a statement of its own: what was there before the lock is old
        self._before = {
            row.id: Account(
                row.id,
                row.partner_id,
                row.currency,
                row.credit,
                Minutes(row.unlimited_minutes_left, row.minute_seconds_used),
                last.get(row.id, 0),
            )
            for row in locked
        }
        self.forget()

    def forget(self) -> None:
        """Takes back all that was charged since they were locked."""
        self._lines: list[tuple[object, ...]] = []
        self._accounts = {key: replace(account) for key, account in self._before.items()}

    def get(self, customer_id: int) -> Account | None:
        """The customer's account; None if there is no such customer any more."""
        return self._accounts.get(customer_id)

    def add_line(self, account: Account, amount: int, text: str, cdr_id: int, rating_round: int) -> None:
        """A line that adds an amount to the credit, or deducts it where it is below zero."""
        before, account.credit = account.credit, account.credit + amount
        account.sequence += 1
        self._lines.append(
            (
                account.customer_id,
                account.partner_id,
                self._at,
                account.sequence,
                StatementKind.CALL,
                text,
                max(0, -amount),
                max(0, amount),
                before,
                account.credit,
                account.currency,
                cdr_id,
                rating_round,
            )
        )

    def write(self) -> None:
        """Stores all lines, and the credits and minutes that they lead to."""
        insert_at_once(self._connection, table_of(StatementEntry), _LINE, self._lines)
        changed = [
            (key, account.credit, account.minutes.left, account.minutes.seconds_used)
            for key, account in self._accounts.items()
            if account != self._before[key]
        ]
        # the version isn't raised: a balance is no field of the form
        names = ("credit", "unlimited_minutes_left", "minute_seconds_used")
        update_at_once(self._connection, table_of(Customer), names, changed)


def _last_lines(connection: Connection, customers: list[int]) -> dict[int, int]:
    """The number of each customer's last line."""
    entry = StatementEntry
    last = (
        select(entry.sequence)
        .where(entry.customer_id == Customer.id)
        .order_by(entry.sequence.desc())
        .limit(1)
        .correlate(table_of(Customer))
        .scalar_subquery()
    )
    query = select(Customer.id, last.label("last")).where(is_in(connection, Customer.id, customers))
    return {row.id: row.last or 0 for row in connection.execute(query)}


def call_text(number: str | None) -> str:
    """What a line about a call says."""
    return f"Call to {number}" if number else "Call"
