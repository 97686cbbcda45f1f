"""Finds the first failed call after the last answered one, of the same parties or the same user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, User
from partnertui.db.models.cdr_indexes import slots_of_customer
from partnertui.db.rows.type_aliases import Expression, Query, ResultRow
from partnertui.domain.call_enums import FAILED, CallDirection, Disposition

MOST_CALLS = 2_000
"""Calls of a series that are looked at, the newest ones."""
COLUMNS = (
    Cdr.id,
    Cdr.started_at,
    Cdr.disposition,
    Cdr.direction,
    Cdr.slot,
    Cdr.customer_id,
    Cdr.user_id,
    Cdr.source_number,
    Cdr.destination_number,
    Cdr.sip_code,
)


@dataclass(frozen=True)
class Break:
    """The calls between which something broke; `last_good` is None where none was answered before."""

    first_bad: ResultRow
    last_good: ResultRow | None
    failures: int
    """From the first one until the call that was asked about."""
    series: str
    """Whose calls were looked at, in words."""


def call_row(connection: Connection, call_id: int) -> ResultRow | None:
    """The call with an ID; None if it is gone."""
    return connection.execute(select(*COLUMNS).where(Cdr.id == call_id)).first()


def newest_failure(connection: Connection, user_id: int, customer_id: int, until: datetime) -> ResultRow | None:
    """The newest failed call of a user until a time: from each of the four slots of the customer, by index."""
    found: list[ResultRow] = []
    for slot in slots_of_customer(customer_id):
        own = select(*COLUMNS).where(Cdr.user_id == user_id, Cdr.slot == slot)
        for row in connection.execute(own.order_by(Cdr.id.desc()).limit(MOST_CALLS)):
            if row.disposition in FAILED and row.started_at <= until:
                found.append(row)
                break
    return max(found, key=lambda row: row.started_at, default=None)


def find_break(connection: Connection, call: ResultRow) -> Break:
    """Where the failures that a call belongs to began. The call counts as one, whatever became of it.

    Calls of the same customer with the same other number come first; where none of those was answered, the user's.
    """
    other = Cdr.source_number if call.direction == CallDirection.INBOUND else Cdr.destination_number
    number = call.source_number if call.direction == CallDirection.INBOUND else call.destination_number
    found: list[Break] = []
    if number:
        # "+ 0": by its own index, all calls that a customer ever made would be read
        same: list[Expression] = [other == number, Cdr.customer_id + 0 == (call.customer_id or 0)]
        found.append(_break(connection, call, same, "calls with this number"))
    if not any(one.last_good is not None for one in found) and call.user_id is not None:
        name = connection.execute(select(User.name).where(User.id == call.user_id)).scalar()
        found.append(_break(connection, call, [Cdr.user_id == call.user_id], f"calls from or to {name or 'this user'}"))
    known = [one for one in found if one.last_good is not None]
    return (known or found or [Break(call, None, 1, "")])[0]


def series_until(slot: int, call_id: int, same: Sequence[Expression]) -> Query:
    """The newest calls of a slot until one, that have something in common."""
    # by ID and not by time, which the indexes on number and user have; both grow together as calls are imported
    calls = select(*COLUMNS).where(Cdr.slot == slot, Cdr.id <= call_id, *same)
    return calls.order_by(Cdr.id.desc()).limit(MOST_CALLS)


def _break(connection: Connection, call: ResultRow, same: Sequence[Expression], series: str) -> Break:
    rows = connection.execute(series_until(call.slot, call.id, same))
    earlier = sorted((row for row in rows if row.id != call.id), key=lambda row: (row.started_at, row.id))
    first, failures = call, 1
    for row in reversed(earlier):
        if row.started_at > call.started_at:
            continue
        if row.disposition == Disposition.ANSWERED:
            return Break(first, row, failures, series)
        if row.disposition in FAILED:
            first, failures = row, failures + 1
    return Break(first, None, failures, series)
