"""Monthly totals of a customer's credit ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, func, select

from partnertui.db.models import StatementEntry
from partnertui.domain.billing_enums import StatementKind

MOST_MONTHS = 36


@dataclass(frozen=True)
class MonthTotal:
    """A month of a ledger, in micro-units; `by_kind` is credit minus debit."""

    month: datetime
    """Its beginning."""
    lines: int
    debit: int
    credit: int
    balance: int
    """At its end."""
    currency: str
    by_kind: dict[StatementKind, int]


def month_totals(connection: Connection, customer_id: int) -> list[MonthTotal]:
    """Months of local time that have lines, the newest first, MOST_MONTHS at most."""
    mine = StatementEntry.customer_id == customer_id
    ends = select(func.min(StatementEntry.at), func.max(StatementEntry.at)).where(mine)
    first, last = connection.execute(ends).one()
    if last is None:
        return []
    oldest, newest = (_number(moment.astimezone()) for moment in (first, last))
    totals = (_total(connection, customer_id, number) for number in range(newest, oldest - 1, -1))
    return list(islice((total for total in totals if total is not None), MOST_MONTHS))


def _total(connection: Connection, customer_id: int, number: int) -> MonthTotal | None:
    line, begin, end = StatementEntry, month_begin(number), month_begin(number + 1)
    there = (line.customer_id == customer_id, line.at >= begin, line.at < end)
    sums = select(line.kind, line.currency, func.count(), func.sum(line.debit), func.sum(line.credit)).where(*there)
    rows = connection.execute(sums.group_by(line.kind, line.currency)).all()
    if not rows:
        return None
    newest = select(line.balance_after).where(*there).order_by(line.sequence.desc()).limit(1)
    balance = connection.execute(newest).scalar_one()
    by_kind = {kind: int(credit) - int(debit) for kind, _, _, debit, credit in rows}
    debit, credit = sum(int(row[3]) for row in rows), sum(int(row[4]) for row in rows)
    return MonthTotal(begin, sum(row[2] for row in rows), debit, credit, balance, rows[0][1], by_kind)


def _number(day: datetime) -> int:
    return day.year * 12 + day.month - 1


def month_begin(number: int) -> datetime:
    """When a month, counted from January of the year 0, begins in local time."""
    # a naive time takes the host's offset of that day: summer or winter
    return datetime(number // 12, number % 12 + 1, 1).astimezone()
